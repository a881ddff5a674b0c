//! What a call of a server function must be.

use crate::support::test_server::TestServer;
use store_testing::database::TestDatabase;

#[tokio::test]
async fn a_call_that_any_page_could_send_is_refused() {
    let server = TestServer::start(TestDatabase::sqlite().await).await;
    let (session, ..) = server.session(1).await;
    let call = |kind: Option<&str>, origin: Option<&str>| {
        let url = format!("{}/api/app/api/setup/load_me", server.base);
        let mut request = server.client.post(url).header("cookie", format!("sid={session}")).body("{}");
        request = kind.into_iter().fold(request, |request, kind| request.header("content-type", kind));
        origin.into_iter().fold(request, |request, origin| request.header("origin", origin)).send()
    };
    for good in ["application/json", "application/json; charset=utf-8", "Application/JSON"] {
        assert_eq!(call(Some(good), None).await.unwrap().status(), 200, "{good}");
    }
    for kind in [
        None,
        Some("text/plain"),
        Some("text/plain; application/json"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data; boundary=x"),
        Some("application/jsonp"),
        Some(""),
    ] {
        assert_eq!(call(kind, None).await.unwrap().status(), 415, "{kind:?}");
    }
    let json = Some("application/json");
    let host = server.base.strip_prefix("http://").unwrap();
    assert_eq!(call(json, Some(&server.base)).await.unwrap().status(), 200);
    for foreign in [
        format!("https://{host}"),
        "https://evil.example".to_owned(),
        format!("{}.evil.example", server.base),
    ] {
        assert_eq!(call(json, Some(&foreign)).await.unwrap().status(), 403, "{foreign}");
    }
}
