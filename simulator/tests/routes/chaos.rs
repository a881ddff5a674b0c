mod recovery;

use std::collections::{BTreeSet, HashSet};
use std::time::{Duration, Instant};

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{CONTOSO, TestSimulator};

const CHAOS: &str = "/tenants/contoso.com/chaos";
const INBOX: &str = "/v1.0/users/admin@contoso.com/mailFolders/inbox";

/// Injects this kind of failure into the next request of the tenant.
async fn next(test_env: &TestSimulator, kind: &str) {
    test_env.control(CHAOS, json!({ "seed": 1, "rate": 1, "times": 1, "kinds": [kind] })).await;
}

async fn get(test_env: &TestSimulator, token: &str, path: &str) -> reqwest::Result<Response> {
    test_env.request(Method::GET, path).bearer_auth(token).send().await
}

fn part(id: usize, user: &str) -> Value {
    json!({ "id": id.to_string(), "method": "GET", "url": format!("/users/{user}/mailFolders/inbox?$select=id") })
}

async fn batch_of_six(test_env: &TestSimulator, token: &str) -> Vec<Value> {
    let parts: Vec<_> = (0..6).map(|id| part(id, "admin@contoso.com")).collect();
    let (status, body) = test_env.batch(token, json!(parts)).await;
    assert_eq!(status, StatusCode::OK);
    body["responses"].as_array().unwrap().clone()
}

async fn last(test_env: &TestSimulator) -> Value {
    test_env.get("/_sim/requests?limit=1").await.1["requests"][0].clone()
}

#[tokio::test]
async fn waits_are_announced_in_every_form_that_http_allows() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    for (kind, status) in [("throttled", 429), ("throttled_fraction", 429), ("unavailable", 503)] {
        next(&test_env, kind).await;
        let answer = get(&test_env, &token, INBOX).await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{kind}");
        let text = answer.headers()["retry-after"].to_str().unwrap();
        assert_eq!(text.contains('.'), kind == "throttled_fraction", "{text}");
        assert!((0.05..=1.0).contains(&text.parse::<f64>().unwrap()), "{text}");
        assert_eq!(get(&test_env, &token, INBOX).await.unwrap().status(), StatusCode::OK);
    }
    next(&test_env, "throttled_date").await;
    let answer = get(&test_env, &token, INBOX).await.unwrap();
    assert!(answer.headers()["retry-after"].to_str().unwrap().ends_with(" GMT"));
    let wait = last(&test_env).await["retry_after"].as_f64().unwrap();
    assert!((0.05..2.1).contains(&wait), "{wait}");
    for kind in ["throttled_silent", "unavailable_silent", "unavailable_empty"] {
        next(&test_env, kind).await;
        let answer = get(&test_env, &token, INBOX).await.unwrap();
        assert!(answer.headers().get("retry-after").is_none(), "{kind}");
        assert_eq!(answer.text().await.unwrap().is_empty(), kind == "unavailable_empty");
    }
}

#[tokio::test]
async fn failures_come_in_json_in_text_and_as_pages() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    for (kind, content_type, start) in [
        ("failure_json", "application/json", "{\"error\""),
        ("failure_text", "text/plain", ""),
        ("failure_html", "text/html", "<!DOCTYPE html>"),
    ] {
        let mut seen = BTreeSet::new();
        for seed in 0..20 {
            let setup = json!({ "seed": seed, "rate": 1, "times": 1, "kinds": [kind] });
            test_env.control(CHAOS, setup).await;
            let answer = get(&test_env, &token, INBOX).await.unwrap();
            seen.insert(answer.status().as_u16());
            assert!(answer.headers()["content-type"].to_str().unwrap().starts_with(content_type));
            assert!(answer.text().await.unwrap().starts_with(start));
        }
        assert_eq!(Vec::from_iter(seen), [500, 502, 504], "{kind}");
    }
}

#[tokio::test]
async fn connections_end_before_or_in_the_middle_of_an_answer() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    next(&test_env, "dropped").await;
    assert!(get(&test_env, &token, "/v1.0/users").await.is_err());
    let entry = last(&test_env).await;
    assert_eq!((&entry["status"], &entry["chaos"]), (&json!(0), &json!("dropped")));
    for (kind, has_length) in [("cut_short", true), ("cut_chunked", false)] {
        next(&test_env, kind).await;
        let answer = get(&test_env, &token, "/v1.0/users").await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers().contains_key("content-length"), has_length, "{kind}");
        assert!(answer.bytes().await.is_err(), "{kind}");
    }
}

#[tokio::test]
async fn a_stalled_answer_continues() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let stall = json!({ "rate": 1, "times": 1, "kinds": ["stalled"], "max_wait_ms": 300 });
    test_env.control(CHAOS, stall).await;
    let start = Instant::now();
    let answer = get(&test_env, &token, "/v1.0/users").await.unwrap();
    let page: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    assert!(start.elapsed() >= Duration::from_millis(50));
    assert_eq!(page["value"].as_array().unwrap().len(), 65);
}

#[tokio::test]
async fn a_refused_token_stays_refused_and_a_new_one_is_accepted() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let refuse = json!({ "rate": 1, "kinds": ["token_refused"] });
    test_env.control(CHAOS, refuse).await;
    // Only tokens that were used before are refused, so that clients make progress.
    assert_eq!(get(&test_env, &token, INBOX).await.unwrap().status(), StatusCode::OK);
    for _ in 0..2 {
        let refused = get(&test_env, &token, INBOX).await.unwrap();
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
        assert!(refused.text().await.unwrap().contains("InvalidAuthenticationToken"));
    }
    let renewed = test_env.app_token(CONTOSO).await;
    assert_eq!(get(&test_env, &renewed, INBOX).await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn a_successful_batch_can_have_throttled_missing_duplicated_or_reordered_parts() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    next(&test_env, "throttled_parts").await;
    let parts = batch_of_six(&test_env, &token).await;
    let throttled: Vec<_> = parts.iter().filter(|part| part["status"] == 429).collect();
    assert!(!throttled.is_empty() && throttled.len() < 6);
    assert!(throttled[0]["headers"]["Retry-After"].is_string());

    next(&test_env, "part_missing").await;
    assert_eq!(batch_of_six(&test_env, &token).await.len(), 5);
    next(&test_env, "part_duplicated").await;
    let ids: Vec<_> = batch_of_six(&test_env, &token).await.iter().map(|part| part["id"].clone()).collect();
    assert_eq!((ids.len(), ids.iter().map(Value::to_string).collect::<HashSet<_>>().len()), (7, 6));
    next(&test_env, "parts_reordered").await;
    let ids: Vec<_> = batch_of_six(&test_env, &token).await.iter().map(|part| part["id"].clone()).collect();
    assert_eq!(ids, ["5", "4", "3", "2", "1", "0"]);
}

#[tokio::test]
async fn listings_have_empty_pages_repeated_users_and_expired_links() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    for path in ["/users?$select=id&$top=20", "/users/delta?$select=id"] {
        next(&test_env, "empty_page").await;
        let (_, page) = test_env.graph(&token, path).await;
        assert_eq!(page["value"], json!([]));
        let (users, _, _) = test_env.pages(&token, page["@odata.nextLink"].as_str().unwrap()).await;
        assert_eq!(users.len(), 65, "{path}");
    }
    let (_, first) = test_env.graph(&token, "/users?$select=id&$top=20").await;
    next(&test_env, "user_repeated").await;
    let (_, second) = test_env.graph(&token, first["@odata.nextLink"].as_str().unwrap()).await;
    let before: HashSet<_> = first["value"].as_array().unwrap().iter().map(Value::to_string).collect();
    assert!(before.contains(&second["value"][0].to_string()));
    assert_eq!(second["value"].as_array().unwrap().len(), 20);

    next(&test_env, "page_expired").await;
    let expired = get(&test_env, &token, first["@odata.nextLink"].as_str().unwrap()).await.unwrap();
    assert!(expired.text().await.unwrap().contains("Directory_ExpiredPageToken"));

    let (_, end) = test_env.graph(&token, "/users/delta?$deltatoken=latest&$select=id").await;
    next(&test_env, "delta_expired").await;
    let gone = get(&test_env, &token, end["@odata.deltaLink"].as_str().unwrap()).await.unwrap();
    assert_eq!(gone.status(), StatusCode::GONE);
    assert!(gone.headers()["location"].to_str().unwrap().ends_with("/users/delta?$deltatoken="));
}

#[tokio::test]
async fn chaos_also_affects_the_sign_in_service() {
    let test_env = TestSimulator::start().await;
    test_env.consented(CONTOSO).await;
    next(&test_env, "token_throttled").await;
    let (status, body) = test_env.try_app_token(CONTOSO).await;
    assert_eq!((status, body), (StatusCode::TOO_MANY_REQUESTS, json!("Too Many Requests")));
    next(&test_env, "token_transient").await;
    let (_, body) = test_env.try_app_token(CONTOSO).await;
    assert_eq!((&body["error"], &body["error_codes"]), (&json!("temporarily_unavailable"), &json!([90_033])));
    next(&test_env, "token_failure_html").await;
    let (status, body) = test_env.try_app_token(CONTOSO).await;
    assert!(status.is_server_error() && body.as_str().unwrap().starts_with("<!DOCTYPE html>"));
    next(&test_env, "dropped").await;
    let discovery = test_env.request(Method::GET, "/contoso.com/v2.0/.well-known/openid-configuration");
    assert!(discovery.send().await.is_err());
}

#[tokio::test]
async fn the_same_seed_injects_the_same_failures_and_chaos_can_be_ended() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let mut seen = Vec::new();
    for _ in 0..2 {
        let setup = json!({ "seed": 11, "rate": 0.5, "kinds": ["throttled", "failure_json", "unavailable"] });
        test_env.control(CHAOS, setup).await;
        let mut statuses = Vec::new();
        for _ in 0..20 {
            statuses.push(get(&test_env, &token, INBOX).await.unwrap().status().as_u16());
        }
        seen.push(statuses);
    }
    assert_eq!(seen[0], seen[1]);
    assert!(seen[0].contains(&200) && seen[0].contains(&429));
    let (_, report) = test_env.get("/_sim/tenants/contoso.com/chaos").await;
    let injected: u64 = report["struck"].as_object().unwrap().values().map(|it| it.as_u64().unwrap()).sum();
    assert_eq!(injected as usize, seen[1].iter().filter(|status| **status != 200).count());
    assert_eq!(test_env.control(CHAOS, json!({ "rate": 0 })).await, json!({ "rate": 0 }));
    for _ in 0..20 {
        assert_eq!(get(&test_env, &token, INBOX).await.unwrap().status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn every_kind_is_explained() {
    let test_env = TestSimulator::start().await;
    let (_, all) = test_env.get("/_sim/chaos").await;
    let kinds = all["kinds"].as_array().unwrap();
    assert_eq!(kinds.len(), 36);
    assert!(kinds.iter().all(|kind| kind["explanation"].as_str().unwrap().ends_with('.')));
    for nonsense in [json!({ "rate": 2 }), json!({ "rate": 1, "kinds": ["locusts"] }), json!({})] {
        let request = test_env.request(Method::POST, &format!("/_sim{CHAOS}")).json(&nonsense);
        assert_eq!(request.send().await.unwrap().status(), StatusCode::BAD_REQUEST);
    }
}
