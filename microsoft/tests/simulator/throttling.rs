use std::time::Duration;

use microsoft::Class;
use serde_json::json;
use tokio::time::Instant;

use crate::world::World;

#[tokio::test]
async fn a_throttled_batch_is_waited_out() {
    let (world, tenant) = World::consented().await;
    let ids: Vec<String> =
        world.truth().await.iter().take(20).map(|person| person["id"].as_str().unwrap().to_owned()).collect();
    let throttle = json!({"seconds": 0.8, "retry_after": 1, "for": "mailboxes"});
    world.control("tenants/contoso.com/throttle", throttle).await;
    let (start, mut pauses) = (Instant::now(), tenant.on_pause());
    let probes = tenant.probe_inboxes(&ids).await.unwrap();
    assert!(probes.iter().all(|probe| probe.outcome.is_ok()));
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert!(pauses.has_changed().unwrap() && pauses.borrow_and_update().is_some());
}

#[tokio::test]
async fn a_directory_that_stays_throttled_is_handed_back() {
    let (world, tenant) = World::consented().await;
    tenant.organization().await.unwrap();
    let throttle = json!({"seconds": 300, "retry_after": 300, "for": "directory"});
    world.control("tenants/contoso.com/throttle", throttle).await;
    let start = Instant::now();
    let failure = tenant.organization().await.unwrap_err();
    assert_eq!((failure.class, failure.status), (Class::Throttled, Some(429)));
    assert!(failure.retry_after.is_some_and(|left| left > Duration::from_secs(290)));
    assert!(tenant.paused_until().is_some() && start.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn a_throttled_token_endpoint_is_throttled_too() {
    let (world, tenant) = World::consented().await;
    world.control("tenants/contoso.com/throttle", json!({"seconds": 90, "for": "token"})).await;
    let failure = tenant.organization().await.unwrap_err();
    assert_eq!((failure.class, failure.status, failure.code), (Class::Throttled, Some(429), None));
}
