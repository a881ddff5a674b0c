//! Races for slots: parallel connections, many rounds, and after each round the accounts are compared with the rows.

use domain::{
    Reason,
    ids::RowNumber,
    run::{RunKind, RunState},
    slots::Shortfall,
};
use store::{ItemOutcome, ItemResult, Lease, NewRun, Store, StoreError, Urgency, WorkItem, recount};
use tokio::spawn;

use store_testing::{
    database::TestDatabase,
    on_both_databases,
    organisation::{Organisation, connectable, organisation, plan},
};

/// The number of rounds; `cargo xtask soak races` sets a higher one.
pub(super) fn rounds() -> u32 {
    std::env::var("DWD_RACE_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(20)
}

/// Two processes on one database; on SQLite, which allows only one, two tasks of one process.
pub(super) async fn pair(database: &TestDatabase) -> (Store, Store) {
    let one = database.store().await;
    let other = if database.url.starts_with("sqlite") { one.clone() } else { database.store().await };
    (one, other)
}

fn connect(
    organisation: &Organisation,
    rows: &[RowNumber],
    key: &str,
) -> (domain::ids::DelegationId, Vec<RowNumber>, String) {
    (organisation.delegation, rows.to_vec(), key.to_owned())
}

/// Submits a run in a separate task.
fn submit(
    store: &Store,
    organisation: &Organisation,
    (delegation, rows, key): (domain::ids::DelegationId, Vec<RowNumber>, String),
) -> tokio::task::JoinHandle<Result<domain::run::RunView, StoreError>> {
    let (store, ctx) = (store.clone(), organisation.ctx.clone());
    spawn(async move {
        let new = NewRun { delegation, kind: RunKind::Connect, rows: &rows, key: Some(&key) };
        store.runs(&ctx).accept_run(&new).await
    })
}

async fn claimed(store: &Store, owner: &str) -> Lease {
    store.claim_run(owner, Urgency::Any).await.unwrap().expect("a run that is due")
}

pub(super) fn done(items: &[WorkItem]) -> Vec<ItemResult> {
    items.iter().map(|item| ItemResult::new(item.mailbox, ItemOutcome::Done)).collect()
}

/// Cancels the remaining runs of a round, so that the next one finds only its own runs.
pub(super) async fn clear(store: &Store) {
    while let Some(lease) = store.claim_run("clear", Urgency::Any).await.unwrap() {
        store.leased(&lease).finish_run(true).await.unwrap();
    }
}

/// Asserts that the accounts agree with the rows, and hold exactly `expected` (used, reserved).
pub(super) async fn exact(
    store: &Store,
    database: &TestDatabase,
    organisation: &Organisation,
    expected: (u32, u32),
) {
    let db = store::Db::open_read_only(&database.url).await.unwrap();
    for pool in recount(&db).await.unwrap() {
        assert!(pool.is_exact(), "{pool:?}");
    }
    let pool = &store.slots(&organisation.ctx).pools().await.unwrap()[0];
    assert_eq!((pool.used, pool.reserved), expected);
}

on_both_databases! {
    async fn of_two_runs_with_too_few_slots_for_both_one_is_accepted(database: TestDatabase) {
        let (one, other) = pair(&database).await;
        for _ in 0..rounds() {
            let organisation = organisation(&one, Some(30), 40).await;
            let rows = connectable(&one, &organisation).await;
            let first = submit(&one, &organisation, connect(&organisation, &rows[..20], "a"));
            let second = submit(&other, &organisation, connect(&organisation, &rows[20..], "b"));
            let refusal = match (first.await.unwrap(), second.await.unwrap()) {
                (Ok(_), Err(refusal)) | (Err(refusal), Ok(_)) => refusal,
                outcome => panic!("exactly one is accepted, not {outcome:?}"),
            };
            assert!(matches!(refusal, StoreError::Slots(Shortfall { requested: 20, free: 10 })), "{refusal}");
            exact(&one, &database, &organisation, (0, 20)).await;
            clear(&one).await;
        }
    }

    async fn a_double_click_and_two_retries_are_one_run(database: TestDatabase) {
        let (one, other) = pair(&database).await;
        for _ in 0..rounds() {
            let organisation = organisation(&one, Some(30), 10).await;
            let rows = connectable(&one, &organisation).await;
            let clicks = [&one, &other, &one, &other].map(|store| submit(store, &organisation, connect(&organisation, &rows, "k")));
            let mut runs = std::collections::HashSet::new();
            for click in clicks {
                runs.insert(click.await.unwrap().unwrap().id);
            }
            assert_eq!(runs.len(), 1);
            exact(&one, &database, &organisation, (0, 10)).await;
            clear(&one).await;
        }
    }

    async fn overlapping_selections_reserve_each_mailbox_once(database: TestDatabase) {
        let (one, other) = pair(&database).await;
        for _ in 0..rounds() {
            let organisation = organisation(&one, Some(30), 18).await;
            let rows = connectable(&one, &organisation).await;
            let first = submit(&one, &organisation, connect(&organisation, &rows[..12], "a"));
            let second = submit(&other, &organisation, connect(&organisation, &rows[6..], "b"));
            let (first, second) = (first.await.unwrap().unwrap().counts, second.await.unwrap().unwrap().counts);
            assert_eq!((first.total, second.total, first.skipped + second.skipped), (12, 12, 6));
            exact(&one, &database, &organisation, (0, 18)).await;
            clear(&one).await;
        }
    }

    async fn a_limit_lowered_during_a_run_pauses_it_and_disconnects_no_mailbox(database: TestDatabase) {
        let (one, other) = pair(&database).await;
        for _ in 0..rounds() {
            let organisation = organisation(&one, Some(30), 20).await;
            let rows = connectable(&one, &organisation).await;
            submit(&one, &organisation, connect(&organisation, &rows, "a")).await.unwrap().unwrap();
            let lease = claimed(&one, "one").await;
            let items = one.leased(&lease).work(20).await.unwrap().items;
            let (writer, results) = (one.clone(), done(&items[..10]));
            let settling = spawn({
                let lease = lease.clone();
                async move { writer.leased(&lease).settle(&results).await }
            });
            let (host, workspace) = (other.clone(), organisation.workspace);
            let lowering = spawn(async move { host.push_slots(workspace, &plan(5, 0, 1)).await });
            settling.await.unwrap().unwrap();
            assert!(lowering.await.unwrap().unwrap());
            // Ten are connected and stay so; the next step of the run must stop.
            exact(&one, &database, &organisation, (10, 10)).await;
            assert_eq!(one.leased(&lease).work(20).await.unwrap().over, Some(Reason::SlotsExhausted));
            one.leased(&lease).park_run(RunState::Paused, Some(Reason::SlotsExhausted), i64::MAX).await.unwrap();
            assert!(one.claim_run("one", Urgency::Any).await.unwrap().is_none());
            // A larger plan wakes it at once.
            assert!(other.push_slots(organisation.workspace, &plan(50, 0, 2)).await.unwrap());
            let lease = claimed(&other, "other").await;
            let work = other.leased(&lease).work(20).await.unwrap();
            assert_eq!((work.over, work.items.len()), (None, 10));
            other.leased(&lease).settle(&done(&work.items)).await.unwrap();
            other.leased(&lease).finish_run(false).await.unwrap();
            exact(&one, &database, &organisation, (20, 0)).await;
        }
    }

    async fn open_items_of_a_killed_process_are_repeated_and_counted_once(database: TestDatabase) {
        let (one, other) = pair(&database).await;
        for _ in 0..rounds() {
            let organisation = organisation(&one, Some(30), 10).await;
            let rows = connectable(&one, &organisation).await;
            submit(&one, &organisation, connect(&organisation, &rows, "a")).await.unwrap().unwrap();
            let old = claimed(&one, "old").await;
            let answers = done(&one.leased(&old).work(10).await.unwrap().items);
            one.leased(&old).settle(&answers[..4]).await.unwrap();
            // The old process has lost its lease while its last write is still in progress.
            one.leased(&old).release().await.unwrap();
            let new = claimed(&other, "new").await;
            let late = spawn({
                let (one, old, answers) = (one.clone(), old.clone(), answers.clone());
                async move { one.leased(&old).settle(&answers).await }
            });
            let again = done(&other.leased(&new).work(10).await.unwrap().items);
            assert_eq!(again.len(), 6);
            let fresh = spawn({
                let (other, new) = (other.clone(), new.clone());
                async move { other.leased(&new).settle(&again).await }
            });
            assert!(matches!(late.await.unwrap(), Err(StoreError::Fenced)));
            fresh.await.unwrap().unwrap();
            let run = other.leased(&new).finish_run(false).await.unwrap().expect("finished");
            assert_eq!((run.counts.succeeded, run.counts.total), (10, 10));
            exact(&one, &database, &organisation, (10, 0)).await;
        }
    }

    async fn a_run_cancelled_while_results_are_written_settles_every_mailbox_once(database: TestDatabase) {
        let (one, other) = pair(&database).await;
        for _ in 0..rounds() {
            let organisation = organisation(&one, Some(30), 12).await;
            let rows = connectable(&one, &organisation).await;
            submit(&one, &organisation, connect(&organisation, &rows, "a")).await.unwrap().unwrap();
            let lease = claimed(&one, "one").await;
            let answers = done(&one.leased(&lease).work(8).await.unwrap().items);
            let settling = spawn({
                let (one, lease) = (one.clone(), lease.clone());
                async move { one.leased(&lease).settle(&answers).await }
            });
            let cancelling = spawn({
                let (other, ctx, run) = (other.clone(), organisation.ctx.clone(), lease.run);
                async move { other.runs(&ctx).cancel_run(run).await }
            });
            settling.await.unwrap().unwrap();
            cancelling.await.unwrap().unwrap();
            let run = one.leased(&lease).finish_run(true).await.unwrap().expect("finished");
            assert_eq!((run.state, run.counts.succeeded, run.counts.cancelled), (RunState::Cancelled, 8, 4));
            exact(&one, &database, &organisation, (8, 0)).await;
        }
    }

    async fn oversized_and_foreign_runs_are_refused_while_a_valid_one_is_accepted(database: TestDatabase) {
        let (one, other) = pair(&database).await;
        let big = organisation(&one, Some(2_000), 1_001).await;
        let all = connectable(&one, &big).await;
        for _ in 0..rounds() {
            let organisation = organisation(&one, Some(30), 10).await;
            let rows = connectable(&one, &organisation).await;
            let good = submit(&one, &organisation, connect(&organisation, &rows, "a"));
            let many = submit(&other, &big, connect(&big, &all, "b"));
            // The other workspace's delegation, and a row that is not ours.
            let foreign = submit(&other, &organisation, connect(&big, &all[..3], "c"));
            let missing = submit(&one, &big, connect(&big, &[RowNumber(5_000)], "d"));
            good.await.unwrap().unwrap();
            assert!(matches!(many.await.unwrap(), Err(StoreError::LimitExceeded { requested: 1_001, limit: 1_000 })));
            assert!(matches!(foreign.await.unwrap(), Err(StoreError::NotFound)));
            assert!(matches!(missing.await.unwrap(), Err(StoreError::NotFound)));
            exact(&one, &database, &organisation, (0, 10)).await;
            let pool = &one.slots(&big.ctx).pools().await.unwrap()[0];
            assert_eq!((pool.used, pool.reserved), (0, 0));
            clear(&one).await;
        }
    }
}
