//! Tests of `/enter/{token}` and `/enter`.

use domain::ids::UserId;

use crate::support::test_server::TestServer;
use store_testing::database::TestDatabase;

async fn link(server: &TestServer) -> String {
    let (workspace, owner): (_, UserId) = server.state.store.create_workspace("W", "O", &[]).await.unwrap();
    server.state.store.create_enter_link(workspace, owner).await.unwrap()
}

#[tokio::test]
async fn opening_the_page_does_not_use_the_link_and_the_button_signs_in_once() {
    let server = TestServer::start(TestDatabase::sqlite().await).await;
    let token = link(&server).await;
    let page = server.client.get(format!("{}/enter/{token}", server.base)).send().await.unwrap();
    assert!(page.text().await.unwrap().contains("Open the console"));
    let enter =
        || server.client.post(format!("{}/enter", server.base)).form(&[("token", token.as_str())]).send();
    let first = enter().await.unwrap();
    assert_eq!((first.status().as_u16(), &first.headers()["location"]), (303, &"/".parse().unwrap()));
    let cookie = first.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    assert_eq!(enter().await.unwrap().status(), 410);
}

#[tokio::test]
async fn a_form_on_a_foreign_page_is_refused() {
    let server = TestServer::start(TestDatabase::sqlite().await).await;
    let token = link(&server).await;
    let answer = server
        .client
        .post(format!("{}/enter", server.base))
        .header("sec-fetch-site", "cross-site")
        .header("origin", "https://evil.example")
        .form(&[("token", token.as_str())])
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 403);
}
