//! Many organisations at once: each of them moves on, and whoever presses *Reconnect* does not queue behind them.
//!
//! `cargo xtask bench fair` runs the same at full size and prints what it measured.

use std::time::{Duration, Instant};

use app::ports::Desk;
use domain::{
    connection::Connection,
    delegation::DelegationView,
    ids::{Millis, RowNo, RunId},
    list::Tab,
    run::{RunKind, RunState},
};
use futures::{StreamExt, stream};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use server::store::Db;

use crate::support::{on_both_databases, world::World};

/// `DWD_FAIR_MAILBOXES` and `DWD_FAIR_RECONNECTS` set more.
fn size(variable: &str, least: u32) -> u32 {
    std::env::var(variable).ok().and_then(|size| size.parse().ok()).unwrap_or(least)
}

const ORGANISATIONS: u32 = 50;
/// What Microsoft takes for an answer.
const LATENCY_MS: u32 = 50;
/// Long enough that nobody is through while everybody is looked at.
const HOLD_MS: u32 = 6_000;

struct Customer {
    desk: Desk,
    delegation: DelegationView,
    rows: Vec<RowNo>,
}

async fn customer(world: &World, n: u32, mailboxes: u32) -> Customer {
    let domain = format!("fair{n}.example");
    world.tenant(&domain, mailboxes).await;
    let (_, desk) = world.desk(mailboxes).await;
    let delegation = world.linked(&desk, &domain).await;
    let rows = world.rows(&desk, &delegation, Tab::Available).await;
    slow(world, n, LATENCY_MS).await;
    Customer { desk, delegation, rows }
}

async fn slow(world: &World, n: u32, milliseconds: u32) {
    world.sim(&format!("tenants/fair{n}.example/latency"), json!({ "ms": milliseconds })).await;
}

/// Starts the same run for everybody.
async fn start(customers: &[Customer], kind: RunKind) -> Vec<RunId> {
    let mut runs = Vec::new();
    for Customer { desk, delegation, rows } in customers {
        let rows = if kind == RunKind::Verify { vec![] } else { rows.clone() };
        let request = app::ports::RunRequest { delegation: delegation.id, kind, rows, key: kind.to_string() };
        runs.push(desk.runs.start(request).await.unwrap().id);
    }
    runs
}

/// How many of them are at work, and how many are over.
async fn standing(customers: &[Customer], runs: &[RunId]) -> (usize, usize) {
    let (mut at_work, mut over) = (0, 0);
    for (customer, run) in customers.iter().zip(runs) {
        let run = customer.desk.runs.detail(*run).await.unwrap().run;
        at_work += usize::from(run.state == RunState::Running);
        over += usize::from(run.state.is_over());
    }
    (at_work, over)
}

/// An organisation in which so many mailboxes have just been mended.
async fn mended(world: &World, reconnects: u32) -> Customer {
    let customer = customer(world, 0, reconnects).await;
    let Customer { desk, delegation, rows } = &customer;
    world.run_over(desk, delegation, RunKind::Connect, rows.clone()).await;
    for what in ["break", "mend"] {
        for row in desk.mailboxes.rows(delegation.id, rows).await.unwrap() {
            let body = if what == "break" { json!({ "code": "ErrorAccessDenied:RAOP" }) } else { json!({}) };
            world.sim(&format!("tenants/fair0.example/mailboxes/{}/{what}", row.address), body).await;
        }
        if what == "break" {
            world.run_over(desk, delegation, RunKind::Verify, vec![]).await;
        }
    }
    customer
}

/// How long each run let the console wait for its next sign of life at most, and when that began.
async fn longest_silences(world: &World, customers: &[Customer], runs: &[RunId]) -> Vec<(Millis, Millis)> {
    let db = Db::open_read_only(&world.database.url).await.unwrap();
    let on = db.read();
    let text = "SELECT created_at FROM event WHERE delegation_id = $1 AND kind = 'run' ORDER BY seq";
    let mut silences = Vec::new();
    for (customer, run) in customers.iter().zip(runs) {
        let accepted = customer.desk.runs.detail(*run).await.unwrap().run.created_at;
        let told = on
            .query_all_raw(Statement::from_sql_and_values(
                on.get_database_backend(),
                text,
                [customer.delegation.id.0.into()],
            ))
            .await
            .unwrap();
        let told = told.iter().map(|row| row.try_get::<Millis>("", "created_at").unwrap());
        let times: Vec<_> = told.filter(|at| *at >= accepted).collect();
        let silence = times.windows(2).map(|two| (two[1] - two[0], two[0])).max();
        silences.push(silence.unwrap_or((Millis::MAX, accepted)));
    }
    silences.sort_unstable();
    silences
}

on_both_databases! {
    async fn fifty_organisations_move_together_and_a_reconnect_overtakes_them(database: TestDatabase) {
        let mailboxes = size("DWD_FAIR_MAILBOXES", 40);
        let world = World::start(database).await;
        let waiting = mended(&world, size("DWD_FAIR_RECONNECTS", 3)).await;
        let customers: Vec<Customer> =
            stream::iter(1..=ORGANISATIONS).map(|n| customer(&world, n, mailboxes)).buffered(8).collect().await;

        let started = Instant::now();
        let (last, others) = waiting.rows.split_last().unwrap();
        let reconnects = async {
            let mut answered: Vec<(Duration, Duration)> = Vec::new();
            for row in others {
                let pressed = started.elapsed();
                let run = world.run_over(&waiting.desk, &waiting.delegation, RunKind::Reconnect, vec![*row]).await;
                answered.push((started.elapsed() - pressed, pressed));
                assert_eq!(run.counts.succeeded, 1);
            }
            answered
        };
        // Also while the fifty are pressing *Connect*.
        let (runs, mut answered) = tokio::join!(start(&customers, RunKind::Connect), reconnects);
        for (customer, run) in customers.iter().zip(&runs) {
            let run = world.ended(&customer.desk, *run).await;
            assert_eq!((run.state, run.counts.succeeded as usize), (RunState::Completed, customer.rows.len()));
        }
        let took = started.elapsed();
        let silences = longest_silences(&world, &customers, &runs).await;
        let first = customers[0].desk.runs.detail(runs[0]).await.unwrap().run.created_at;
        let (worst, worst_at) = silences[silences.len() - 1];

        // Microsoft answers none of them for a while: all are at work all the same, and one who presses *Reconnect*
        // has it done before any of them.
        for n in 1..=ORGANISATIONS {
            slow(&world, n, HOLD_MS).await;
        }
        let checks = start(&customers, RunKind::Verify).await;
        let all = ORGANISATIONS as usize;
        world.until("all are at work at once", async || {
            (standing(&customers, &checks).await == (all, 0)).then_some(())
        }).await;
        let run = world.run_over(&waiting.desk, &waiting.delegation, RunKind::Reconnect, vec![*last]).await;
        assert_eq!((run.counts.succeeded, standing(&customers, &checks).await.1), (1, 0));
        for row in waiting.desk.mailboxes.rows(waiting.delegation.id, &waiting.rows).await.unwrap() {
            assert_eq!(row.connection, Connection::Connected);
        }

        let meanwhile = answered.iter().filter(|(_, pressed)| *pressed < took).count();
        answered.sort_unstable();
        println!(
            "{ORGANISATIONS} organisations x {mailboxes} mailboxes, {LATENCY_MS} ms latency: {:.1} s; longest time without \
             progress: median {} ms, worst {worst} ms ({} ms after the first acceptance); a reconnect: median {} ms, worst of {} {} ms, {} s after the start \
             ({meanwhile} of them while runs were at work)",
            took.as_secs_f32(),
            silences[silences.len() / 2].0,
            worst_at - first,
            answered[answered.len() / 2].0.as_millis(),
            answered.len(),
            answered[answered.len() - 1].0.as_millis(),
            answered[answered.len() - 1].1.as_secs(),
        );
    }
}
