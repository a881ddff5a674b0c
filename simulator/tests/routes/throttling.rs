use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{CONTOSO, TestSimulator, code};

#[tokio::test]
async fn a_throttled_service_sends_retry_after_and_the_other_still_answers() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let inbox = "/v1.0/users/admin@contoso.com/mailFolders/inbox";
    for (target, throttled, free) in
        [("mailboxes", inbox, "/v1.0/users"), ("directory", "/v1.0/users", inbox)]
    {
        let throttle = json!({ "seconds": 60, "retry_after": 1.5, "for": target });
        test_env.control("/tenants/contoso.com/throttle", throttle).await;
        let get = |path| test_env.request(Method::GET, path).bearer_auth(&token).send();
        let refused = get(throttled).await.unwrap();
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.headers()["retry-after"], "1.5");
        assert_eq!(get(free).await.unwrap().status(), StatusCode::OK);
        test_env.control("/tenants/contoso.com/throttle", json!({ "seconds": 0, "for": "all" })).await;
        assert_eq!(get(throttled).await.unwrap().status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn a_throttle_ends_by_itself() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    test_env.control("/tenants/contoso.com/throttle", json!({ "seconds": 0.2 })).await;
    assert_eq!(code(&test_env.graph(&token, "/users").await), "TooManyRequests");
    tokio::time::sleep(Duration::from_millis(250)).await;
    assert_eq!(test_env.graph(&token, "/users").await.0, StatusCode::OK);
}

#[tokio::test]
async fn the_sign_in_service_throttles_in_plain_text() {
    let test_env = TestSimulator::start().await;
    test_env.control("/tenants/contoso.com/throttle", json!({ "seconds": 60, "for": "token" })).await;
    let (status, body) = test_env.try_app_token(CONTOSO).await;
    assert_eq!((status, body), (StatusCode::TOO_MANY_REQUESTS, json!("Too Many Requests")));
}

#[tokio::test]
async fn latency_belongs_to_one_tenant() {
    let test_env = TestSimulator::start().await;
    let (slow, fast) = (test_env.consented(CONTOSO).await, test_env.consented("fabrikam.com").await);
    test_env.control("/tenants/contoso.com/latency", json!({ "ms": 300 })).await;
    let start = Instant::now();
    assert_eq!(test_env.graph(&fast, "/organization").await.0, StatusCode::OK);
    assert!(start.elapsed() < Duration::from_millis(250));
    assert_eq!(test_env.graph(&slow, "/organization").await.0, StatusCode::OK);
    assert!(start.elapsed() >= Duration::from_millis(300));
}
