use reqwest::{Client, Method, StatusCode, Version, redirect::Policy};
use simulator::Options;

use crate::support::{CONTOSO, World};

fn options() -> Options {
    Options { mailboxes: 5, tls: true, ..Options::default() }
}

#[tokio::test]
async fn https_needs_nothing_but_trust_in_its_authority_and_links_stay_on_it() {
    let world = World::with(options()).await;
    assert!(world.base.starts_with("https://127.0.0.1:"), "{}", world.base);
    let (status, document) = world.get("/contoso.com/v2.0/.well-known/openid-configuration").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(document["token_endpoint"], format!("{}/{CONTOSO}/oauth2/v2.0/token", world.base));
    let token = world.consented(CONTOSO).await;
    let (users, ..) = world.pages(&token, "/users?$top=2").await;
    assert!(users.len() >= 5);
}

#[tokio::test]
async fn both_versions_of_http_are_spoken_and_localhost_is_a_name_of_it() {
    let running = simulator::start(options()).await.unwrap();
    let authority = reqwest::Certificate::from_pem(running.ca_pem.as_ref().unwrap().as_bytes()).unwrap();
    let url = running.base_url.replace("127.0.0.1", "localhost");
    let client = || Client::builder().no_proxy().tls_certs_only([authority.clone()]);
    let modern = client().build().unwrap().get(&url).send().await.unwrap();
    assert_eq!((modern.status(), modern.version()), (StatusCode::OK, Version::HTTP_2));
    // HTTP/2 has no Host header: links must still know where they are.
    assert!(modern.text().await.unwrap().contains(&url));
    let older = client().http1_only().build().unwrap().get(&url).send().await.unwrap();
    assert_eq!((older.status(), older.version()), (StatusCode::OK, Version::HTTP_11));
}

#[tokio::test]
async fn strangers_and_silent_clients_hold_up_nobody() {
    let world = World::with(options()).await;
    let stranger = Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
    assert!(stranger.get(&world.base).send().await.is_err(), "an unknown authority was trusted");
    let address = world.base.strip_prefix("https://").unwrap();
    let _silent = tokio::net::TcpStream::connect(address).await.unwrap();
    let (status, _) = world.get("/_sim/clock").await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn stopping_ends_it_and_the_next_one_has_another_authority() {
    let first = simulator::start(options()).await.unwrap();
    let address = first.base_url.strip_prefix("https://").unwrap().parse().unwrap();
    let authority = first.ca_pem.clone();
    first.stop().await;
    let second = simulator::start(Options { listen: address, ..options() }).await.unwrap();
    assert_ne!(second.ca_pem, authority);
    let world = World::with(Options { mailboxes: 1, ..Options::default() }).await;
    assert!(world.request(Method::GET, "/").send().await.unwrap().status().is_success());
}
