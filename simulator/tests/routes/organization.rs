use reqwest::StatusCode;

use crate::support::{CONTOSO, TestSimulator, code};

#[tokio::test]
async fn the_organization_lists_its_domains_with_their_capabilities() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let (status, body) = test_env.graph(&token, "/organization?$select=id,displayName,verifiedDomains").await;
    assert_eq!(status, StatusCode::OK);
    let organization = &body["value"][0];
    assert_eq!(
        (organization["id"].as_str(), organization["displayName"].as_str()),
        (Some(CONTOSO), Some("Contoso"))
    );
    let domains = organization["verifiedDomains"].as_array().unwrap();
    assert_eq!(domains.len(), 2);
    assert!(domains.iter().all(|domain| domain["capabilities"].as_str().unwrap().contains("Email")));
    assert!(organization["assignedPlans"].is_null());
}

#[tokio::test]
async fn a_tenant_without_exchange_has_users_but_no_mailboxes() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented("litware.example").await;
    let (_, body) = test_env.graph(&token, "/users").await;
    assert_eq!(body["value"].as_array().unwrap().len(), 25);
    let inbox = test_env.graph(&token, "/users/admin@litware.example/mailFolders/inbox").await;
    assert_eq!((inbox.0, code(&inbox)), (StatusCode::UNAUTHORIZED, "OrganizationFromTenantGuidNotFound"));
}
