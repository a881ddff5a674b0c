use std::time::Duration;

use microsoft::Class;
use serde_json::json;
use tokio::time::Instant;

use crate::test_tenant::TestTenant;

#[tokio::test]
async fn a_throttled_batch_succeeds_after_the_pause() {
    let (test_env, tenant) = TestTenant::consented().await;
    let ids: Vec<String> = test_env
        .truth()
        .await
        .iter()
        .take(20)
        .map(|person| person["id"].as_str().unwrap().to_owned())
        .collect();
    let throttle = json!({"seconds": 0.8, "retry_after": 1, "for": "mailboxes"});
    test_env.control("tenants/contoso.com/throttle", throttle).await;
    let (start, mut pauses) = (Instant::now(), tenant.watch_pauses());
    let probes = tenant.probe_inboxes(&ids).await.unwrap();
    assert!(probes.iter().all(|probe| probe.outcome.is_ok()));
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert!(pauses.has_changed().unwrap() && pauses.borrow_and_update().is_some());
}

#[tokio::test]
async fn a_call_to_a_throttled_directory_fails_at_once() {
    let (test_env, tenant) = TestTenant::consented().await;
    tenant.organization().await.unwrap();
    let throttle = json!({"seconds": 300, "retry_after": 300, "for": "directory"});
    test_env.control("tenants/contoso.com/throttle", throttle).await;
    let start = Instant::now();
    let failure = tenant.organization().await.unwrap_err();
    assert_eq!((failure.class, failure.status), (Class::Throttled, Some(429)));
    assert!(failure.retry_after.is_some_and(|left| left > Duration::from_secs(290)));
    assert!(tenant.pause_left().is_some() && start.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_call_with_a_throttled_token_endpoint_is_throttled() {
    let (test_env, tenant) = TestTenant::consented().await;
    test_env.control("tenants/contoso.com/throttle", json!({"seconds": 90, "for": "token"})).await;
    let failure = tenant.organization().await.unwrap_err();
    assert_eq!((failure.class, failure.status, failure.code), (Class::Throttled, Some(429), None));
}
