use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{CONTOSO, TestSimulator, code};

const ADMIN: &str = "/users/admin@contoso.com/mailFolders/inbox";
const ADELE: &str = "/users/adele.vance@contoso.com/mailFolders/inbox";
const ADELE_SETTINGS: &str = "/users/adele.vance@contoso.com/mailboxSettings";

async fn message(test_env: &TestSimulator, token: &str, path: &str) -> String {
    test_env.graph(token, path).await.1["error"]["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn permissions_granted_in_exchange_reach_their_mailboxes_and_no_others() {
    let test_env = TestSimulator::start().await;
    let directory_only = json!({ "granted": true, "roles": ["User.Read.All", "Organization.Read.All"] });
    test_env.control("/tenants/contoso.com/consent", directory_only).await;
    let token = test_env.app_token(CONTOSO).await;
    assert_eq!(code(&test_env.graph(&token, ADELE).await), "ErrorAccessDenied");

    let scope = json!({ "roles": ["Mail.ReadWrite"], "mailboxes": ["adele.vance@contoso.com"] });
    test_env.control("/tenants/contoso.com/scope", scope).await;
    assert_eq!(test_env.graph(&token, ADELE).await.0, StatusCode::OK);
    for path in [ADMIN, ADELE_SETTINGS, "/users/nobody@contoso.com/mailFolders/inbox"] {
        let refused = test_env.graph(&token, path).await;
        assert_eq!((refused.0, code(&refused)), (StatusCode::FORBIDDEN, "ErrorAccessDenied"), "{path}");
        let text = message(&test_env, &token, path).await;
        assert_eq!(text, "Access is denied. Check credentials and try again.");
    }
    assert_eq!(test_env.control("/tenants/contoso.com/scope", Value::Null).await["scope"], Value::Null);
    assert_eq!(test_env.graph(&token, ADELE).await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn permissions_granted_in_entra_reach_every_mailbox_despite_a_scope() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let scope = json!({ "roles": ["Mail.ReadWrite"], "mailboxes": ["adele.vance@contoso.com"] });
    test_env.control("/tenants/contoso.com/scope", scope).await;
    assert_eq!(test_env.graph(&token, ADMIN).await.0, StatusCode::OK);
}

#[tokio::test]
async fn an_access_policy_denies_all_other_mailboxes() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let policy = json!({ "only": ["adele.vance@contoso.com"] });
    test_env.control("/tenants/contoso.com/policy", policy).await;
    assert_eq!(test_env.graph(&token, ADELE).await.0, StatusCode::OK);
    assert_eq!(test_env.graph(&token, ADELE_SETTINGS).await.0, StatusCode::OK);
    let refused = test_env.graph(&token, ADMIN).await;
    assert_eq!((refused.0, code(&refused)), (StatusCode::FORBIDDEN, "ErrorAccessDenied"));
    assert!(message(&test_env, &token, ADMIN).await.contains("[RAOP]"));
    // A policy does not change the error for a user that does not exist.
    let missing = test_env.graph(&token, "/users/nobody@contoso.com/mailFolders/inbox").await;
    assert_eq!(code(&missing), "ErrorInvalidUser");
    // Policies do not restrict permissions that a scope of Exchange grants.
    let scope = json!({ "roles": ["Mail.ReadWrite"], "mailboxes": ["admin@contoso.com"] });
    test_env.control("/tenants/contoso.com/scope", scope).await;
    assert_eq!(test_env.graph(&token, ADMIN).await.0, StatusCode::OK);
    test_env.control("/tenants/contoso.com/scope", Value::Null).await;
    test_env.control("/tenants/contoso.com/policy", json!({ "only": null })).await;
    assert_eq!(test_env.graph(&token, ADMIN).await.0, StatusCode::OK);
}
