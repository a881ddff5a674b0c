use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{CONTOSO, World, code};

const ADELE: &str = "adele.vance@contoso.com";
const INBOX: &str = "/users/adele.vance@contoso.com/mailFolders/inbox";
const PURPOSE: &str = "/users/adele.vance@contoso.com/mailboxSettings?$select=userPurpose";
const DAY: i64 = 86_400;

/// A delta link from now on, and the users it reports.
async fn now(world: &World, token: &str) -> String {
    let (_, page) = world.graph(token, "/users/delta?$deltatoken=latest&$select=id,assignedPlans").await;
    page["@odata.deltaLink"].as_str().unwrap().to_owned()
}

async fn changes(world: &World, token: &str, link: &str) -> Vec<Value> {
    world.pages(token, link).await.0
}

#[tokio::test]
async fn a_licence_in_grace_works_and_a_suspended_one_closes_the_mailbox() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    for (status, plan, inbox) in [
        ("warning", "Warning", StatusCode::OK),
        ("suspended", "Suspended", StatusCode::NOT_FOUND),
        ("enabled", "Enabled", StatusCode::OK),
    ] {
        let link = now(&world, &token).await;
        let body = json!({ "status": status, "users": [ADELE] });
        assert_eq!(world.control("/tenants/contoso.com/licences", body).await["changed"], 1);
        let changed = changes(&world, &token, &link).await;
        assert_eq!(changed[0]["assignedPlans"][0]["capabilityStatus"], plan);
        assert_eq!(world.graph(&token, INBOX).await.0, inbox, "{status}");
    }
}

#[tokio::test]
async fn a_lapsed_subscription_closes_everybody_but_the_shared_mailboxes() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    world.control("/tenants/contoso.com/licences", json!({ "status": "suspended" })).await;
    let refused = world.graph(&token, INBOX).await;
    assert_eq!(code(&refused), "MailboxNotEnabledForRESTAPI");
    let (_, left) = world.get("/_sim/tenants/contoso.com/truth?has_mailbox=true").await;
    let left = left["users"].as_array().unwrap();
    assert!(!left.is_empty() && left.iter().all(|user| user["kind"] != "user"));
    world.control("/tenants/contoso.com/licences", json!({ "status": "enabled" })).await;
    assert_eq!(world.get("/_sim/tenants/contoso.com").await.1["mailboxes"], 60);
}

#[tokio::test]
async fn a_deleted_user_comes_back_within_thirty_days_and_not_later() {
    let world = World::start().await;
    let user = format!("/_sim/tenants/contoso.com/users/{ADELE}");
    let restore = || world.request(Method::POST, &format!("{user}/restore")).send();
    let delete = || world.request(Method::DELETE, &user).send();
    delete().await.unwrap();
    world.control("/clock", json!({ "advance_seconds": 29 * DAY })).await;
    assert_eq!(restore().await.unwrap().status(), StatusCode::OK);

    delete().await.unwrap();
    let token = world.consented(CONTOSO).await;
    let link = now(&world, &token).await;
    // Not past the life of the link.
    world.control("/clock", json!({ "advance_seconds": 26 * DAY })).await;
    let token_later = world.app_token(CONTOSO).await;
    assert_eq!(world.graph(&token_later, &link).await.0, StatusCode::GONE);
    let link = now(&world, &token_later).await;
    world.control("/clock", json!({ "advance_seconds": 4 * DAY })).await;
    assert_eq!(restore().await.unwrap().status(), StatusCode::CONFLICT);
    let token = world.app_token(CONTOSO).await;
    let changed = changes(&world, &token, &link).await;
    assert_eq!((changed.len(), &changed[0]["@removed"]["reason"]), (1, &json!("deleted")));
}

#[tokio::test]
async fn a_mailbox_becomes_a_shared_one_and_delta_does_not_tell() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    let link = now(&world, &token).await;
    world.control(&format!("/tenants/contoso.com/users/{ADELE}"), json!({ "kind": "shared" })).await;
    assert_eq!(world.graph(&token, PURPOSE).await.1["userPurpose"], "shared");
    assert_eq!(world.graph(&token, INBOX).await.0, StatusCode::OK);
    assert_eq!(changes(&world, &token, &link).await.len(), 0);
}

#[tokio::test]
async fn a_mailbox_moves_for_a_while() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    let fault = json!({ "code": "ErrorMailboxMoveInProgress", "for_seconds": 1800 });
    world.control(&format!("/tenants/contoso.com/mailboxes/{ADELE}/break"), fault).await;
    assert_eq!(code(&world.graph(&token, INBOX).await), "ErrorMailboxMoveInProgress");
    world.control("/clock", json!({ "advance_seconds": 1700 })).await;
    assert_eq!(code(&world.graph(&token, INBOX).await), "ErrorMailboxMoveInProgress");
    world.control("/clock", json!({ "advance_seconds": 100 })).await;
    assert_eq!(world.graph(&token, INBOX).await.0, StatusCode::OK);
}
