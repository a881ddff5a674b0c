use std::time::Duration;

use microsoft::Class;
use tokio::time::Instant;

use crate::script::{Script, error, reply};

#[tokio::test]
async fn one_throttled_answer_pauses_every_call_of_the_tenant_and_of_no_other() {
    let script = Script::graph(|request| match request.path.as_str() {
        "/v1.0/organization" if request.nth == 0 => error(429, "TooManyRequests").header("retry-after", "1"),
        "/v1.0/organization" => reply(200, r#"{"value":[{"id":"t"}]}"#),
        _ => reply(200, r#"{"value":[]}"#),
    })
    .await;
    let (tenant, mut pauses) = (script.tenant(), script.tenant().watch_pauses());
    let start = Instant::now();
    let first = tokio::spawn({
        let tenant = tenant.clone();
        async move { tenant.organization().await }
    });
    pauses.changed().await.unwrap();
    assert!(pauses.borrow().is_some());
    assert!(tenant.pause_left().is_some_and(|left| left <= Duration::from_secs(1)));

    tenant.first_user().await.unwrap();
    assert!(start.elapsed() >= Duration::from_secs(1), "another call did not wait");
    first.await.unwrap().unwrap();
    assert_eq!(tenant.pause_left(), None);

    let other = "bbbbbbbb-0000-cccc-1111-dddd2222eeee".parse().unwrap();
    assert_eq!(script.microsoft.tenant(&other).pause_left(), None);
}

#[tokio::test]
async fn a_call_fails_at_once_during_a_long_pause() {
    let script = Script::graph(|_| reply(503, "").header("retry-after", "120")).await;
    let (tenant, start) = (script.tenant(), Instant::now());
    let first = tenant.first_user().await.unwrap_err();
    assert_eq!((first.class, first.status), (Class::Unavailable, Some(503)));
    let second = tenant.organization().await.unwrap_err();
    assert_eq!((second.class, second.status), (Class::Throttled, None));
    for failure in [first, second] {
        assert!(failure.retry_after.is_some_and(|left| left > Duration::from_secs(100)), "{failure}");
    }
    assert!(start.elapsed() < Duration::from_secs(5));
    assert!(script.requests("/organization").is_empty());
}

#[tokio::test]
async fn a_call_throttled_three_times_fails_with_the_requested_wait() {
    let script = Script::graph(|_| error(429, "TooManyRequests").header("retry-after", "0.5")).await;
    let failure = script.tenant().organization().await.unwrap_err();
    assert_eq!((failure.class, failure.retry_after), (Class::Throttled, Some(Duration::from_secs(1))));
    assert_eq!(script.requests("/organization").len(), 3);
}

#[tokio::test]
async fn a_throttled_mailbox_does_not_pause_the_tenant() {
    let script = Script::graph(|request| match request.path.as_str() {
        "/v1.0/organization" => reply(200, r#"{"value":[{"id":"t"}]}"#),
        _ => error(429, "TooManyRequests").header("retry-after", "0.5"),
    })
    .await;
    let failure = script.tenant().inbox("a").await.unwrap_err();
    assert_eq!((failure.class, failure.retry_after), (Class::MailboxThrottled, Some(Duration::from_secs(1))));
    assert_eq!(script.requests("/inbox").len(), 3);
    assert_eq!(script.tenant().pause_left(), None);
    script.tenant().organization().await.unwrap();
}

#[tokio::test]
async fn a_mailbox_that_moves_does_not_pause_the_tenant() {
    let script =
        Script::graph(|_| error(503, "ErrorMailboxMoveInProgress").header("retry-after", "300")).await;
    let failure = script.tenant().inbox("a").await.unwrap_err();
    assert_eq!((failure.class, failure.retry_after), (Class::MailboxMoving, Some(Duration::from_secs(300))));
    assert_eq!(script.tenant().pause_left(), None);
}
