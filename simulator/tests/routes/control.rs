use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{CONTOSO, TestSimulator};

#[tokio::test]
async fn the_log_holds_every_request_and_every_part_of_a_batch() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let requests = json!([
        { "id": "1", "method": "GET", "url": "/users/admin@contoso.com/mailFolders/inbox" },
        { "id": "2", "method": "GET", "url": "/organization" },
    ]);
    test_env.batch(&token, requests).await;
    let (_, log) = test_env.get("/_sim/requests?tenant=contoso.com&path=/v1.0/").await;
    let lines = log["requests"].as_array().unwrap();
    assert_eq!(lines.len(), 3);
    assert_eq!((&lines[0]["batch"], &lines[0]["mailbox"]), (&json!(0), &json!("admin@contoso.com")));
    assert_eq!((&lines[2]["batch"], &lines[2]["path"]), (&json!(null), &json!("/v1.0/$batch")));
    let (_, log) = test_env.get(&format!("/_sim/requests?after={}", log["last"])).await;
    assert_eq!(log["count"], 0);
    let cleared = test_env.request(Method::DELETE, "/_sim/requests").send().await.unwrap();
    assert_eq!(cleared.status(), StatusCode::NO_CONTENT);
    assert_eq!(test_env.get("/_sim/requests").await.1["count"], 0);
}

#[tokio::test]
async fn the_truth_is_paged() {
    let test_env = TestSimulator::start().await;
    let (mut after, mut seen) = (json!(0), 0);
    while after.is_number() {
        let (_, page) =
            test_env.get(&format!("/_sim/tenants/contoso.com/truth?limit=20&after={after}")).await;
        seen += page["users"].as_array().unwrap().len();
        assert_eq!(page["mailboxes_total"], 60);
        after = page["next"].clone();
    }
    assert_eq!(seen, 65);
    let (_, guests) = test_env.get("/_sim/tenants/contoso.com/truth?kind=guest").await;
    assert!(guests["users"].as_array().unwrap().iter().all(|user| user["kind"] == "guest"));
}

#[tokio::test]
async fn a_new_tenant_names_the_people_to_sign_in_as() {
    let test_env = TestSimulator::start().await;
    let made = test_env.control("/tenants", json!({ "domain": "new.example", "mailboxes": 5 })).await;
    let people = made["people"].as_array().unwrap();
    assert_eq!(people[0]["address"], "admin@new.example");
    assert_eq!(people[0]["role"], "Global Administrator");
    let twice = test_env
        .request(Method::POST, "/_sim/tenants")
        .json(&json!({ "domain": "NEW.example", "mailboxes": 1 }));
    assert_eq!(twice.send().await.unwrap().status(), StatusCode::CONFLICT);
}

#[tokio::test]
async fn invalid_requests_are_refused_with_a_reason() {
    let test_env = TestSimulator::start().await;
    for (path, body) in [
        ("/tenants", json!({ "mailboxes": "many" })),
        ("/tenants/contoso.com/consent", json!({ "granted": true, "roles": ["Fly.All"] })),
        ("/tenants/contoso.com/users/admin@contoso.com", json!({ "shoeSize": 43 })),
        ("/tenants/contoso.com/mailboxes/admin@contoso.com/break", json!({ "code": "NoSuchCode" })),
        ("/tenants/nowhere.example/latency", json!({ "ms": 1 })),
    ] {
        let response =
            test_env.request(Method::POST, &format!("/_sim{path}")).json(&body).send().await.unwrap();
        assert!(response.status().is_client_error(), "{path}");
        assert!(response.text().await.unwrap().contains("error"), "{path}");
    }
}

#[tokio::test]
async fn a_reset_restores_the_initial_state() {
    let test_env = TestSimulator::start().await;
    test_env.consented(CONTOSO).await;
    test_env.tenant("gone.example", 1).await;
    test_env.control("/clock", json!({ "advance_seconds": 100 })).await;
    test_env.request(Method::POST, "/_sim/reset").send().await.unwrap();
    let (_, all) = test_env.get("/_sim/tenants").await;
    assert_eq!(all["tenants"].as_array().unwrap().len(), 7);
    assert_eq!(all["tenants"][0]["consent"]["granted"], false);
    assert_eq!(test_env.get("/_sim/clock").await.1["ahead_seconds"], 0);
}

#[tokio::test]
async fn the_front_page_shows_tenants_people_and_controls() {
    let test_env = TestSimulator::start().await;
    let page = test_env.request(Method::GET, "/").send().await.unwrap().text().await.unwrap();
    for text in
        ["contoso.com", "admin@fabrikam.com", "Privileged Role Administrator", "/_sim/tenants/{t}/throttle"]
    {
        assert!(page.contains(text), "{text}");
    }
}
