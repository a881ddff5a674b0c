use std::collections::HashSet;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{CONTOSO, World, code, read};

const SELECT: &str = "/users/delta?$select=displayName,mail,department,accountEnabled,assignedPlans";

/// Runs a first round; the answer is everybody, and the link for the next.
async fn first_round(world: &World, token: &str) -> (Vec<Value>, String) {
    let (users, last, _) = world.pages(token, SELECT).await;
    (users, last["@odata.deltaLink"].as_str().unwrap().to_owned())
}

fn admin(path: &str) -> String {
    format!("/tenants/contoso.com/users/{path}")
}

#[tokio::test]
async fn the_first_round_lists_everybody_in_pages() {
    let world = World::start().await;
    let tid = world.tenant("delta.example", 700).await;
    let token = world.consented(&tid).await;
    let (users, last, pages) = world.pages(&token, SELECT).await;
    let ids: HashSet<_> = users.iter().map(|user| user["id"].as_str().unwrap()).collect();
    assert_eq!((ids.len(), pages), (735, 4));
    assert!(last["@odata.deltaLink"].as_str().unwrap().contains("$deltatoken="));
    // Never set is absent, not null.
    assert!(users.iter().any(|user| user.get("department").is_none()));
    assert!(users.iter().all(|user| user.get("department") != Some(&Value::Null)));
}

#[tokio::test]
async fn the_next_round_holds_what_changed_and_then_nothing() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    let (_, link) = first_round(&world, &token).await;
    world.control(&admin("adele.vance@contoso.com"), json!({ "displayName": "Adele Verändert" })).await;
    world
        .control("/tenants/contoso.com/users", json!({ "displayName": "New Hire", "local_part": "new" }))
        .await;
    let (users, last, _) = world.pages(&token, &link).await;
    assert_eq!(users.len(), 2);
    assert_eq!(users[0]["displayName"], "Adele Verändert");
    assert_eq!(users[0]["department"], "Sales");
    assert_eq!(users[1]["mail"], "new@contoso.com");
    let (users, _, _) = world.pages(&token, last["@odata.deltaLink"].as_str().unwrap()).await;
    assert_eq!(users, Vec::<Value>::new());
}

#[tokio::test]
async fn a_minimal_round_holds_only_the_changed_properties() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    let (_, link) = first_round(&world, &token).await;
    world.control(&admin("adele.vance@contoso.com"), json!({ "department": null })).await;
    let request = world.request(Method::GET, &link).bearer_auth(&token).header("prefer", "return=minimal");
    let (_, page) = read(request.send().await.unwrap()).await;
    let user = page["value"][0].as_object().unwrap();
    // Emptied is null, which is not the same as never set.
    assert_eq!((user.len(), &user["department"]), (2, &Value::Null));
}

#[tokio::test]
async fn a_change_of_something_not_selected_does_not_show() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    let (_, link) = first_round(&world, &token).await;
    world.control(&admin("adele.vance@contoso.com"), json!({ "jobTitle": "CEO" })).await;
    assert_eq!(world.pages(&token, &link).await.0.len(), 0);
}

#[tokio::test]
async fn leaving_has_two_kinds_and_coming_back_shows_too() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    let (_, link) = first_round(&world, &token).await;
    let delete = |path: &str| world.request(Method::DELETE, &format!("/_sim{}", admin(path))).send();
    assert_eq!(delete("adele.vance@contoso.com").await.unwrap().status(), StatusCode::OK);
    assert_eq!(delete("appadmin@contoso.com?permanent=true").await.unwrap().status(), StatusCode::OK);
    let (users, last, _) = world.pages(&token, &link).await;
    assert_eq!(users[0]["@removed"], json!({ "reason": "changed" }));
    assert_eq!(users[1]["@removed"], json!({ "reason": "deleted" }));
    let gone = world.graph(&token, "/users/adele.vance@contoso.com").await;
    assert_eq!(gone.0, StatusCode::NOT_FOUND);

    world.control(&admin("adele.vance@contoso.com/restore"), json!({})).await;
    let (users, _, _) = world.pages(&token, last["@odata.deltaLink"].as_str().unwrap()).await;
    assert_eq!((users.len(), &users[0]["displayName"]), (1, &json!("Adele Vance")));
    // A first round reports the softly deleted, and nobody who is gone for good.
    let (users, _) = first_round(&world, &token).await;
    assert_eq!(users.len(), 64);
}

#[tokio::test]
async fn what_happens_during_a_round_comes_in_the_next() {
    let world = World::with(simulator::Options { mailboxes: 60, delta_page: 10, ..Default::default() }).await;
    let token = world.consented(CONTOSO).await;
    let (_, page) = world.graph(&token, SELECT).await;
    world.control(&admin("admin@contoso.com"), json!({ "displayName": "Ada Changed" })).await;
    let (_, last, _) = world.pages(&token, page["@odata.nextLink"].as_str().unwrap()).await;
    let (users, _, _) = world.pages(&token, last["@odata.deltaLink"].as_str().unwrap()).await;
    assert_eq!((users.len(), &users[0]["displayName"]), (1, &json!("Ada Changed")));
}

#[tokio::test]
async fn latest_skips_the_first_round() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    let (users, last, pages) =
        world.pages(&token, "/users/delta?$deltatoken=latest&$select=displayName").await;
    assert_eq!((users.len(), pages), (0, 1));
    world.control(&admin("admin@contoso.com"), json!({ "displayName": "Ada Changed" })).await;
    assert_eq!(world.pages(&token, last["@odata.deltaLink"].as_str().unwrap()).await.0.len(), 1);
}

#[tokio::test]
async fn a_link_is_good_for_seven_days_and_for_one_tenant() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    let (_, link) = first_round(&world, &token).await;
    world.control("/clock", json!({ "advance_seconds": 7 * 86_400 - 60 })).await;
    let token = world.app_token(CONTOSO).await;
    assert_eq!(world.graph(&token, &link).await.0, StatusCode::OK);
    let foreign = world.consented("fabrikam.com").await;
    assert_eq!(world.graph(&foreign, &link).await.0, StatusCode::GONE);
    world.control("/clock", json!({ "advance_seconds": 120 })).await;
    let expired = world.graph(&token, &link).await;
    assert_eq!((expired.0, code(&expired)), (StatusCode::GONE, "SyncStateNotFound"));
}

#[tokio::test]
async fn top_is_not_for_delta() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    let refused = world.graph(&token, "/users/delta?$top=50").await;
    assert_eq!((refused.0, code(&refused)), (StatusCode::BAD_REQUEST, "Request_UnsupportedQuery"));
}
