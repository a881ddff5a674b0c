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
