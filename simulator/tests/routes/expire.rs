use reqwest::StatusCode;
use serde_json::json;

use crate::support::{CONTOSO, World, code};

#[tokio::test]
async fn links_end_on_demand_and_new_ones_are_good() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    let end = |what: &'static str| world.control("/tenants/contoso.com/expire", json!({ "what": what }));
    let (_, end_of_round) = world.graph(&token, "/users/delta?$deltatoken=latest&$select=id").await;
    let delta = end_of_round["@odata.deltaLink"].as_str().unwrap().to_owned();
    let (_, page) = world.graph(&token, "/users?$top=10").await;
    let next = page["@odata.nextLink"].as_str().unwrap().to_owned();

    end("delta").await;
    let lost = world.graph(&token, &delta).await;
    assert_eq!((lost.0, code(&lost)), (StatusCode::GONE, "SyncStateNotFound"));
    assert_eq!(world.graph(&token, &next).await.0, StatusCode::OK);

    end("pages").await;
    let expired = world.graph(&token, &next).await;
    assert_eq!((expired.0, code(&expired)), (StatusCode::BAD_REQUEST, "Directory_ExpiredPageToken"));

    let (users, last, _) = world.pages(&token, "/users/delta?$select=id").await;
    assert_eq!(users.len(), 65);
    let delta = last["@odata.deltaLink"].as_str().unwrap();
    assert_eq!(world.graph(&token, delta).await.0, StatusCode::OK);
    assert_eq!(world.pages(&token, "/users?$top=10").await.0.len(), 65);
}
