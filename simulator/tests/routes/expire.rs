use reqwest::StatusCode;
use serde_json::json;

use crate::support::{CONTOSO, TestSimulator, code};

#[tokio::test]
async fn links_can_be_expired_and_new_ones_are_valid() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let end = |what: &'static str| test_env.control("/tenants/contoso.com/expire", json!({ "what": what }));
    let (_, end_of_round) = test_env.graph(&token, "/users/delta?$deltatoken=latest&$select=id").await;
    let delta = end_of_round["@odata.deltaLink"].as_str().unwrap().to_owned();
    let (_, page) = test_env.graph(&token, "/users?$top=10").await;
    let next = page["@odata.nextLink"].as_str().unwrap().to_owned();

    end("delta").await;
    let lost = test_env.graph(&token, &delta).await;
    assert_eq!((lost.0, code(&lost)), (StatusCode::GONE, "SyncStateNotFound"));
    assert_eq!(test_env.graph(&token, &next).await.0, StatusCode::OK);

    end("pages").await;
    let expired = test_env.graph(&token, &next).await;
    assert_eq!((expired.0, code(&expired)), (StatusCode::BAD_REQUEST, "Directory_ExpiredPageToken"));

    let (users, last, _) = test_env.pages(&token, "/users/delta?$select=id").await;
    assert_eq!(users.len(), 65);
    let delta = last["@odata.deltaLink"].as_str().unwrap();
    assert_eq!(test_env.graph(&token, delta).await.0, StatusCode::OK);
    assert_eq!(test_env.pages(&token, "/users?$top=10").await.0.len(), 65);
}
