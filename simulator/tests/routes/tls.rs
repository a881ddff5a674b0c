use reqwest::{Client, Method, StatusCode, Version, redirect::Policy};
use simulator::Options;

use crate::support::{CONTOSO, TestSimulator};

fn options() -> Options {
    Options { mailboxes: 5, tls: true, ..Options::default() }
}

#[tokio::test]
async fn https_works_with_its_trusted_authority_and_links_are_https() {
    let test_env = TestSimulator::with(options()).await;
    assert!(test_env.base.starts_with("https://127.0.0.1:"), "{}", test_env.base);
    let (status, document) = test_env.get("/contoso.com/v2.0/.well-known/openid-configuration").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(document["token_endpoint"], format!("{}/{CONTOSO}/oauth2/v2.0/token", test_env.base));
    let token = test_env.consented(CONTOSO).await;
    let (users, ..) = test_env.pages(&token, "/users?$top=2").await;
    assert!(users.len() >= 5);
}

#[tokio::test]
async fn both_versions_of_http_work_and_the_certificate_covers_localhost() {
    let running = simulator::start(options()).await.unwrap();
    let authority = reqwest::Certificate::from_pem(running.ca_pem.as_ref().unwrap().as_bytes()).unwrap();
    let url = running.base_url.replace("127.0.0.1", "localhost");
    let client = || Client::builder().no_proxy().tls_certs_only([authority.clone()]);
    let modern = client().build().unwrap().get(&url).send().await.unwrap();
    assert_eq!((modern.status(), modern.version()), (StatusCode::OK, Version::HTTP_2));
    // HTTP/2 has no Host header; links must use the address anyway.
    assert!(modern.text().await.unwrap().contains(&url));
    let older = client().http1_only().build().unwrap().get(&url).send().await.unwrap();
    assert_eq!((older.status(), older.version()), (StatusCode::OK, Version::HTTP_11));
}

#[tokio::test]
async fn distrusting_and_silent_clients_do_not_delay_others() {
    let test_env = TestSimulator::with(options()).await;
    let stranger = Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
    assert!(stranger.get(&test_env.base).send().await.is_err(), "an unknown authority was trusted");
    let address = test_env.base.strip_prefix("https://").unwrap();
    let _silent = tokio::net::TcpStream::connect(address).await.unwrap();
    let (status, _) = test_env.get("/_sim/clock").await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn stopping_frees_the_port_and_the_next_start_has_another_authority() {
    let first = simulator::start(options()).await.unwrap();
    let address = first.base_url.strip_prefix("https://").unwrap().parse().unwrap();
    let authority = first.ca_pem.clone();
    first.stop().await;
    let second = simulator::start(Options { listen: address, ..options() }).await.unwrap();
    assert_ne!(second.ca_pem, authority);
    let test_env = TestSimulator::with(Options { mailboxes: 1, ..Options::default() }).await;
    assert!(test_env.request(Method::GET, "/").send().await.unwrap().status().is_success());
}
