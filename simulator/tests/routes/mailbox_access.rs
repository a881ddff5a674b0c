use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{CONTOSO, World, code};

const ADMIN: &str = "/users/admin@contoso.com/mailFolders/inbox";
const ADELE: &str = "/users/adele.vance@contoso.com/mailFolders/inbox";
const ADELE_SETTINGS: &str = "/users/adele.vance@contoso.com/mailboxSettings";

async fn message(world: &World, token: &str, path: &str) -> String {
    world.graph(token, path).await.1["error"]["message"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn permissions_granted_in_exchange_reach_their_mailboxes_and_no_others() {
    let world = World::start().await;
    let directory_only = json!({ "granted": true, "roles": ["User.Read.All", "Organization.Read.All"] });
    world.control("/tenants/contoso.com/consent", directory_only).await;
    let token = world.app_token(CONTOSO).await;
    assert_eq!(code(&world.graph(&token, ADELE).await), "ErrorAccessDenied");

    let scope = json!({ "roles": ["Mail.ReadWrite"], "mailboxes": ["adele.vance@contoso.com"] });
    world.control("/tenants/contoso.com/scope", scope).await;
    assert_eq!(world.graph(&token, ADELE).await.0, StatusCode::OK);
    for path in [ADMIN, ADELE_SETTINGS, "/users/nobody@contoso.com/mailFolders/inbox"] {
        let refused = world.graph(&token, path).await;
        assert_eq!((refused.0, code(&refused)), (StatusCode::FORBIDDEN, "ErrorAccessDenied"), "{path}");
        let text = message(&world, &token, path).await;
        assert_eq!(text, "Access is denied. Check credentials and try again.");
    }
    assert_eq!(world.control("/tenants/contoso.com/scope", Value::Null).await["scope"], Value::Null);
    assert_eq!(world.graph(&token, ADELE).await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_entra_granted_reaches_every_mailbox_in_spite_of_a_scope() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    let scope = json!({ "roles": ["Mail.ReadWrite"], "mailboxes": ["adele.vance@contoso.com"] });
    world.control("/tenants/contoso.com/scope", scope).await;
    assert_eq!(world.graph(&token, ADMIN).await.0, StatusCode::OK);
}

#[tokio::test]
async fn an_access_policy_keeps_the_application_out_of_all_other_mailboxes() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    let policy = json!({ "only": ["adele.vance@contoso.com"] });
    world.control("/tenants/contoso.com/policy", policy).await;
    assert_eq!(world.graph(&token, ADELE).await.0, StatusCode::OK);
    assert_eq!(world.graph(&token, ADELE_SETTINGS).await.0, StatusCode::OK);
    let refused = world.graph(&token, ADMIN).await;
    assert_eq!((refused.0, code(&refused)), (StatusCode::FORBIDDEN, "ErrorAccessDenied"));
    assert!(message(&world, &token, ADMIN).await.contains("[RAOP]"));
    // Who does not exist is not kept out.
    let missing = world.graph(&token, "/users/nobody@contoso.com/mailFolders/inbox").await;
    assert_eq!(code(&missing), "ErrorInvalidUser");
    // A scope of Exchange's own is another authority, which policies do not restrict.
    let scope = json!({ "roles": ["Mail.ReadWrite"], "mailboxes": ["admin@contoso.com"] });
    world.control("/tenants/contoso.com/scope", scope).await;
    assert_eq!(world.graph(&token, ADMIN).await.0, StatusCode::OK);
    world.control("/tenants/contoso.com/scope", Value::Null).await;
    world.control("/tenants/contoso.com/policy", json!({ "only": null })).await;
    assert_eq!(world.graph(&token, ADMIN).await.0, StatusCode::OK);
}
