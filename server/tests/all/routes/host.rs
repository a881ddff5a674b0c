//! Tests of `/host/workspaces`: the host's interface.

use serde_json::{Value, json};

use crate::support::test_server::TestServer;
use store_testing::database::TestDatabase;

fn workspace() -> Value {
    json!({ "name": "Contoso", "owner_name": "Olga", "pools": [{ "plan_type_id": "warmup", "name": "Warm-up", "limit": 5 }] })
}

#[tokio::test]
async fn the_host_key_is_required() {
    let server = TestServer::start(TestDatabase::sqlite().await).await;
    let url = format!("{}/host/workspaces", server.base);
    assert_eq!(server.client.post(&url).json(&workspace()).send().await.unwrap().status(), 401);
    assert_eq!(
        server.client.post(&url).bearer_auth("guess").json(&workspace()).send().await.unwrap().status(),
        401
    );
    assert_eq!(
        server.client.post(&url).bearer_auth("host-key").json(&workspace()).send().await.unwrap().status(),
        201
    );
}

#[tokio::test]
async fn a_workspace_is_created_and_its_slots_are_set() {
    let server = TestServer::start(TestDatabase::sqlite().await).await;
    let url = format!("{}/host/workspaces", server.base);
    let made = server.client.post(&url).bearer_auth("host-key").json(&workspace()).send().await.unwrap();
    let made: Value = serde_json::from_str(&made.text().await.unwrap()).unwrap();
    assert!(made["enter_url"].as_str().unwrap().starts_with(&server.base));
    let slots = format!("{url}/{}/slots", made["workspace_id"].as_str().unwrap());
    let put = |body: Value| server.client.put(&slots).bearer_auth("host-key").json(&body).send();
    let taken = put(json!({ "plan_type_id": "warmup", "limit": 9, "used_elsewhere": 1, "version": 1 }))
        .await
        .unwrap();
    assert_eq!(taken.text().await.unwrap(), "{\"taken\":true}");
    let old = put(json!({ "plan_type_id": "warmup", "limit": 99, "version": 1 })).await.unwrap();
    assert_eq!(old.text().await.unwrap(), "{\"taken\":false}");
    let unknown = put(json!({ "plan_type_id": "other", "limit": 9, "version": 2 })).await.unwrap();
    assert_eq!(unknown.status(), 404);
}

#[tokio::test]
async fn statements_that_would_harm_are_refused_with_a_sentence() {
    let server = TestServer::start(TestDatabase::sqlite().await).await;
    let url = format!("{}/host/workspaces", server.base);
    let pool = |id: &str| json!({ "plan_type_id": id, "name": "Warm-up", "limit": 5 });
    let many: Vec<Value> = (0..10_000).map(|n| pool(&n.to_string())).collect();
    let long = "n".repeat(1_000_000);
    for (what, body) in [
        ("an empty name", json!({ "name": " ", "owner_name": "Olga", "pools": [] })),
        ("a long name", json!({ "name": long, "owner_name": "Olga", "pools": [] })),
        ("an empty owner", json!({ "name": "W", "owner_name": "", "pools": [] })),
        ("a pool twice", json!({ "name": "W", "owner_name": "Olga", "pools": [pool("a"), pool("a")] })),
        ("many pools", json!({ "name": "W", "owner_name": "Olga", "pools": many })),
        ("a pool without an id", json!({ "name": "W", "owner_name": "Olga", "pools": [pool("")] })),
    ] {
        let answer = server.client.post(&url).bearer_auth("host-key").json(&body).send().await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status == 422 && text.contains("\"error\""), "{what}: {status} {text}");
    }
    let made = server.client.post(&url).bearer_auth("host-key").json(&workspace()).send().await.unwrap();
    let made: Value = serde_json::from_str(&made.text().await.unwrap()).unwrap();
    let slots = format!("{url}/{}/slots", made["workspace_id"].as_str().unwrap());
    let push = async |version: i64| {
        let body = json!({ "plan_type_id": "warmup", "limit": 9, "version": version });
        server.client.put(&slots).bearer_auth("host-key").json(&body).send().await.unwrap().status().as_u16()
    };
    // A version that no later one could follow would lock the pool for good.
    for version in [i64::MAX, i64::MAX - 1, 9_007_199_254_740_991, -1, i64::MIN] {
        assert_eq!(push(version).await, 422, "{version}");
    }
    let microseconds = server.state.store.now() * 1_000;
    for version in [0, 1, microseconds / 1_000_000, microseconds / 1_000, microseconds] {
        assert_eq!(push(version).await, 200, "{version}");
    }
}

#[tokio::test]
async fn a_key_is_not_guessed_without_end_and_several_work() {
    use secrecy::ExposeSecret as _;
    use server::{config::HostApiKey, rate_limits::RateLimits, state::AppState};
    let server = TestServer::start(TestDatabase::sqlite().await).await;
    let (new, entry) = HostApiKey::make("second", &store::clock::Sources::system());
    let config = server::config::Config {
        host_api_keys: vec![entry.parse().unwrap()],
        ..(*server.state.config).clone()
    };
    let state = AppState { config: config.into(), limits: RateLimits::new(1).into(), ..server.state.clone() };
    let base = TestServer::served(state).await;
    let ask = async |key: &str| {
        let url = format!("{base}/host/workspaces");
        server.client.post(url).bearer_auth(key).json(&workspace()).send().await.unwrap().status().as_u16()
    };
    assert_eq!((ask("host-key").await, ask(new.expose_secret()).await), (201, 201));
    let mut refused = 0;
    while ask(&format!("guess-{refused}")).await == 401 {
        refused += 1;
        assert!(refused < 100, "guesses are not limited");
    }
    assert!(refused >= 15, "a host with a wrong key is stopped after {refused} requests");
    // A right guess would not be recognised either, for a minute.
    assert_eq!(ask("host-key").await, 429);
}
