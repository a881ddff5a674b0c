//! `/host/workspaces`: the host's interface.

use serde_json::{Value, json};

use crate::support::{database::TestDatabase, world::World};

fn workspace() -> Value {
    json!({ "name": "Contoso", "owner_name": "Olga", "pools": [{ "plan_type_id": "warmup", "name": "Warm-up", "limit": 5 }] })
}

#[tokio::test]
async fn only_the_key_opens_it() {
    let world = World::start(TestDatabase::sqlite().await).await;
    let url = format!("{}/host/workspaces", world.base);
    assert_eq!(world.client.post(&url).json(&workspace()).send().await.unwrap().status(), 401);
    assert_eq!(
        world.client.post(&url).bearer_auth("guess").json(&workspace()).send().await.unwrap().status(),
        401
    );
    assert_eq!(
        world.client.post(&url).bearer_auth("host-key").json(&workspace()).send().await.unwrap().status(),
        201
    );
}

#[tokio::test]
async fn it_makes_a_workspace_and_states_its_slots() {
    let world = World::start(TestDatabase::sqlite().await).await;
    let url = format!("{}/host/workspaces", world.base);
    let made = world.client.post(&url).bearer_auth("host-key").json(&workspace()).send().await.unwrap();
    let made: Value = serde_json::from_str(&made.text().await.unwrap()).unwrap();
    assert!(made["enter_url"].as_str().unwrap().starts_with(&world.base));
    let slots = format!("{url}/{}/slots", made["workspace_id"].as_str().unwrap());
    let put = |body: Value| world.client.put(&slots).bearer_auth("host-key").json(&body).send();
    let taken = put(json!({ "plan_type_id": "warmup", "limit": 9, "used_elsewhere": 1, "version": 1 }))
        .await
        .unwrap();
    assert_eq!(taken.text().await.unwrap(), "{\"taken\":true}");
    let old = put(json!({ "plan_type_id": "warmup", "limit": 99, "version": 1 })).await.unwrap();
    assert_eq!(old.text().await.unwrap(), "{\"taken\":false}");
    let unknown = put(json!({ "plan_type_id": "other", "limit": 9, "version": 2 })).await.unwrap();
    assert_eq!(unknown.status(), 404);
}
