use std::time::{Duration, Instant};

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::support::{CONTOSO, World, code};

#[tokio::test]
async fn a_throttled_service_says_when_to_come_back_and_the_other_goes_on() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    let inbox = "/v1.0/users/admin@contoso.com/mailFolders/inbox";
    for (target, throttled, free) in
        [("mailboxes", inbox, "/v1.0/users"), ("directory", "/v1.0/users", inbox)]
    {
        let throttle = json!({ "seconds": 60, "retry_after": 1.5, "for": target });
        world.control("/tenants/contoso.com/throttle", throttle).await;
        let get = |path| world.request(Method::GET, path).bearer_auth(&token).send();
        let refused = get(throttled).await.unwrap();
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.headers()["retry-after"], "1.5");
        assert_eq!(get(free).await.unwrap().status(), StatusCode::OK);
        world.control("/tenants/contoso.com/throttle", json!({ "seconds": 0, "for": "all" })).await;
        assert_eq!(get(throttled).await.unwrap().status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn a_throttle_ends_by_itself() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    world.control("/tenants/contoso.com/throttle", json!({ "seconds": 0.2 })).await;
    assert_eq!(code(&world.graph(&token, "/users").await), "TooManyRequests");
    tokio::time::sleep(Duration::from_millis(250)).await;
    assert_eq!(world.graph(&token, "/users").await.0, StatusCode::OK);
}

#[tokio::test]
async fn the_sign_in_service_throttles_in_plain_text() {
    let world = World::start().await;
    world.control("/tenants/contoso.com/throttle", json!({ "seconds": 60, "for": "token" })).await;
    let (status, body) = world.ask_app_token(CONTOSO).await;
    assert_eq!((status, body), (StatusCode::TOO_MANY_REQUESTS, json!("Too Many Requests")));
}

#[tokio::test]
async fn latency_belongs_to_one_tenant() {
    let world = World::start().await;
    let (slow, fast) = (world.consented(CONTOSO).await, world.consented("fabrikam.com").await);
    world.control("/tenants/contoso.com/latency", json!({ "ms": 300 })).await;
    let start = Instant::now();
    assert_eq!(world.graph(&fast, "/organization").await.0, StatusCode::OK);
    assert!(start.elapsed() < Duration::from_millis(250));
    assert_eq!(world.graph(&slow, "/organization").await.0, StatusCode::OK);
    assert!(start.elapsed() >= Duration::from_millis(300));
}
