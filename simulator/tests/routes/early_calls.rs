use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{CONTOSO, World};

const INBOX: &str = "/users/admin@contoso.com/mailFolders/inbox";

async fn early(world: &World) -> Vec<Value> {
    world.get("/_sim/requests?early=true").await.1["requests"].as_array().unwrap().clone()
}

/// A client cannot know of an answer while it is on the wire, so nothing is early for a moment.
async fn a_moment() {
    tokio::time::sleep(Duration::from_millis(120)).await;
}

#[tokio::test]
async fn a_call_within_an_announced_wait_is_early_and_one_after_it_is_not() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    let throttle = json!({ "seconds": 0.05, "retry_after": 0.8, "for": "directory" });
    world.control("/tenants/contoso.com/throttle", throttle).await;
    assert_eq!(world.graph(&token, "/users").await.0, StatusCode::TOO_MANY_REQUESTS);
    a_moment().await;
    a_moment().await;
    // The throttle is over, but the client was told to wait.
    assert_eq!(world.graph(&token, "/organization").await.0, StatusCode::OK);
    // Exchange said nothing.
    assert_eq!(world.graph(&token, INBOX).await.0, StatusCode::OK);
    tokio::time::sleep(Duration::from_millis(800)).await;
    assert_eq!(world.graph(&token, "/organization").await.0, StatusCode::OK);

    let (_, log) = world.get("/_sim/requests?tenant=contoso.com&path=/v1.0").await;
    assert_eq!(
        (&log["requests"][0]["retry_after"], &log["requests"][0]["early"]),
        (&json!(0.8), &json!(false))
    );
    let early = early(&world).await;
    assert_eq!(early.len(), 1);
    assert_eq!((&early[0]["path"], &early[0]["retry_after"]), (&json!("/v1.0/organization"), &Value::Null));
}

#[tokio::test]
async fn calls_that_were_under_way_when_the_wait_was_announced_do_not_count() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    world.control("/tenants/contoso.com/latency", json!({ "ms": 300 })).await;
    world.control("/tenants/contoso.com/throttle", json!({ "seconds": 60, "for": "directory" })).await;
    let (one, two) = tokio::join!(world.graph(&token, "/users"), world.graph(&token, "/organization"));
    assert_eq!((one.0, two.0), (StatusCode::TOO_MANY_REQUESTS, StatusCode::TOO_MANY_REQUESTS));
    assert_eq!(early(&world).await.len(), 0);
}

#[tokio::test]
async fn parts_announce_for_their_service_and_count_by_the_arrival_of_their_batch() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    world.control("/tenants/contoso.com/throttle", json!({ "seconds": 60, "for": "mailboxes" })).await;
    let requests = json!([
        { "id": "1", "method": "GET", "url": INBOX },
        { "id": "2", "method": "GET", "url": "/organization" },
    ]);
    world.batch(&token, requests.clone()).await;
    assert_eq!(early(&world).await.len(), 0);
    a_moment().await;
    world.batch(&token, requests).await;
    let early = early(&world).await;
    // The part for Exchange, and the batch that carried it.
    let paths: Vec<_> = early.iter().map(|entry| (&entry["path"], &entry["batch"])).collect();
    let (inbox, batch) = (json!(format!("/v1.0{INBOX}")), json!("/v1.0/$batch"));
    assert_eq!(paths, [(&inbox, &json!(0)), (&batch, &Value::Null)]);
}

#[tokio::test]
async fn one_busy_mailbox_closes_nothing_for_the_others() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    let fault = json!({ "code": "ErrorServerBusy", "retry_after": 60 });
    world.control("/tenants/contoso.com/mailboxes/admin@contoso.com/break", fault).await;
    assert_eq!(world.graph(&token, INBOX).await.0, StatusCode::SERVICE_UNAVAILABLE);
    a_moment().await;
    world.graph(&token, "/users/adele.vance@contoso.com/mailFolders/inbox").await;
    assert_eq!(early(&world).await.len(), 0);
    let (_, log) = world.get("/_sim/requests?mailbox=admin@contoso.com").await;
    assert_eq!(log["requests"][0]["retry_after"], 60.0);
}

#[tokio::test]
async fn the_token_endpoint_has_a_window_of_its_own() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    world.control("/tenants/contoso.com/throttle", json!({ "seconds": 60, "for": "token" })).await;
    world.ask_app_token(CONTOSO).await;
    a_moment().await;
    world.graph(&token, "/organization").await;
    world.ask_app_token(CONTOSO).await;
    let early = early(&world).await;
    assert_eq!((early.len(), &early[0]["retry_after"]), (1, &json!(60.0)));
    assert!(early[0]["path"].as_str().unwrap().ends_with("/token"));
}

#[tokio::test]
async fn an_answer_that_never_arrives_announces_nothing() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    world.control("/tenants/contoso.com/throttle", json!({ "seconds": 60, "for": "mailboxes" })).await;
    let part = |id: usize| json!({ "id": id.to_string(), "method": "GET", "url": INBOX });
    for kind in ["dropped", "cut_short", "part_missing"] {
        let chaos = json!({ "rate": 1, "times": 1, "kinds": [kind] });
        world.control("/tenants/contoso.com/chaos", chaos).await;
        let request = world.request(reqwest::Method::POST, "/v1.0/$batch").bearer_auth(&token);
        // Whatever became of it, the client has seen no wait.
        if let Ok(answer) = request.json(&json!({ "requests": [part(1)] })).send().await {
            assert!(!answer.text().await.is_ok_and(|text| text.contains("Retry-After")), "{kind}");
        }
        a_moment().await;
    }
    world.graph(&token, INBOX).await;
    assert_eq!(early(&world).await.len(), 0);
}
