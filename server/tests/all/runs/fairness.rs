//! Many organisations at once: all of them make progress, and a *Reconnect* does not queue behind them.
//!
//! `cargo xtask bench fair` runs the same at full size and prints what it measured.

use std::time::{Duration, Instant};

use app::ports::Caller;
use domain::{
    connection::Connection,
    delegation::DelegationView,
    ids::{Millis, RowNumber, RunId},
    list::Tab,
    run::{RunKind, RunState},
};
use futures::{StreamExt, stream};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use store::Db;

use crate::support::test_server::TestServer;
use store_testing::on_both_databases;

/// A size from the environment (`DWD_FAIR_MAILBOXES`, `DWD_FAIR_RECONNECTS`).
fn size(variable: &str, default: u32) -> u32 {
    std::env::var(variable).ok().and_then(|size| size.parse().ok()).unwrap_or(default)
}

const ORGANISATIONS: u32 = 50;
/// The latency of the simulated Microsoft.
const LATENCY_MS: u32 = 50;
/// A latency so long that no run ends while all runs are checked.
const HOLD_MS: u32 = 6_000;

struct Customer {
    caller: Caller,
    delegation: DelegationView,
    rows: Vec<RowNumber>,
}

async fn customer(server: &TestServer, n: u32, mailboxes: u32) -> Customer {
    let domain = format!("fair{n}.example");
    server.tenant(&domain, mailboxes).await;
    let (_, caller) = server.caller(mailboxes).await;
    let delegation = server.linked(&caller, &domain).await;
    let rows = server.rows(&caller, &delegation, Tab::Available).await;
    slow(server, n, LATENCY_MS).await;
    Customer { caller, delegation, rows }
}

async fn slow(server: &TestServer, n: u32, milliseconds: u32) {
    server.sim(&format!("tenants/fair{n}.example/latency"), json!({ "ms": milliseconds })).await;
}

/// Starts the same run for all customers.
async fn start(customers: &[Customer], kind: RunKind) -> Vec<RunId> {
    let mut runs = Vec::new();
    for Customer { caller, delegation, rows } in customers {
        let rows = if kind == RunKind::Verify { vec![] } else { rows.clone() };
        let request = app::ports::RunRequest { delegation: delegation.id, kind, rows, key: kind.to_string() };
        runs.push(caller.runs.start(request).await.unwrap().id);
    }
    runs
}

/// The numbers of running and of ended runs.
async fn progress(customers: &[Customer], runs: &[RunId]) -> (usize, usize) {
    let (mut running, mut over) = (0, 0);
    for (customer, run) in customers.iter().zip(runs) {
        let run = customer.caller.runs.detail(*run).await.unwrap().run;
        running += usize::from(run.state == RunState::Running);
        over += usize::from(run.state.is_over());
    }
    (running, over)
}

/// An organisation with `reconnects` mailboxes that were broken and have just been fixed.
async fn fixed_mailboxes(server: &TestServer, reconnects: u32) -> Customer {
    let customer = customer(server, 0, reconnects).await;
    let Customer { caller, delegation, rows } = &customer;
    server.run_over(caller, delegation, RunKind::Connect, rows.clone()).await;
    for what in ["break", "mend"] {
        for row in caller.mailboxes.rows(delegation.id, rows).await.unwrap() {
            let body = if what == "break" { json!({ "code": "ErrorAccessDenied:RAOP" }) } else { json!({}) };
            server.sim(&format!("tenants/fair0.example/mailboxes/{}/{what}", row.address), body).await;
        }
        if what == "break" {
            server.run_over(caller, delegation, RunKind::Verify, vec![]).await;
        }
    }
    customer
}

/// The longest time without an event of each run, and when it began.
async fn longest_gaps(server: &TestServer, customers: &[Customer], runs: &[RunId]) -> Vec<(Millis, Millis)> {
    let db = Db::open_read_only(&server.database.url).await.unwrap();
    let on = db.read();
    let text = "SELECT created_at FROM event WHERE delegation_id = $1 AND kind = 'run' ORDER BY seq";
    let mut gaps = Vec::new();
    for (customer, run) in customers.iter().zip(runs) {
        let accepted = customer.caller.runs.detail(*run).await.unwrap().run.created_at;
        let events = on
            .query_all_raw(Statement::from_sql_and_values(
                on.get_database_backend(),
                text,
                [customer.delegation.id.0.into()],
            ))
            .await
            .unwrap();
        let times = events.iter().map(|row| row.try_get::<Millis>("", "created_at").unwrap());
        let times: Vec<_> = times.filter(|at| *at >= accepted).collect();
        let gap = times.windows(2).map(|two| (two[1] - two[0], two[0])).max();
        gaps.push(gap.unwrap_or((Millis::MAX, accepted)));
    }
    gaps.sort_unstable();
    gaps
}

on_both_databases! {
    async fn fifty_organisations_progress_together_and_a_reconnect_overtakes_them(database: TestDatabase) {
        let mailboxes = size("DWD_FAIR_MAILBOXES", 40);
        let server = TestServer::start(database).await;
        let waiting = fixed_mailboxes(&server, size("DWD_FAIR_RECONNECTS", 3)).await;
        let customers: Vec<Customer> =
            stream::iter(1..=ORGANISATIONS).map(|n| customer(&server, n, mailboxes)).buffered(8).collect().await;

        let started = Instant::now();
        let (last, others) = waiting.rows.split_last().unwrap();
        let reconnects = async {
            let mut answered: Vec<(Duration, Duration)> = Vec::new();
            for row in others {
                let pressed = started.elapsed();
                let run = server.run_over(&waiting.caller, &waiting.delegation, RunKind::Reconnect, vec![*row]).await;
                answered.push((started.elapsed() - pressed, pressed));
                assert_eq!(run.counts.succeeded, 1);
            }
            answered
        };
        // Also while the fifty connect runs are being started.
        let (runs, mut answered) = tokio::join!(start(&customers, RunKind::Connect), reconnects);
        for (customer, run) in customers.iter().zip(&runs) {
            let run = server.ended(&customer.caller, *run).await;
            assert_eq!((run.state, run.counts.succeeded as usize), (RunState::Completed, customer.rows.len()));
        }
        let took = started.elapsed();
        let gaps = longest_gaps(&server, &customers, &runs).await;
        let first = customers[0].caller.runs.detail(runs[0]).await.unwrap().run.created_at;
        let (worst, worst_at) = gaps[gaps.len() - 1];

        // While Microsoft answers none of them for a while, all are running, and a reconnect ends before any of them.
        for n in 1..=ORGANISATIONS {
            slow(&server, n, HOLD_MS).await;
        }
        let checks = start(&customers, RunKind::Verify).await;
        let all = ORGANISATIONS as usize;
        server.wait_until("all are running at once", async || {
            (progress(&customers, &checks).await == (all, 0)).then_some(())
        }).await;
        let run = server.run_over(&waiting.caller, &waiting.delegation, RunKind::Reconnect, vec![*last]).await;
        assert_eq!((run.counts.succeeded, progress(&customers, &checks).await.1), (1, 0));
        for row in waiting.caller.mailboxes.rows(waiting.delegation.id, &waiting.rows).await.unwrap() {
            assert_eq!(row.connection, Connection::Connected);
        }

        let meanwhile = answered.iter().filter(|(_, pressed)| *pressed < took).count();
        answered.sort_unstable();
        println!(
            "{ORGANISATIONS} organisations x {mailboxes} mailboxes, {LATENCY_MS} ms latency: {:.1} s; longest time without \
             progress: median {} ms, worst {worst} ms ({} ms after the first acceptance); a reconnect: median {} ms, worst of {} {} ms, {} s after the start \
             ({meanwhile} of them while runs were running)",
            took.as_secs_f32(),
            gaps[gaps.len() / 2].0,
            worst_at - first,
            answered[answered.len() / 2].0.as_millis(),
            answered.len(),
            answered[answered.len() - 1].0.as_millis(),
            answered[answered.len() - 1].1.as_secs(),
        );
    }
}
