use std::collections::HashSet;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{CONTOSO, TestSimulator, code, read};

#[tokio::test]
async fn following_the_links_visits_every_user_once() {
    let test_env = TestSimulator::start().await;
    let tid = test_env.tenant("paging.example", 2300).await;
    let token = test_env.consented(&tid).await;
    let (users, _, pages) = test_env.pages(&token, "/users?$select=id,userPrincipalName&$top=999").await;
    let ids: HashSet<_> = users.iter().map(|user| user["id"].as_str().unwrap()).collect();
    let names: HashSet<_> = users.iter().map(|user| user["userPrincipalName"].as_str().unwrap()).collect();
    assert_eq!((users.len(), ids.len(), names.len(), pages), (2415, 2415, 2415, 3));
}

#[tokio::test]
async fn a_page_has_100_users_by_default_and_at_most_999() {
    let test_env = TestSimulator::start().await;
    let tid = test_env.tenant("paging.example", 300).await;
    let token = test_env.consented(&tid).await;
    let (_, page) = test_env.graph(&token, "/users").await;
    assert_eq!(page["value"].as_array().unwrap().len(), 100);
    let (status, _) = test_env.graph(&token, "/users?$top=1000").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn select_chooses_the_properties_and_empty_ones_are_null_in_a_listing() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let (_, page) = test_env.graph(&token, "/users?$select=id,department&$top=50").await;
    let users = page["value"].as_array().unwrap();
    assert!(users.iter().all(|user| user.as_object().unwrap().len() == 2));
    assert!(users.iter().any(|user| user["department"].is_null()));
    let (_, page) = test_env.graph(&token, "/users?$top=1").await;
    let keys = page["value"][0].as_object().unwrap();
    assert!(keys.contains_key("businessPhones") && !keys.contains_key("assignedPlans"));
}

#[tokio::test]
async fn properties_of_other_services_cannot_be_selected() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let refused = test_env.graph(&token, "/users?$select=id,mailboxSettings").await;
    assert_eq!((refused.0, code(&refused)), (StatusCode::NOT_IMPLEMENTED, "NotImplemented"));
    let refused = test_env.graph(&token, "/users?$select=id,nonsense").await;
    assert_eq!((refused.0, code(&refused)), (StatusCode::BAD_REQUEST, "BadRequest"));
}

#[tokio::test]
async fn counting_needs_eventual_consistency() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    assert_eq!(test_env.graph(&token, "/users/$count").await.0, StatusCode::BAD_REQUEST);
    let request = test_env.request(Method::GET, "/v1.0/users/$count").bearer_auth(&token);
    let counted = read(request.header("ConsistencyLevel", "eventual").send().await.unwrap()).await;
    assert_eq!(counted, (StatusCode::OK, json!(65)));
}

#[tokio::test]
async fn a_user_is_found_by_id_and_by_sign_in_name() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let (users, _, _) = test_env.pages(&token, "/users?$select=id,userPrincipalName").await;
    for user in &users {
        for key in [user["id"].as_str().unwrap(), user["userPrincipalName"].as_str().unwrap()] {
            let (status, found) =
                test_env.graph(&token, &format!("/users/{}?$select=id", key.replace('#', "%23"))).await;
            assert_eq!((status, &found["id"]), (StatusCode::OK, &user["id"]), "{key}");
        }
    }
    let missing = test_env.graph(&token, "/users/nobody@contoso.com").await;
    assert_eq!((missing.0, code(&missing)), (StatusCode::NOT_FOUND, "Request_ResourceNotFound"));
}

#[tokio::test]
async fn plans_include_those_with_and_without_a_mailbox() {
    let test_env = TestSimulator::start().await;
    let tid = test_env.tenant("plans.example", 400).await;
    let token = test_env.consented(&tid).await;
    let path = "/users?$select=id,assignedPlans,userType,userPrincipalName,mail&$top=999";
    let (users, _, _) = test_env.pages(&token, path).await;
    let plans: HashSet<String> = users
        .iter()
        .flat_map(|user| user["assignedPlans"].as_array().unwrap().clone())
        .map(|plan| plan["servicePlanId"].as_str().unwrap().to_owned())
        .collect();
    for id in ["efb87545-963c-4e0d-99df-69c6916d9eb0", "113feb6c-3fe4-4440-bddc-54d774bf0318"] {
        assert!(plans.contains(id), "{id}");
    }
    let guest = |user: &&Value| user["userType"] == "Guest";
    assert!(
        users.iter().filter(guest).all(|user| user["userPrincipalName"].as_str().unwrap().contains("#EXT#"))
    );
    assert!(users.iter().filter(guest).count() > 3);
}

#[tokio::test]
async fn the_same_seed_makes_the_same_people() {
    let (one, two) = (TestSimulator::start().await, TestSimulator::start().await);
    let mut seen = Vec::new();
    for test_env in [&one, &two] {
        let token = test_env.consented(CONTOSO).await;
        let (users, _, _) = test_env.pages(&token, "/users?$select=id,displayName,mail").await;
        seen.push(users);
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn page_tokens_expire_and_cannot_be_forged() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let (_, page) = test_env.graph(&token, "/users?$top=10").await;
    let next = page["@odata.nextLink"].as_str().unwrap().to_owned();
    assert_eq!(test_env.graph(&token, &format!("{next}AAAA")).await.0, StatusCode::BAD_REQUEST);
    test_env.control("/clock", json!({ "advance_seconds": 9 * 3600 })).await;
    let token = test_env.app_token(CONTOSO).await;
    assert_eq!(code(&test_env.graph(&token, &next).await), "Directory_ExpiredPageToken");
}

#[tokio::test]
async fn links_use_the_address_that_the_client_used() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let request = test_env.request(Method::GET, "/v1.0/users?$top=1").bearer_auth(&token);
    let (_, page) = read(request.header("host", "graph.proxy.example").send().await.unwrap()).await;
    assert!(page["@odata.nextLink"].as_str().unwrap().starts_with("http://graph.proxy.example/v1.0/users?"));
}
