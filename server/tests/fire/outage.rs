//! PostgreSQL is stopped in the middle of a run and started again: the run goes on by itself, nothing is lost and
//! nothing is done twice.

use std::time::{Duration, Instant};

use domain::run::RunKind;
use server::runs::REPEATED_AFTER_CRASH;

use crate::support::{
    database::Database,
    ledger::{self, assert_done_once, assert_gap_free, assert_slots},
    number,
    postgres::Postgres,
    server::Server,
    until,
    world::World,
};

const MAILBOXES: u32 = 600;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_goes_on_after_an_outage_longer_than_its_lease() {
    outage(2).await;
}

/// Nobody waits for the lease to run out when the database is back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_goes_on_at_once_after_an_outage_shorter_than_its_lease() {
    let lease = 600;
    let back = outage(lease).await;
    assert!(back < Duration::from_secs(60), "it went on after {back:?}");
}

/// Returns how long after the database was back the first mailbox was settled.
async fn outage(lease_seconds: u16) -> Duration {
    let away = Duration::from_secs(number("DWD_OUTAGE_SECONDS", 5));
    let world = World::start(MAILBOXES).await;
    let mut postgres = Postgres::start().await;
    let database = Database::on(&postgres.url()).await;
    let settings = world.settings(&database.url, lease_seconds);
    let (one, other) = (Server::start("one", &settings).await, Server::start("other", &settings).await);
    let linked = world.link(&one, 1_000).await;
    world.latency([60, 120]).await;
    let rows = world.console.connectable(&one.url, linked.delegation).await;
    let total = rows.len();
    let (since, before) = (ledger::head(&database, linked.delegation).await, world.last_request().await);
    let run = world.console.start(&one.url, linked.delegation, RunKind::Connect, rows).await;
    until("the run is under way", async || (ledger::settled(&database, run.id).await >= 50).then_some(()))
        .await;

    postgres.stop().await;
    for server in [&one, &other] {
        let asked = Instant::now();
        let ready = world.console.http.get(format!("{}/readyz", server.url)).send().await.unwrap();
        assert_eq!(ready.status(), 503);
        assert!(asked.elapsed() < Duration::from_secs(5), "not ready after {:?}", asked.elapsed());
    }
    // Both have noticed, and the database stays away for a while after that.
    one.program.says(0, "database does not answer").await;
    tokio::time::sleep(away).await;
    postgres.resume().await;
    let (started, at_return) = (Instant::now(), ledger::settled(&database, run.id).await);
    until("the run goes on", async || (ledger::settled(&database, run.id).await > at_return).then_some(()))
        .await;
    let back = started.elapsed();

    let run = world.console.over(&one.url, run.id).await;
    assert_done_once(&database, &run, total, since).await;
    assert_gap_free(&database, linked.delegation).await;
    assert_slots(&database, &linked.workspace, total).await;
    let repeated = ledger::repeated(&world.asked(before).await, total);
    assert!(repeated <= REPEATED_AFTER_CRASH, "{repeated} questions were asked again");
    println!("away {away:?}, lease {lease_seconds} s: went on after {back:.1?}, {repeated} asked again");
    for server in [one, other] {
        server.stop().await;
    }
    back
}
