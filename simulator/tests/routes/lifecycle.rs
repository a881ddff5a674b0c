use reqwest::StatusCode;
use simulator::Options;
use url::Url;

use crate::support::{CONTOSO, TestSimulator};

#[tokio::test]
async fn a_stopped_simulator_frees_its_port() {
    let running = simulator::start(Options { mailboxes: 1, ..Options::default() }).await.unwrap();
    let address = running.base_url.strip_prefix("http://").unwrap().parse().unwrap();
    running.stop().await;
    let again =
        simulator::start(Options { listen: address, mailboxes: 1, ..Options::default() }).await.unwrap();
    assert_eq!(again.base_url, format!("http://{address}"));
}

#[tokio::test]
async fn a_public_address_is_in_every_link() {
    let public = Url::parse("https://m365.example/sim/").unwrap();
    let test_env =
        TestSimulator::with(Options { mailboxes: 4, public_url: Some(public), ..Options::default() }).await;
    let (status, document) = test_env.get("/contoso.com/v2.0/.well-known/openid-configuration").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(document["token_endpoint"], format!("https://m365.example/sim/{CONTOSO}/oauth2/v2.0/token"));
}

#[tokio::test]
async fn a_hundred_thousand_mailboxes_are_available_at_once_with_exact_counts() {
    let test_env = TestSimulator::with(Options { mailboxes: 100_000, ..Options::default() }).await;
    let token = test_env.consented(CONTOSO).await;
    let (_, last) = test_env.get("/_sim/tenants/contoso.com/truth?after=104990").await;
    assert_eq!((&last["users_total"], &last["mailboxes_total"]), (&105_000.into(), &100_000.into()));
    for user in last["users"].as_array().unwrap() {
        let name = user["user_principal_name"].as_str().unwrap().replace('#', "%23");
        let (status, found) = test_env.graph(&token, &format!("/users/{name}?$select=id")).await;
        assert_eq!((status, &found["id"]), (StatusCode::OK, &user["id"]));
    }
}
