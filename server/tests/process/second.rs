//! An SQLite database serves only one process.

use std::time::Duration;

use domain::run::RunKind;
use tempfile::TempDir;

use crate::support::{
    database::Database,
    ledger::{self, assert_done_once, assert_gap_free, assert_slots},
    server::Server,
    test_server::TestEnvironment,
    wait_until,
};

const MAILBOXES: u32 = 300;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_process_on_the_same_file_is_refused_and_the_first_is_unaffected() {
    let env = TestEnvironment::start(MAILBOXES).await;
    let folder = TempDir::new().unwrap();
    let settings = env.settings(&Database::sqlite_url(&folder), 30);
    let first = Server::start("first", &settings).await;
    let database = Database::sqlite(folder).await;
    let linked = env.link(&first, 1_000).await;
    env.latency([100, 200]).await;
    let rows = env.console.connectable(&first.url, linked.delegation).await;
    let total = rows.len();
    let since = ledger::head(&database, linked.delegation).await;
    let run = env.console.start(&first.url, linked.delegation, RunKind::Connect, rows).await;
    wait_until("the run is under way", async || {
        (ledger::settled(&database, run.id).await >= 40).then_some(())
    })
    .await;

    let mut second = Server::launch("second", &settings);
    let status = second.ended(Duration::from_secs(30)).await;
    assert!(!status.success(), "{status}");
    let message = second.wait_for_output(0, "another process already uses ").await;
    assert!(message.contains("stop the other one, or use PostgreSQL"), "{message}");
    assert!(!second.log().contains("listening on"), "{}", second.log());

    let run = env.console.over(&first.url, run.id).await;
    assert_done_once(&database, &run, total, since).await;
    assert_gap_free(&database, linked.delegation).await;
    assert_slots(&database, &linked.workspace, total).await;
    assert_eq!(ledger::claims(&database, run.id).await, 1, "the run was interrupted");
    let log = first.program.log();
    assert!(!log.contains("WARN") && !log.contains("ERROR"), "{log}");
    first.stop().await;
}
