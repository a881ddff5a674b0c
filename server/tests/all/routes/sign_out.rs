//! Tests of `/sign-out`.

use server::{config::Config, state::AppState};

use crate::support::test_server::TestServer;
use store_testing::database::TestDatabase;

#[tokio::test]
async fn the_cookie_is_removed_with_the_attributes_that_it_was_set_with() {
    let server = TestServer::start(TestDatabase::sqlite().await).await;
    for cross_site in [false, true] {
        let config = Config { embed_cross_site: cross_site, ..(*server.state.config).clone() };
        let base = TestServer::served(AppState { config: config.into(), ..server.state.clone() }).await;
        let (session, ..) = server.session(1).await;
        let name = if cross_site { "__Host-sid" } else { "sid" };
        let out = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let out = out.post(format!("{base}/sign-out")).header("cookie", format!("{name}={session}"));
        let answer = out.send().await.unwrap();
        assert_eq!(answer.status(), 303);
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().to_owned();
        assert!(cookie.starts_with(&format!("{name}=;")) && cookie.contains("Max-Age=0"), "{cookie}");
        // Browsers keep partitioned cookies apart from others of the same name.
        assert_eq!(cookie.contains("Partitioned"), cross_site, "{cookie}");
        assert!(server.state.store.session(&session).await.unwrap().is_none());
    }
}
