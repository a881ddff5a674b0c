use std::time::Duration;

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{CLIENT_ID, CONTOSO, TestSimulator, code, read};

const LIMITS: &str = "/tenants/contoso.com/limits";
const INBOX: &str = "/users/admin@contoso.com/mailFolders/inbox";

async fn get(test_env: &TestSimulator, token: &str, path: &str) -> Response {
    test_env.request(Method::GET, &format!("/v1.0{path}")).bearer_auth(token).send().await.unwrap()
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

fn seconds(response: &Response) -> Duration {
    Duration::from_secs_f64(header(response, "retry-after").parse().unwrap())
}

#[tokio::test]
async fn the_limits_are_on_and_follow_the_size_of_the_directory() {
    let test_env = TestSimulator::start().await;
    for (mailboxes, units) in [(5, 3_500), (100, 5_000), (1_000, 8_000)] {
        let tid = test_env.tenant(&format!("size{mailboxes}.example"), mailboxes).await;
        let (_, limits) = test_env.get(&format!("/_sim/tenants/{tid}/limits")).await;
        assert_eq!(limits["identity_units"], units);
        assert_eq!(
            (&limits["mailbox_requests"], &limits["mailbox_concurrency"]),
            (&json!(10_000), &json!(4))
        );
        assert_eq!(limits["exchange_per_second"], Value::Null);
    }
}

#[tokio::test]
async fn directory_calls_cost_units_and_answers_report_the_used_share() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    test_env.control(LIMITS, json!({ "identity_units": 10, "identity_seconds": 0.4 })).await;
    for (path, cost, share) in [
        ("/users", "2", ""),
        ("/users?$select=id", "1", ""),
        ("/users", "2", ""),
        ("/users", "2", ""),
        ("/users", "2", "0.90"),
    ] {
        let answer = get(&test_env, &token, path).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(header(&answer, "x-ms-resource-unit"), cost, "{path}");
        assert_eq!(header(&answer, "x-ms-throttle-limit-percentage"), share, "{path}");
    }
    let refused = get(&test_env, &token, "/users").await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(header(&refused, "x-ms-throttle-limit-percentage"), "1.10");
    assert_eq!(header(&refused, "x-ms-throttle-information"), "ResourceUnitLimitExceeded");
    let scope = format!("Tenant_Application/ReadWrite/{CLIENT_ID}/{CONTOSO}");
    assert_eq!(header(&refused, "x-ms-throttle-scope"), scope);
    // Mailboxes have separate limits.
    assert_eq!(get(&test_env, &token, INBOX).await.status(), StatusCode::OK);
    tokio::time::sleep(seconds(&refused)).await;
    assert_eq!(get(&test_env, &token, "/users").await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_mailbox_answers_four_requests_at_a_time() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    test_env.control("/tenants/contoso.com/latency", json!({ "ms": 400 })).await;
    let request = || test_env.graph(&token, INBOX);
    let (a, b, c, d, e) = tokio::join!(request(), request(), request(), request(), request());
    let answers = [a, b, c, d, e];
    let refused: Vec<_> = answers.iter().filter(|it| it.0 == StatusCode::TOO_MANY_REQUESTS).collect();
    assert_eq!(refused.len(), 1);
    assert_eq!(code(refused[0]), "ApplicationThrottled");
    assert!(refused[0].1["error"]["message"].as_str().unwrap().contains("MailboxConcurrency"));
    // The four requests have ended, so the mailbox accepts another.
    assert_eq!(request().await.0, StatusCode::OK);
    test_env.control(LIMITS, json!({ "mailbox_concurrency": null })).await;
    let (a, b, c, d, e) = tokio::join!(request(), request(), request(), request(), request());
    assert!([a, b, c, d, e].iter().all(|it| it.0 == StatusCode::OK));
}

#[tokio::test]
async fn a_closed_connection_frees_the_mailbox() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    test_env.control("/tenants/contoso.com/latency", json!({ "ms": 60_000 })).await;
    test_env.control(LIMITS, json!({ "mailbox_concurrency": 1 })).await;
    let impatient = test_env.request(Method::GET, &format!("/v1.0{INBOX}")).bearer_auth(&token);
    assert!(impatient.timeout(Duration::from_millis(200)).send().await.unwrap_err().is_timeout());
    test_env.control("/tenants/contoso.com/latency", json!({ "ms": 0 })).await;
    // The server detects the closed connection after a delay.
    let mut status = StatusCode::TOO_MANY_REQUESTS;
    for _ in 0..50 {
        status = test_env.graph(&token, INBOX).await.0;
        if status == StatusCode::OK {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn a_mailbox_over_its_limit_refuses_while_others_answer() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    test_env.control(LIMITS, json!({ "mailbox_requests": 2, "mailbox_seconds": 60 })).await;
    let statuses = [get(&test_env, &token, INBOX).await, get(&test_env, &token, INBOX).await];
    assert!(statuses.iter().all(|it| it.status() == StatusCode::OK));
    let refused = get(&test_env, &token, INBOX).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(seconds(&refused) > Duration::from_secs(50));
    let other = get(&test_env, &token, "/users/adele.vance@contoso.com/mailFolders/inbox").await;
    assert_eq!(other.status(), StatusCode::OK);
    test_env.control(LIMITS, json!({ "mailbox_requests": null })).await;
    assert_eq!(get(&test_env, &token, INBOX).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_rate_for_all_mailboxes_refuses_parts_of_a_batch() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    test_env.control(LIMITS, json!({ "exchange_per_second": 2, "exchange_burst": 5 })).await;
    let part = |id: usize| json!({ "id": id.to_string(), "method": "GET", "url": INBOX });
    let parts: Vec<_> = (0..8).map(part).collect();
    let (status, body) = test_env.batch(&token, json!(parts)).await;
    assert_eq!(status, StatusCode::OK);
    let refused: Vec<&Value> =
        body["responses"].as_array().unwrap().iter().filter(|part| part["status"] == 429).collect();
    assert_eq!(refused.len(), 3);
    let wait: f64 = refused[0]["headers"]["Retry-After"].as_str().unwrap().parse().unwrap();
    assert!(0.0 < wait && wait <= 0.5, "{wait}");
    tokio::time::sleep(Duration::from_secs_f64(wait)).await;
    assert_eq!(get(&test_env, &token, INBOX).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn limits_can_be_removed_and_restored() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    test_env.control(LIMITS, json!({ "identity_units": 0 })).await;
    assert_eq!(get(&test_env, &token, "/users").await.status(), StatusCode::TOO_MANY_REQUESTS);
    let lifted = test_env.control(LIMITS, json!({ "identity_units": null })).await;
    assert_eq!((&lifted["identity_units"], &lifted["mailbox_concurrency"]), (&Value::Null, &json!(4)));
    let free = get(&test_env, &token, "/users").await;
    assert_eq!((free.status(), header(&free, "x-ms-resource-unit")), (StatusCode::OK, ""));
    assert_eq!(test_env.control(LIMITS, json!({ "usual": true })).await["identity_units"], 5_000);
    let nonsense =
        test_env.request(Method::POST, &format!("/_sim{LIMITS}")).json(&json!({ "mailbox_seconds": 0 }));
    assert_eq!(read(nonsense.send().await.unwrap()).await.0, StatusCode::BAD_REQUEST);
}
