use std::collections::HashSet;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{CONTOSO, TestSimulator, code, read};

const SELECT: &str = "/users/delta?$select=displayName,mail,department,accountEnabled,assignedPlans";

/// Runs a first round; returns all users and the delta link.
async fn first_round(test_env: &TestSimulator, token: &str) -> (Vec<Value>, String) {
    let (users, last, _) = test_env.pages(token, SELECT).await;
    (users, last["@odata.deltaLink"].as_str().unwrap().to_owned())
}

fn admin(path: &str) -> String {
    format!("/tenants/contoso.com/users/{path}")
}

#[tokio::test]
async fn the_first_round_lists_all_users_in_pages() {
    let test_env = TestSimulator::start().await;
    let tid = test_env.tenant("delta.example", 700).await;
    let token = test_env.consented(&tid).await;
    let (users, last, pages) = test_env.pages(&token, SELECT).await;
    let ids: HashSet<_> = users.iter().map(|user| user["id"].as_str().unwrap()).collect();
    assert_eq!((ids.len(), pages), (735, 4));
    assert!(last["@odata.deltaLink"].as_str().unwrap().contains("$deltatoken="));
    // A property that was never set is absent, not null.
    assert!(users.iter().any(|user| user.get("department").is_none()));
    assert!(users.iter().all(|user| user.get("department") != Some(&Value::Null)));
}

#[tokio::test]
async fn the_next_round_has_the_changes_and_the_one_after_is_empty() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let (_, link) = first_round(&test_env, &token).await;
    test_env.control(&admin("adele.vance@contoso.com"), json!({ "displayName": "Adele Verändert" })).await;
    test_env
        .control("/tenants/contoso.com/users", json!({ "displayName": "New Hire", "local_part": "new" }))
        .await;
    let (users, last, _) = test_env.pages(&token, &link).await;
    assert_eq!(users.len(), 2);
    assert_eq!(users[0]["displayName"], "Adele Verändert");
    assert_eq!(users[0]["department"], "Sales");
    assert_eq!(users[1]["mail"], "new@contoso.com");
    let (users, _, _) = test_env.pages(&token, last["@odata.deltaLink"].as_str().unwrap()).await;
    assert_eq!(users, Vec::<Value>::new());
}

#[tokio::test]
async fn a_minimal_round_holds_only_the_changed_properties() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let (_, link) = first_round(&test_env, &token).await;
    test_env.control(&admin("adele.vance@contoso.com"), json!({ "department": null })).await;
    let request = test_env.request(Method::GET, &link).bearer_auth(&token).header("prefer", "return=minimal");
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["preference-applied"], "return=minimal");
    let (_, page) = read(response).await;
    let user = page["value"][0].as_object().unwrap();
    // A cleared property is null, unlike one that was never set.
    assert_eq!((user.len(), &user["department"]), (2, &Value::Null));
}

#[tokio::test]
async fn changes_of_properties_that_are_not_selected_are_not_reported() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let (_, link) = first_round(&test_env, &token).await;
    test_env.control(&admin("adele.vance@contoso.com"), json!({ "jobTitle": "CEO" })).await;
    assert_eq!(test_env.pages(&token, &link).await.0.len(), 0);
}

#[tokio::test]
async fn soft_and_permanent_deletion_and_restoring_are_reported() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let (_, link) = first_round(&test_env, &token).await;
    let delete = |path: &str| test_env.request(Method::DELETE, &format!("/_sim{}", admin(path))).send();
    assert_eq!(delete("adele.vance@contoso.com").await.unwrap().status(), StatusCode::OK);
    assert_eq!(delete("appadmin@contoso.com?permanent=true").await.unwrap().status(), StatusCode::OK);
    let (users, last, _) = test_env.pages(&token, &link).await;
    assert_eq!(users[0]["@removed"], json!({ "reason": "changed" }));
    assert_eq!(users[1]["@removed"], json!({ "reason": "deleted" }));
    let gone = test_env.graph(&token, "/users/adele.vance@contoso.com").await;
    assert_eq!(gone.0, StatusCode::NOT_FOUND);

    test_env.control(&admin("adele.vance@contoso.com/restore"), json!({})).await;
    let (users, _, _) = test_env.pages(&token, last["@odata.deltaLink"].as_str().unwrap()).await;
    assert_eq!((users.len(), &users[0]["displayName"]), (1, &json!("Adele Vance")));
    // A first round reports soft-deleted users and omits permanently deleted ones.
    let (users, _) = first_round(&test_env, &token).await;
    assert_eq!(users.len(), 64);
}

#[tokio::test]
async fn changes_during_a_round_are_reported_in_the_next() {
    let test_env =
        TestSimulator::with(simulator::Options { mailboxes: 60, delta_page: 10, ..Default::default() }).await;
    let token = test_env.consented(CONTOSO).await;
    let (_, page) = test_env.graph(&token, SELECT).await;
    test_env.control(&admin("admin@contoso.com"), json!({ "displayName": "Ada Changed" })).await;
    let (_, last, _) = test_env.pages(&token, page["@odata.nextLink"].as_str().unwrap()).await;
    let (users, _, _) = test_env.pages(&token, last["@odata.deltaLink"].as_str().unwrap()).await;
    assert_eq!((users.len(), &users[0]["displayName"]), (1, &json!("Ada Changed")));
}

#[tokio::test]
async fn latest_skips_the_first_round() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let other_case = test_env.pages(&token, "/users/delta?$deltaToken=Latest&$select=displayName").await;
    assert_eq!((other_case.0.len(), other_case.2), (0, 1));
    let (users, last, pages) =
        test_env.pages(&token, "/users/delta?$deltatoken=latest&$select=displayName").await;
    assert_eq!((users.len(), pages), (0, 1));
    test_env.control(&admin("admin@contoso.com"), json!({ "displayName": "Ada Changed" })).await;
    assert_eq!(test_env.pages(&token, last["@odata.deltaLink"].as_str().unwrap()).await.0.len(), 1);
}

#[tokio::test]
async fn a_link_is_valid_for_seven_days_and_for_one_tenant() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let (_, link) = first_round(&test_env, &token).await;
    test_env.control("/clock", json!({ "advance_seconds": 7 * 86_400 - 60 })).await;
    let token = test_env.app_token(CONTOSO).await;
    assert_eq!(test_env.graph(&token, &link).await.0, StatusCode::OK);
    let foreign = test_env.consented("fabrikam.com").await;
    assert_eq!(test_env.graph(&foreign, &link).await.0, StatusCode::GONE);
    test_env.control("/clock", json!({ "advance_seconds": 120 })).await;
    let expired = test_env.graph(&token, &link).await;
    assert_eq!((expired.0, code(&expired)), (StatusCode::GONE, "SyncStateNotFound"));
}

#[tokio::test]
async fn delta_refuses_top() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let refused = test_env.graph(&token, "/users/delta?$top=50").await;
    assert_eq!((refused.0, code(&refused)), (StatusCode::BAD_REQUEST, "Request_UnsupportedQuery"));
}

#[tokio::test]
async fn a_filter_by_id_reports_these_users_only() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let (all, _) = first_round(&test_env, &token).await;
    let ids: Vec<&str> = all.iter().take(3).map(|user| user["id"].as_str().unwrap()).collect();
    let path = format!("{SELECT}&$filter=id eq '{}' or id eq '{}'", ids[0], ids[1]);
    let (users, last, _) = test_env.pages(&token, &path).await;
    assert_eq!(users.iter().map(|user| user["id"].as_str().unwrap()).collect::<Vec<_>>(), ids[..2]);
    for user in [ids[1], ids[2]] {
        test_env.control(&admin(user), json!({ "department": "Legal" })).await;
    }
    let (users, _, _) = test_env.pages(&token, last["@odata.deltaLink"].as_str().unwrap()).await;
    assert_eq!((users.len(), &users[0]["id"]), (1, &json!(ids[1])));
    let clauses = vec![format!("id eq '{}'", ids[0]); 51].join(" or ");
    for filter in ["displayName eq 'Adele Vance'", "id eq 7", "id eq 'x'", &clauses] {
        let refused = test_env.graph(&token, &format!("{SELECT}&$filter={filter}")).await;
        assert_eq!(
            (refused.0, code(&refused)),
            (StatusCode::BAD_REQUEST, "Request_UnsupportedQuery"),
            "{filter}"
        );
    }
}

#[tokio::test]
async fn users_are_as_large_as_real_ones_and_some_properties_are_null() {
    let test_env = TestSimulator::start().await;
    let tid = test_env.tenant("large.example", 900).await;
    let token = test_env.consented(&tid).await;
    let path = "/users/delta?$select=displayName,userType,accountEnabled,assignedPlans";
    let (users, _, _) = test_env.pages(&token, path).await;
    for property in ["displayName", "userType", "accountEnabled"] {
        let nulls = users.iter().filter(|user| user[property].is_null()).count();
        assert!((1..30).contains(&nulls), "{property}: {nulls}");
    }
    let plans = |user: &Value| user["assignedPlans"].as_array().map_or(0, Vec::len);
    assert!(users.iter().any(|user| plans(user) == 60) && users.iter().any(|user| plans(user) == 92));
    let has_former = |user: &Value| user["assignedPlans"][0]["capabilityStatus"] == "Deleted";
    assert!(users.iter().any(has_former));
}
