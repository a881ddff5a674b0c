use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{CONTOSO, TestSimulator};

#[tokio::test]
async fn a_latency_can_be_uniform_log_normal_or_fixed() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    for (latency, least) in [
        (json!({ "uniform": [100, 120], "seed": 3 }), 100),
        (json!({ "median": 100.0, "p99": 100.0 }), 99),
        (json!({ "ms": 100 }), 100),
    ] {
        test_env.control("/tenants/contoso.com/latency", latency.clone()).await;
        let start = Instant::now();
        assert_eq!(test_env.graph(&token, "/organization").await.0, StatusCode::OK);
        assert!(start.elapsed() >= Duration::from_millis(least), "{latency}");
    }
    let (_, tenant) = test_env.get("/_sim/tenants/contoso.com").await;
    assert_eq!((&tenant["latency_ms"], &tenant["latency"]), (&json!(100.0), &json!({ "ms": 100 })));
}

#[tokio::test]
async fn a_batch_waits_once_per_four_mailboxes() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    test_env.control("/tenants/contoso.com/latency", json!({ "ms": 100 })).await;
    let part = |id: usize| json!({ "id": id.to_string(), "method": "GET", "url": "/users/admin@contoso.com/mailFolders/inbox" });
    let parts: Vec<_> = (0..9).map(part).collect();
    let start = Instant::now();
    let (_, body) = test_env.batch(&token, json!(parts)).await;
    assert!(start.elapsed() >= Duration::from_millis(300));
    // Four at a time, so a single batch never exceeds the limit of a mailbox.
    assert!(body["responses"].as_array().unwrap().iter().all(|part| part["status"] == 200));
}

#[tokio::test]
async fn invalid_latencies_are_refused() {
    let test_env = TestSimulator::start().await;
    for latency in [
        json!({}),
        json!({ "ms": 1, "uniform": [1, 2] }),
        json!({ "uniform": [2, 1] }),
        json!({ "median": 100, "p99": 50 }),
        json!({ "median": 0, "p99": 50 }),
    ] {
        let request = test_env.request(Method::POST, "/_sim/tenants/contoso.com/latency").json(&latency);
        assert_eq!(request.send().await.unwrap().status(), StatusCode::BAD_REQUEST, "{latency}");
    }
}
