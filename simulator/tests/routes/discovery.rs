use reqwest::StatusCode;
use serde_json::json;

use crate::support::{CONTOSO, TestSimulator};

#[tokio::test]
async fn a_domain_leads_to_its_tenant_id_on_the_requested_host() {
    let test_env = TestSimulator::start().await;
    for name in ["contoso.com", "CONTOSO.com", "contoso.onmicrosoft.com", CONTOSO] {
        let (status, document) =
            test_env.get(&format!("/{name}/v2.0/.well-known/openid-configuration")).await;
        assert_eq!(status, StatusCode::OK);
        let base = &test_env.base;
        assert_eq!(document["token_endpoint"], format!("{base}/{CONTOSO}/oauth2/v2.0/token"));
        assert_eq!(document["issuer"], format!("{base}/{CONTOSO}/v2.0"));
        assert_eq!(document["cloud_instance_name"], "microsoftonline.com");
    }
}

#[tokio::test]
async fn the_older_document_names_the_issuer_of_access_tokens() {
    let test_env = TestSimulator::start().await;
    let (_, document) = test_env.get("/contoso.com/.well-known/openid-configuration").await;
    assert_eq!(document["issuer"], format!("{}/{CONTOSO}/", test_env.base));
}

#[tokio::test]
async fn the_issuer_of_shared_names_has_a_placeholder() {
    let test_env = TestSimulator::start().await;
    for name in ["organizations", "common"] {
        let (status, document) =
            test_env.get(&format!("/{name}/v2.0/.well-known/openid-configuration")).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(document["issuer"], format!("{}/{{tenantid}}/v2.0", test_env.base));
    }
}

#[tokio::test]
async fn an_unknown_domain_is_an_invalid_tenant() {
    let test_env = TestSimulator::start().await;
    let (status, error) = test_env.get("/nonexist.example/v2.0/.well-known/openid-configuration").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(error["error"], "invalid_tenant");
    assert_eq!(error["error_codes"], json!([90_002]));
    let text = error["error_description"].as_str().unwrap();
    assert!(
        text.starts_with("AADSTS90002: Tenant 'nonexist.example' not found. Check to make sure"),
        "{text}"
    );
    assert!(text.contains(" Trace ID: ") && text.contains(" Correlation ID: "), "{text}");
    assert_eq!(error["error_uri"], format!("{}/error?code=90002", test_env.base));
}

#[tokio::test]
async fn a_malformed_tenant_has_a_code_of_its_own() {
    let test_env = TestSimulator::start().await;
    let (status, error) = test_env.get("/not%20a%20domain/v2.0/.well-known/openid-configuration").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(error["error_codes"], json!([900_023]));
}

#[tokio::test]
async fn a_government_domain_answers_with_the_hosts_of_its_cloud() {
    let test_env = TestSimulator::start().await;
    let (_, document) = test_env.get("/treyresearch.us/v2.0/.well-known/openid-configuration").await;
    let endpoint = document["token_endpoint"].as_str().unwrap();
    assert!(endpoint.starts_with("https://login.microsoftonline.us/"), "{endpoint}");
    assert_eq!(document["msgraph_host"], "graph.microsoft.us");
    assert_eq!(document["tenant_region_sub_scope"], "DODCON");
}
