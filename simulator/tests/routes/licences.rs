use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{CONTOSO, TestSimulator, code};

const ADELE: &str = "adele.vance@contoso.com";
const INBOX: &str = "/users/adele.vance@contoso.com/mailFolders/inbox";
const PURPOSE: &str = "/users/adele.vance@contoso.com/mailboxSettings?$select=userPurpose";
const DAY: i64 = 86_400;

/// A delta link that reports changes from now on.
async fn now(test_env: &TestSimulator, token: &str) -> String {
    let (_, page) = test_env.graph(token, "/users/delta?$deltatoken=latest&$select=id,assignedPlans").await;
    page["@odata.deltaLink"].as_str().unwrap().to_owned()
}

async fn changes(test_env: &TestSimulator, token: &str, link: &str) -> Vec<Value> {
    test_env.pages(token, link).await.0
}

#[tokio::test]
async fn a_licence_in_grace_works_and_a_suspended_one_closes_the_mailbox() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    for (status, plan, inbox) in [
        ("warning", "Warning", StatusCode::OK),
        ("suspended", "Suspended", StatusCode::NOT_FOUND),
        ("enabled", "Enabled", StatusCode::OK),
    ] {
        let link = now(&test_env, &token).await;
        let body = json!({ "status": status, "users": [ADELE] });
        assert_eq!(test_env.control("/tenants/contoso.com/licences", body).await["changed"], 1);
        let changed = changes(&test_env, &token, &link).await;
        assert_eq!(changed[0]["assignedPlans"][0]["capabilityStatus"], plan);
        assert_eq!(test_env.graph(&token, INBOX).await.0, inbox, "{status}");
    }
}

#[tokio::test]
async fn a_suspended_subscription_closes_only_the_mailboxes_of_people() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    test_env.control("/tenants/contoso.com/licences", json!({ "status": "suspended" })).await;
    let refused = test_env.graph(&token, INBOX).await;
    assert_eq!(code(&refused), "MailboxNotEnabledForRESTAPI");
    let (_, left) = test_env.get("/_sim/tenants/contoso.com/truth?has_mailbox=true").await;
    let left = left["users"].as_array().unwrap();
    assert!(!left.is_empty() && left.iter().all(|user| user["kind"] != "user"));
    test_env.control("/tenants/contoso.com/licences", json!({ "status": "enabled" })).await;
    assert_eq!(test_env.get("/_sim/tenants/contoso.com").await.1["mailboxes"], 60);
}

#[tokio::test]
async fn a_deleted_user_can_be_restored_for_thirty_days() {
    let test_env = TestSimulator::start().await;
    let user = format!("/_sim/tenants/contoso.com/users/{ADELE}");
    let restore = || test_env.request(Method::POST, &format!("{user}/restore")).send();
    let delete = || test_env.request(Method::DELETE, &user).send();
    delete().await.unwrap();
    test_env.control("/clock", json!({ "advance_seconds": 29 * DAY })).await;
    assert_eq!(restore().await.unwrap().status(), StatusCode::OK);

    delete().await.unwrap();
    let token = test_env.consented(CONTOSO).await;
    let link = now(&test_env, &token).await;
    // Advances in two steps, because a delta link expires after seven days.
    test_env.control("/clock", json!({ "advance_seconds": 26 * DAY })).await;
    let token_later = test_env.app_token(CONTOSO).await;
    assert_eq!(test_env.graph(&token_later, &link).await.0, StatusCode::GONE);
    let link = now(&test_env, &token_later).await;
    test_env.control("/clock", json!({ "advance_seconds": 4 * DAY })).await;
    assert_eq!(restore().await.unwrap().status(), StatusCode::CONFLICT);
    let token = test_env.app_token(CONTOSO).await;
    let changed = changes(&test_env, &token, &link).await;
    assert_eq!((changed.len(), &changed[0]["@removed"]["reason"]), (1, &json!("deleted")));
}

#[tokio::test]
async fn delta_does_not_report_the_conversion_to_a_shared_mailbox() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let link = now(&test_env, &token).await;
    test_env.control(&format!("/tenants/contoso.com/users/{ADELE}"), json!({ "kind": "shared" })).await;
    assert_eq!(test_env.graph(&token, PURPOSE).await.1["userPurpose"], "shared");
    assert_eq!(test_env.graph(&token, INBOX).await.0, StatusCode::OK);
    assert_eq!(changes(&test_env, &token, &link).await.len(), 0);
}

#[tokio::test]
async fn a_moving_mailbox_is_unavailable_until_the_move_ends() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let fault = json!({ "code": "ErrorMailboxMoveInProgress", "for_seconds": 1800 });
    test_env.control(&format!("/tenants/contoso.com/mailboxes/{ADELE}/break"), fault).await;
    assert_eq!(code(&test_env.graph(&token, INBOX).await), "ErrorMailboxMoveInProgress");
    test_env.control("/clock", json!({ "advance_seconds": 1700 })).await;
    assert_eq!(code(&test_env.graph(&token, INBOX).await), "ErrorMailboxMoveInProgress");
    test_env.control("/clock", json!({ "advance_seconds": 100 })).await;
    assert_eq!(test_env.graph(&token, INBOX).await.0, StatusCode::OK);
}
