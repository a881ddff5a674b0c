use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{CONTOSO, World};

#[tokio::test]
async fn a_latency_may_be_spread_evenly_or_have_a_long_tail() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    for (latency, least) in [
        (json!({ "uniform": [100, 120], "seed": 3 }), 100),
        (json!({ "median": 100.0, "p99": 100.0 }), 99),
        (json!({ "ms": 100 }), 100),
    ] {
        world.control("/tenants/contoso.com/latency", latency.clone()).await;
        let start = Instant::now();
        assert_eq!(world.graph(&token, "/organization").await.0, StatusCode::OK);
        assert!(start.elapsed() >= Duration::from_millis(least), "{latency}");
    }
    let (_, tenant) = world.get("/_sim/tenants/contoso.com").await;
    assert_eq!((&tenant["latency_ms"], &tenant["latency"]), (&json!(100.0), &json!({ "ms": 100 })));
}

#[tokio::test]
async fn a_batch_waits_once_per_four_mailboxes() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    world.control("/tenants/contoso.com/latency", json!({ "ms": 100 })).await;
    let part = |id: usize| json!({ "id": id.to_string(), "method": "GET", "url": "/users/admin@contoso.com/mailFolders/inbox" });
    let parts: Vec<_> = (0..9).map(part).collect();
    let start = Instant::now();
    let (_, body) = world.batch(&token, json!(parts)).await;
    assert!(start.elapsed() >= Duration::from_millis(300));
    // Four at a time: one batch by itself never meets the limit of a mailbox.
    assert!(body["responses"].as_array().unwrap().iter().all(|part| part["status"] == 200));
}

#[tokio::test]
async fn impossible_latencies_are_refused() {
    let world = World::start().await;
    for latency in [
        json!({}),
        json!({ "ms": 1, "uniform": [1, 2] }),
        json!({ "uniform": [2, 1] }),
        json!({ "median": 100, "p99": 50 }),
        json!({ "median": 0, "p99": 50 }),
    ] {
        let request = world.request(Method::POST, "/_sim/tenants/contoso.com/latency").json(&latency);
        assert_eq!(request.send().await.unwrap().status(), StatusCode::BAD_REQUEST, "{latency}");
    }
}
