use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{CONTOSO, TestSimulator};

const INBOX: &str = "/users/admin@contoso.com/mailFolders/inbox";

async fn early(test_env: &TestSimulator) -> Vec<Value> {
    test_env.get("/_sim/requests?early=true").await.1["requests"].as_array().unwrap().clone()
}

/// Calls until it is early: for as long as the simulator is late with its own work, it accuses nobody.
async fn until_early(test_env: &TestSimulator, call: impl AsyncFn()) -> Vec<Value> {
    loop {
        a_moment().await;
        call().await;
        let early = early(test_env).await;
        if !early.is_empty() {
            return early;
        }
    }
}

/// Waits for more than the 100 ms in which calls are not early, because answers may be in transit.
async fn a_moment() {
    tokio::time::sleep(Duration::from_millis(120)).await;
}

#[tokio::test]
async fn a_call_within_an_announced_wait_is_early_and_one_after_it_is_not() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let throttle = json!({ "seconds": 0.05, "retry_after": 3, "for": "directory" });
    test_env.control("/tenants/contoso.com/throttle", throttle).await;
    assert_eq!(test_env.graph(&token, "/users").await.0, StatusCode::TOO_MANY_REQUESTS);
    a_moment().await;
    // The throttle is over, but not the announced wait.
    let found = until_early(&test_env, async || {
        assert_eq!(test_env.graph(&token, "/organization").await.0, StatusCode::OK);
    })
    .await;
    // Exchange announced no wait.
    assert_eq!(test_env.graph(&token, INBOX).await.0, StatusCode::OK);
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(test_env.graph(&token, "/organization").await.0, StatusCode::OK);

    let (_, log) = test_env.get("/_sim/requests?tenant=contoso.com&path=/v1.0").await;
    assert_eq!(
        (&log["requests"][0]["retry_after"], &log["requests"][0]["early"]),
        (&json!(3.0), &json!(false))
    );
    assert_eq!(early(&test_env).await, found);
    assert_eq!(found.len(), 1);
    assert_eq!((&found[0]["path"], &found[0]["retry_after"]), (&json!("/v1.0/organization"), &Value::Null));
}

#[tokio::test]
async fn calls_sent_before_the_wait_was_announced_are_not_early() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    test_env.control("/tenants/contoso.com/latency", json!({ "ms": 300 })).await;
    test_env.control("/tenants/contoso.com/throttle", json!({ "seconds": 60, "for": "directory" })).await;
    let (one, two) = tokio::join!(test_env.graph(&token, "/users"), test_env.graph(&token, "/organization"));
    assert_eq!((one.0, two.0), (StatusCode::TOO_MANY_REQUESTS, StatusCode::TOO_MANY_REQUESTS));
    assert_eq!(early(&test_env).await.len(), 0);
}

#[tokio::test]
async fn parts_announce_waits_for_their_service_and_arrive_with_their_batch() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    test_env.control("/tenants/contoso.com/throttle", json!({ "seconds": 60, "for": "mailboxes" })).await;
    let requests = json!([
        { "id": "1", "method": "GET", "url": INBOX },
        { "id": "2", "method": "GET", "url": "/organization" },
    ]);
    test_env.batch(&token, requests.clone()).await;
    assert_eq!(early(&test_env).await.len(), 0);
    let early = until_early(&test_env, async || _ = test_env.batch(&token, requests.clone()).await).await;
    // The part for Exchange, and the batch that carried it.
    let paths: Vec<_> = early.iter().map(|entry| (&entry["path"], &entry["batch"])).collect();
    let (inbox, batch) = (json!(format!("/v1.0{INBOX}")), json!("/v1.0/$batch"));
    assert_eq!(paths, [(&inbox, &json!(0)), (&batch, &Value::Null)]);
}

#[tokio::test]
async fn the_wait_of_one_busy_mailbox_does_not_apply_to_others() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let fault = json!({ "code": "ErrorServerBusy", "retry_after": 60 });
    test_env.control("/tenants/contoso.com/mailboxes/admin@contoso.com/break", fault).await;
    assert_eq!(test_env.graph(&token, INBOX).await.0, StatusCode::SERVICE_UNAVAILABLE);
    a_moment().await;
    test_env.graph(&token, "/users/adele.vance@contoso.com/mailFolders/inbox").await;
    assert_eq!(early(&test_env).await.len(), 0);
    let (_, log) = test_env.get("/_sim/requests?mailbox=admin@contoso.com").await;
    assert_eq!(log["requests"][0]["retry_after"], 60.0);
}

#[tokio::test]
async fn the_token_endpoint_has_a_window_of_its_own() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    test_env.control("/tenants/contoso.com/throttle", json!({ "seconds": 60, "for": "token" })).await;
    test_env.try_app_token(CONTOSO).await;
    test_env.graph(&token, "/organization").await;
    let early = until_early(&test_env, async || _ = test_env.try_app_token(CONTOSO).await).await;
    assert_eq!((early.len(), &early[0]["retry_after"]), (1, &json!(60.0)));
    assert!(early[0]["path"].as_str().unwrap().ends_with("/token"));
}

#[tokio::test]
async fn an_answer_that_never_arrives_announces_nothing() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    test_env.control("/tenants/contoso.com/throttle", json!({ "seconds": 60, "for": "mailboxes" })).await;
    let part = |id: usize| json!({ "id": id.to_string(), "method": "GET", "url": INBOX });
    for kind in ["dropped", "cut_short", "part_missing"] {
        let chaos = json!({ "rate": 1, "times": 1, "kinds": [kind] });
        test_env.control("/tenants/contoso.com/chaos", chaos).await;
        let request = test_env.request(reqwest::Method::POST, "/v1.0/$batch").bearer_auth(&token);
        // In each case, the client has received no wait.
        if let Ok(answer) = request.json(&json!({ "requests": [part(1)] })).send().await {
            assert!(!answer.text().await.is_ok_and(|text| text.contains("Retry-After")), "{kind}");
        }
        a_moment().await;
    }
    test_env.graph(&token, INBOX).await;
    assert_eq!(early(&test_env).await.len(), 0);
}
