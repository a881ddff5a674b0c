//! PostgreSQL is stopped during a run and started again: the run continues without any action, and every mailbox is
//! settled once.

use std::time::{Duration, Instant};

use domain::run::RunKind;
use server::worker::REPEATED_AFTER_CRASH;

use crate::support::{
    database::Database,
    ledger::{self, assert_done_once, assert_gap_free, assert_slots},
    number,
    postgres::Postgres,
    server::Server,
    test_server::TestEnvironment,
    wait_until,
};

const MAILBOXES: u32 = 600;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_continues_after_an_outage_longer_than_its_lease() {
    outage(2).await;
}

/// When the database is back, the run continues before its lease has expired.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_continues_at_once_after_an_outage_shorter_than_its_lease() {
    let lease = 600;
    let back = outage(lease).await;
    assert!(back < Duration::from_secs(60), "it continued after {back:?}");
}

/// Returns the time from the end of the outage to the next settled mailbox.
async fn outage(lease_seconds: u16) -> Duration {
    let away = Duration::from_secs(number("DWD_OUTAGE_SECONDS", 5));
    let env = TestEnvironment::start(MAILBOXES).await;
    let mut postgres = Postgres::start().await;
    let database = Database::on(&postgres.url()).await;
    let settings = env.settings(&database.url, lease_seconds);
    let (one, other) = (Server::start("one", &settings).await, Server::start("other", &settings).await);
    let linked = env.link(&one, 1_000).await;
    env.latency([60, 120]).await;
    let rows = env.console.connectable(&one.url, linked.delegation).await;
    let total = rows.len();
    let (since, before) = (ledger::head(&database, linked.delegation).await, env.last_request().await);
    let run = env.console.start(&one.url, linked.delegation, RunKind::Connect, rows).await;
    wait_until("the run is under way", async || {
        (ledger::settled(&database, run.id).await >= 50).then_some(())
    })
    .await;

    postgres.stop().await;
    for server in [&one, &other] {
        let requested = Instant::now();
        let ready = env.console.http.get(format!("{}/readyz", server.url)).send().await.unwrap();
        assert_eq!(ready.status(), 503);
        assert!(requested.elapsed() < Duration::from_secs(5), "not ready after {:?}", requested.elapsed());
    }
    // Both servers have detected the outage, which then lasts for `away`.
    one.program.wait_for_output(0, "database does not answer or cannot write").await;
    tokio::time::sleep(away).await;
    postgres.resume().await;
    let (started, at_return) = (Instant::now(), ledger::settled(&database, run.id).await);
    wait_until("the run continues", async || {
        (ledger::settled(&database, run.id).await > at_return).then_some(())
    })
    .await;
    let back = started.elapsed();

    let run = env.console.over(&one.url, run.id).await;
    assert_done_once(&database, &run, total, since).await;
    assert_gap_free(&database, linked.delegation).await;
    assert_slots(&database, &linked.workspace, total).await;
    let repeated = ledger::repeated(&env.asked(before).await, total);
    assert!(repeated <= REPEATED_AFTER_CRASH, "{repeated} requests were repeated");
    println!(
        "outage {away:?}, lease {lease_seconds} s: continued after {back:.1?}, {repeated} requests repeated"
    );
    for server in [one, other] {
        server.stop().await;
    }
    back
}
