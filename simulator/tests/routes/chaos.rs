mod recovery;

use std::collections::{BTreeSet, HashSet};
use std::time::{Duration, Instant};

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{CONTOSO, World};

const CHAOS: &str = "/tenants/contoso.com/chaos";
const INBOX: &str = "/v1.0/users/admin@contoso.com/mailFolders/inbox";

/// From now on the next request of the tenant meets this.
async fn next(world: &World, kind: &str) {
    world.control(CHAOS, json!({ "seed": 1, "rate": 1, "times": 1, "kinds": [kind] })).await;
}

async fn get(world: &World, token: &str, path: &str) -> reqwest::Result<Response> {
    world.request(Method::GET, path).bearer_auth(token).send().await
}

fn part(id: usize, user: &str) -> Value {
    json!({ "id": id.to_string(), "method": "GET", "url": format!("/users/{user}/mailFolders/inbox?$select=id") })
}

async fn batch_of_six(world: &World, token: &str) -> Vec<Value> {
    let parts: Vec<_> = (0..6).map(|id| part(id, "admin@contoso.com")).collect();
    let (status, body) = world.batch(token, json!(parts)).await;
    assert_eq!(status, StatusCode::OK);
    body["responses"].as_array().unwrap().clone()
}

async fn last(world: &World) -> Value {
    world.get("/_sim/requests?limit=1").await.1["requests"][0].clone()
}

#[tokio::test]
async fn waits_are_announced_in_every_way_that_http_knows() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    for (kind, status) in [("throttled", 429), ("throttled_fraction", 429), ("unavailable", 503)] {
        next(&world, kind).await;
        let answer = get(&world, &token, INBOX).await.unwrap();
        assert_eq!(answer.status().as_u16(), status, "{kind}");
        let text = answer.headers()["retry-after"].to_str().unwrap();
        assert_eq!(text.contains('.'), kind == "throttled_fraction", "{text}");
        assert!((0.05..=1.0).contains(&text.parse::<f64>().unwrap()), "{text}");
        assert_eq!(get(&world, &token, INBOX).await.unwrap().status(), StatusCode::OK);
    }
    next(&world, "throttled_date").await;
    let answer = get(&world, &token, INBOX).await.unwrap();
    assert!(answer.headers()["retry-after"].to_str().unwrap().ends_with(" GMT"));
    let wait = last(&world).await["retry_after"].as_f64().unwrap();
    assert!((0.05..2.1).contains(&wait), "{wait}");
    for kind in ["throttled_silent", "unavailable_silent", "unavailable_empty"] {
        next(&world, kind).await;
        let answer = get(&world, &token, INBOX).await.unwrap();
        assert!(answer.headers().get("retry-after").is_none(), "{kind}");
        assert_eq!(answer.text().await.unwrap().is_empty(), kind == "unavailable_empty");
    }
}

#[tokio::test]
async fn failures_come_in_json_in_text_and_as_pages() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    for (kind, content_type, start) in [
        ("failure_json", "application/json", "{\"error\""),
        ("failure_text", "text/plain", ""),
        ("failure_html", "text/html", "<!DOCTYPE html>"),
    ] {
        let mut seen = BTreeSet::new();
        for seed in 0..20 {
            let setup = json!({ "seed": seed, "rate": 1, "times": 1, "kinds": [kind] });
            world.control(CHAOS, setup).await;
            let answer = get(&world, &token, INBOX).await.unwrap();
            seen.insert(answer.status().as_u16());
            assert!(answer.headers()["content-type"].to_str().unwrap().starts_with(content_type));
            assert!(answer.text().await.unwrap().starts_with(start));
        }
        assert_eq!(Vec::from_iter(seen), [500, 502, 504], "{kind}");
    }
}

#[tokio::test]
async fn connections_end_before_or_in_the_middle_of_an_answer() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    next(&world, "dropped").await;
    assert!(get(&world, &token, "/v1.0/users").await.is_err());
    let entry = last(&world).await;
    assert_eq!((&entry["status"], &entry["chaos"]), (&json!(0), &json!("dropped")));
    for (kind, has_length) in [("cut_short", true), ("cut_chunked", false)] {
        next(&world, kind).await;
        let answer = get(&world, &token, "/v1.0/users").await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers().contains_key("content-length"), has_length, "{kind}");
        assert!(answer.bytes().await.is_err(), "{kind}");
    }
}

#[tokio::test]
async fn an_answer_that_stalls_goes_on() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    let stall = json!({ "rate": 1, "times": 1, "kinds": ["stalled"], "max_wait_ms": 300 });
    world.control(CHAOS, stall).await;
    let start = Instant::now();
    let answer = get(&world, &token, "/v1.0/users").await.unwrap();
    let page: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    assert!(start.elapsed() >= Duration::from_millis(50));
    assert_eq!(page["value"].as_array().unwrap().len(), 65);
}

#[tokio::test]
async fn a_refused_token_stays_refused_and_a_new_one_is_good() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    let refuse = json!({ "rate": 1, "kinds": ["token_refused"] });
    world.control(CHAOS, refuse).await;
    // Only tokens that were used are refused, or nobody would ever get on.
    assert_eq!(get(&world, &token, INBOX).await.unwrap().status(), StatusCode::OK);
    for _ in 0..2 {
        let refused = get(&world, &token, INBOX).await.unwrap();
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
        assert!(refused.text().await.unwrap().contains("InvalidAuthenticationToken"));
    }
    let renewed = world.app_token(CONTOSO).await;
    assert_eq!(get(&world, &renewed, INBOX).await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn a_good_batch_may_hold_bad_parts_too_few_too_many_or_in_another_order() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    next(&world, "throttled_parts").await;
    let parts = batch_of_six(&world, &token).await;
    let throttled: Vec<_> = parts.iter().filter(|part| part["status"] == 429).collect();
    assert!(!throttled.is_empty() && throttled.len() < 6);
    assert!(throttled[0]["headers"]["Retry-After"].is_string());

    next(&world, "part_missing").await;
    assert_eq!(batch_of_six(&world, &token).await.len(), 5);
    next(&world, "part_duplicated").await;
    let ids: Vec<_> = batch_of_six(&world, &token).await.iter().map(|part| part["id"].clone()).collect();
    assert_eq!((ids.len(), ids.iter().map(Value::to_string).collect::<HashSet<_>>().len()), (7, 6));
    next(&world, "parts_reordered").await;
    let ids: Vec<_> = batch_of_six(&world, &token).await.iter().map(|part| part["id"].clone()).collect();
    assert_eq!(ids, ["5", "4", "3", "2", "1", "0"]);
}

#[tokio::test]
async fn lists_have_empty_pages_and_repeated_people_and_links_that_end() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    for path in ["/users?$select=id&$top=20", "/users/delta?$select=id"] {
        next(&world, "empty_page").await;
        let (_, page) = world.graph(&token, path).await;
        assert_eq!(page["value"], json!([]));
        let (users, _, _) = world.pages(&token, page["@odata.nextLink"].as_str().unwrap()).await;
        assert_eq!(users.len(), 65, "{path}");
    }
    let (_, first) = world.graph(&token, "/users?$select=id&$top=20").await;
    next(&world, "user_repeated").await;
    let (_, second) = world.graph(&token, first["@odata.nextLink"].as_str().unwrap()).await;
    let before: HashSet<_> = first["value"].as_array().unwrap().iter().map(Value::to_string).collect();
    assert!(before.contains(&second["value"][0].to_string()));
    assert_eq!(second["value"].as_array().unwrap().len(), 20);

    next(&world, "page_expired").await;
    let expired = get(&world, &token, first["@odata.nextLink"].as_str().unwrap()).await.unwrap();
    assert!(expired.text().await.unwrap().contains("Directory_ExpiredPageToken"));

    let (_, end) = world.graph(&token, "/users/delta?$deltatoken=latest&$select=id").await;
    next(&world, "delta_expired").await;
    let gone = get(&world, &token, end["@odata.deltaLink"].as_str().unwrap()).await.unwrap();
    assert_eq!(gone.status(), StatusCode::GONE);
    assert!(gone.headers()["location"].to_str().unwrap().ends_with("/users/delta?$deltatoken="));
}

#[tokio::test]
async fn the_sign_in_service_has_bad_moments_too() {
    let world = World::start().await;
    world.consented(CONTOSO).await;
    next(&world, "token_throttled").await;
    let (status, body) = world.ask_app_token(CONTOSO).await;
    assert_eq!((status, body), (StatusCode::TOO_MANY_REQUESTS, json!("Too Many Requests")));
    next(&world, "token_transient").await;
    let (_, body) = world.ask_app_token(CONTOSO).await;
    assert_eq!((&body["error"], &body["error_codes"]), (&json!("temporarily_unavailable"), &json!([90_033])));
    next(&world, "token_failure_html").await;
    let (status, body) = world.ask_app_token(CONTOSO).await;
    assert!(status.is_server_error() && body.as_str().unwrap().starts_with("<!DOCTYPE html>"));
    next(&world, "dropped").await;
    let discovery = world.request(Method::GET, "/contoso.com/v2.0/.well-known/openid-configuration");
    assert!(discovery.send().await.is_err());
}

#[tokio::test]
async fn the_same_seed_brings_the_same_misfortune_and_it_can_be_ended() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    let mut seen = Vec::new();
    for _ in 0..2 {
        let setup = json!({ "seed": 11, "rate": 0.5, "kinds": ["throttled", "failure_json", "unavailable"] });
        world.control(CHAOS, setup).await;
        let mut statuses = Vec::new();
        for _ in 0..20 {
            statuses.push(get(&world, &token, INBOX).await.unwrap().status().as_u16());
        }
        seen.push(statuses);
    }
    assert_eq!(seen[0], seen[1]);
    assert!(seen[0].contains(&200) && seen[0].contains(&429));
    let (_, report) = world.get("/_sim/tenants/contoso.com/chaos").await;
    let struck: u64 = report["struck"].as_object().unwrap().values().map(|it| it.as_u64().unwrap()).sum();
    assert_eq!(struck as usize, seen[1].iter().filter(|status| **status != 200).count());
    assert_eq!(world.control(CHAOS, json!({ "rate": 0 })).await, json!({ "rate": 0 }));
    for _ in 0..20 {
        assert_eq!(get(&world, &token, INBOX).await.unwrap().status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn every_kind_is_explained() {
    let world = World::start().await;
    let (_, all) = world.get("/_sim/chaos").await;
    let kinds = all["kinds"].as_array().unwrap();
    assert_eq!(kinds.len(), 26);
    assert!(kinds.iter().all(|kind| kind["explanation"].as_str().unwrap().ends_with('.')));
    for nonsense in [json!({ "rate": 2 }), json!({ "rate": 1, "kinds": ["locusts"] }), json!({})] {
        let request = world.request(Method::POST, &format!("/_sim{CHAOS}")).json(&nonsense);
        assert_eq!(request.send().await.unwrap().status(), StatusCode::BAD_REQUEST);
    }
}
