//! `/enter/{token}` and `/enter`.

use domain::ids::UserId;

use crate::support::{database::TestDatabase, world::World};

async fn link(world: &World) -> String {
    let (workspace, owner): (_, UserId) = world.state.store.create_workspace("W", "O", &[]).await.unwrap();
    world.state.store.create_enter_link(workspace, owner).await.unwrap()
}

#[tokio::test]
async fn the_page_alone_uses_nothing_up_and_the_button_signs_in_once() {
    let world = World::start(TestDatabase::sqlite().await).await;
    let token = link(&world).await;
    let page = world.client.get(format!("{}/enter/{token}", world.base)).send().await.unwrap();
    assert!(page.text().await.unwrap().contains("Open the console"));
    let enter =
        || world.client.post(format!("{}/enter", world.base)).form(&[("token", token.as_str())]).send();
    let first = enter().await.unwrap();
    assert_eq!((first.status().as_u16(), &first.headers()["location"]), (303, &"/".parse().unwrap()));
    let cookie = first.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    assert_eq!(enter().await.unwrap().status(), 410);
}

#[tokio::test]
async fn a_form_on_a_foreign_page_signs_nobody_in() {
    let world = World::start(TestDatabase::sqlite().await).await;
    let token = link(&world).await;
    let answer = world
        .client
        .post(format!("{}/enter", world.base))
        .header("sec-fetch-site", "cross-site")
        .header("origin", "https://evil.example")
        .form(&[("token", token.as_str())])
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 403);
}
