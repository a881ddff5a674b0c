use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{CONTOSO, TestSimulator, code};

fn get(id: usize, url: &str) -> Value {
    json!({ "id": id.to_string(), "method": "GET", "url": url })
}

fn part(body: &Value, id: usize) -> Value {
    let (id, responses) = (id.to_string(), body["responses"].as_array().unwrap());
    responses.iter().find(|part| part["id"] == id).unwrap().clone()
}

#[tokio::test]
async fn each_part_is_answered_separately_and_found_by_its_id() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let requests = json!([
        get(1, "/users/admin@contoso.com/mailFolders/inbox?$select=id"),
        get(2, "/users/nobody@contoso.com/mailFolders/inbox"),
        get(3, "organization?$select=id"),
        { "id": "4", "method": "GET", "url": "/users/$count", "headers": { "ConsistencyLevel": "eventual" } },
    ]);
    let (status, body) = test_env.batch(&token, requests).await;
    assert_eq!((status, body["responses"].as_array().unwrap().len()), (StatusCode::OK, 4));
    assert_eq!(part(&body, 1)["status"], 200);
    assert_eq!(part(&body, 2)["body"]["error"]["code"], "ErrorInvalidUser");
    assert_eq!(part(&body, 3)["body"]["value"][0]["id"], CONTOSO);
    assert_eq!(part(&body, 4)["body"], "65");
}

#[tokio::test]
async fn answers_come_in_any_order() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let requests: Vec<_> = (0..20).map(|id| get(id, "/organization?$select=id")).collect();
    let mut shuffled = false;
    for _ in 0..3 {
        let (_, body) = test_env.batch(&token, json!(requests)).await;
        let ids =
            body["responses"].as_array().unwrap().iter().map(|part| part["id"].as_str().unwrap().to_owned());
        shuffled |= !ids.eq((0..20).map(|id| id.to_string()));
    }
    assert!(shuffled);
}

#[tokio::test]
async fn a_batch_has_at_most_twenty_parts_with_ids_that_are_unique_ignoring_case() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let too_many: Vec<_> = (0..21).map(|id| get(id, "/organization")).collect();
    assert_eq!(test_env.batch(&token, json!(too_many)).await.0, StatusCode::BAD_REQUEST);
    let twice = json!([
        { "id": "a", "method": "GET", "url": "/organization" },
        { "id": "A", "method": "GET", "url": "/organization" },
    ]);
    assert_eq!(test_env.batch(&token, twice).await.0, StatusCode::BAD_REQUEST);
    assert_eq!(test_env.batch(&token, json!("nonsense")).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn addresses_are_relative_and_batches_do_not_nest() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let (_, body) = test_env.batch(&token, json!([get(1, "/v1.0/organization/x"), get(2, "/$batch")])).await;
    assert_eq!((&part(&body, 1)["status"], &part(&body, 2)["status"]), (&json!(400), &json!(400)));
    let message = part(&body, 1)["body"]["error"]["message"].clone();
    assert_eq!(message, "Resource not found for the segment 'v1.0'.");
    // An absolute address spoils the whole batch.
    let mixed = json!([get(1, "https://graph.microsoft.com/v1.0/organization"), get(2, "/organization")]);
    let refused = test_env.batch(&token, mixed).await;
    assert_eq!((refused.0, code(&refused)), (StatusCode::BAD_REQUEST, "BadRequest"));
    assert_eq!(refused.1["error"]["message"], "Invalid batch payload format.");
}

#[tokio::test]
async fn a_part_that_depends_on_a_failed_one_is_not_executed() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let requests = json!([
        get(1, "/users/nobody@contoso.com"),
        { "id": "2", "method": "GET", "url": "/organization", "dependsOn": ["1"] },
    ]);
    let (_, body) = test_env.batch(&token, requests).await;
    assert_eq!(part(&body, 2)["status"], 424);
}

#[tokio::test]
async fn throttling_applies_to_the_parts_of_a_successful_batch() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    test_env
        .control(
            "/tenants/contoso.com/throttle",
            json!({ "seconds": 60, "retry_after": 7, "for": "mailboxes" }),
        )
        .await;
    let requests = json!([get(1, "/users/admin@contoso.com/mailFolders/inbox"), get(2, "/organization")]);
    let (status, body) = test_env.batch(&token, requests).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!((&part(&body, 1)["status"], &part(&body, 2)["status"]), (&json!(429), &json!(200)));
    assert_eq!(part(&body, 1)["headers"]["Retry-After"], "7");
}

#[tokio::test]
async fn a_batch_without_a_token_is_refused_as_a_whole() {
    let test_env = TestSimulator::start().await;
    let refused = test_env.batch("", json!([get(1, "/organization")])).await;
    assert_eq!((refused.0, code(&refused)), (StatusCode::UNAUTHORIZED, "InvalidAuthenticationToken"));
}
