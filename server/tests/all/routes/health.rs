//! Tests of `/livez`, `/readyz`, and unknown addresses.

use crate::support::test_server::TestServer;
use store_testing::database::TestDatabase;

#[tokio::test]
async fn a_running_server_is_alive_and_ready_and_answers_404_to_unknown_addresses() {
    let server = TestServer::start(TestDatabase::sqlite().await).await;
    for (path, status) in [("/livez", 200), ("/readyz", 200), ("/no/such/page", 404)] {
        assert_eq!(
            server.client.get(format!("{}{path}", server.base)).send().await.unwrap().status(),
            status,
            "{path}"
        );
    }
    // Another server may have the file during an update: no cache keeps this answer.
    let missing =
        server.client.get(format!("{}/pkg/warmy.no-such-hash.css", server.base)).send().await.unwrap();
    assert_eq!(missing.status(), 404);
    assert_eq!(missing.headers()["cache-control"], "no-store");
    assert_eq!(missing.headers()["vary"], "accept-encoding");
    server.state.shutdown.cancel();
}
