use reqwest::StatusCode;

use crate::support::{CONTOSO, World, code};

#[tokio::test]
async fn the_organization_names_its_domains_and_what_they_can_do() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    let (status, body) = world.graph(&token, "/organization?$select=id,displayName,verifiedDomains").await;
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
async fn a_tenant_without_exchange_knows_its_users_but_no_mailbox() {
    let world = World::start().await;
    let token = world.consented("litware.example").await;
    let (_, body) = world.graph(&token, "/users").await;
    assert_eq!(body["value"].as_array().unwrap().len(), 25);
    let inbox = world.graph(&token, "/users/admin@litware.example/mailFolders/inbox").await;
    assert_eq!((inbox.0, code(&inbox)), (StatusCode::UNAUTHORIZED, "OrganizationFromTenantGuidNotFound"));
}
