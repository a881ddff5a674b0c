//! `/livez`, `/readyz`, and addresses that are not there.

use crate::support::{database::TestDatabase, world::World};

#[tokio::test]
async fn a_running_server_is_alive_and_ready_and_knows_what_is_not_there() {
    let world = World::start(TestDatabase::sqlite().await).await;
    for (path, status) in [("/livez", 200), ("/readyz", 200), ("/no/such/page", 404)] {
        assert_eq!(
            world.client.get(format!("{}{path}", world.base)).send().await.unwrap().status(),
            status,
            "{path}"
        );
    }
    world.state.shutdown.cancel();
}
