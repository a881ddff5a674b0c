use std::time::Duration;

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{CLIENT_ID, CONTOSO, World, code, read};

const LIMITS: &str = "/tenants/contoso.com/limits";
const INBOX: &str = "/users/admin@contoso.com/mailFolders/inbox";

async fn get(world: &World, token: &str, path: &str) -> Response {
    world.request(Method::GET, &format!("/v1.0{path}")).bearer_auth(token).send().await.unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

fn seconds(response: &Response) -> Duration {
    Duration::from_secs_f64(header(response, "retry-after").parse().unwrap())
}

#[tokio::test]
async fn the_limits_are_on_and_follow_the_size_of_the_directory() {
    let world = World::start().await;
    for (mailboxes, units) in [(5, 3_500), (100, 5_000), (1_000, 8_000)] {
        let tid = world.tenant(&format!("size{mailboxes}.example"), mailboxes).await;
        let (_, limits) = world.get(&format!("/_sim/tenants/{tid}/limits")).await;
        assert_eq!(limits["identity_units"], units);
        assert_eq!(
            (&limits["mailbox_requests"], &limits["mailbox_concurrency"]),
            (&json!(10_000), &json!(4))
        );
        assert_eq!(limits["exchange_per_second"], Value::Null);
    }
}

#[tokio::test]
async fn directory_calls_cost_units_and_the_answers_tell_how_many_are_left() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    world.control(LIMITS, json!({ "identity_units": 10, "identity_seconds": 0.4 })).await;
    for (path, cost, share) in [
        ("/users", "2", ""),
        ("/users?$select=id", "1", ""),
        ("/users", "2", ""),
        ("/users", "2", ""),
        ("/users", "2", "0.90"),
    ] {
        let answer = get(&world, &token, path).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(header(&answer, "x-ms-resource-unit"), cost, "{path}");
        assert_eq!(header(&answer, "x-ms-throttle-limit-percentage"), share, "{path}");
    }
    let refused = get(&world, &token, "/users").await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(header(&refused, "x-ms-throttle-limit-percentage"), "1.10");
    assert_eq!(header(&refused, "x-ms-throttle-information"), "ResourceUnitLimitExceeded");
    let scope = format!("Tenant_Application/ReadWrite/{CLIENT_ID}/{CONTOSO}");
    assert_eq!(header(&refused, "x-ms-throttle-scope"), scope);
    // Mailboxes have limits of their own.
    assert_eq!(get(&world, &token, INBOX).await.status(), StatusCode::OK);
    tokio::time::sleep(seconds(&refused)).await;
    assert_eq!(get(&world, &token, "/users").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_mailbox_answers_four_requests_at_a_time() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    world.control("/tenants/contoso.com/latency", json!({ "ms": 400 })).await;
    let request = || world.graph(&token, INBOX);
    let (a, b, c, d, e) = tokio::join!(request(), request(), request(), request(), request());
    let answers = [a, b, c, d, e];
    let refused: Vec<_> = answers.iter().filter(|it| it.0 == StatusCode::TOO_MANY_REQUESTS).collect();
    assert_eq!(refused.len(), 1);
    assert_eq!(code(refused[0]), "ApplicationThrottled");
    assert!(refused[0].1["error"]["message"].as_str().unwrap().contains("MailboxConcurrency"));
    // The four have ended, so there is room again.
    assert_eq!(request().await.0, StatusCode::OK);
    world.control(LIMITS, json!({ "mailbox_concurrency": null })).await;
    let (a, b, c, d, e) = tokio::join!(request(), request(), request(), request(), request());
    assert!([a, b, c, d, e].iter().all(|it| it.0 == StatusCode::OK));
}

#[tokio::test]
async fn a_caller_who_hangs_up_frees_the_mailbox() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    world.control("/tenants/contoso.com/latency", json!({ "ms": 60_000 })).await;
    world.control(LIMITS, json!({ "mailbox_concurrency": 1 })).await;
    let impatient = world.request(Method::GET, &format!("/v1.0{INBOX}")).bearer_auth(&token);
    assert!(impatient.timeout(Duration::from_millis(200)).send().await.unwrap_err().is_timeout());
    world.control("/tenants/contoso.com/latency", json!({ "ms": 0 })).await;
    // The server notices the closed connection in its own time.
    let mut status = StatusCode::TOO_MANY_REQUESTS;
    for _ in 0..50 {
        status = world.graph(&token, INBOX).await.0;
        if status == StatusCode::OK {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn a_mailbox_that_is_asked_too_often_refuses_while_others_answer() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    world.control(LIMITS, json!({ "mailbox_requests": 2, "mailbox_seconds": 60 })).await;
    let statuses = [get(&world, &token, INBOX).await, get(&world, &token, INBOX).await];
    assert!(statuses.iter().all(|it| it.status() == StatusCode::OK));
    let refused = get(&world, &token, INBOX).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(seconds(&refused) > Duration::from_secs(50));
    let other = get(&world, &token, "/users/adele.vance@contoso.com/mailFolders/inbox").await;
    assert_eq!(other.status(), StatusCode::OK);
    world.control(LIMITS, json!({ "mailbox_requests": null })).await;
    assert_eq!(get(&world, &token, INBOX).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_rate_for_all_mailboxes_refuses_parts_of_a_batch() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    world.control(LIMITS, json!({ "exchange_per_second": 2, "exchange_burst": 5 })).await;
    let part = |id: usize| json!({ "id": id.to_string(), "method": "GET", "url": INBOX });
    let parts: Vec<_> = (0..8).map(part).collect();
    let (status, body) = world.batch(&token, json!(parts)).await;
    assert_eq!(status, StatusCode::OK);
    let refused: Vec<&Value> =
        body["responses"].as_array().unwrap().iter().filter(|part| part["status"] == 429).collect();
    assert_eq!(refused.len(), 3);
    let wait: f64 = refused[0]["headers"]["Retry-After"].as_str().unwrap().parse().unwrap();
    assert!(0.0 < wait && wait <= 0.5, "{wait}");
    tokio::time::sleep(Duration::from_secs_f64(wait)).await;
    assert_eq!(get(&world, &token, INBOX).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn limits_can_be_lifted_and_put_back() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    world.control(LIMITS, json!({ "identity_units": 0 })).await;
    assert_eq!(get(&world, &token, "/users").await.status(), StatusCode::TOO_MANY_REQUESTS);
    let lifted = world.control(LIMITS, json!({ "identity_units": null })).await;
    assert_eq!((&lifted["identity_units"], &lifted["mailbox_concurrency"]), (&Value::Null, &json!(4)));
    let free = get(&world, &token, "/users").await;
    assert_eq!((free.status(), header(&free, "x-ms-resource-unit")), (StatusCode::OK, ""));
    assert_eq!(world.control(LIMITS, json!({ "usual": true })).await["identity_units"], 5_000);
    let nonsense =
        world.request(Method::POST, &format!("/_sim{LIMITS}")).json(&json!({ "mailbox_seconds": 0 }));
    assert_eq!(read(nonsense.send().await.unwrap()).await.0, StatusCode::BAD_REQUEST);
}
