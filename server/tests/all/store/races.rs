//! Every race that slots can lose, run for real: parallel connections, many rounds, and the accounts counted again
//! from the rows after each.

use domain::{
    Reason,
    ids::RowNo,
    run::{RunKind, RunState},
    slots::Shortfall,
};
use server::store::{Fate, Lease, NewRun, Settled, Store, StoreError, Urgency, WorkItem, recount};
use tokio::spawn;

use crate::support::{
    database::TestDatabase,
    on_both_databases,
    organisation::{Organisation, connectable, organisation, plan},
};

/// `cargo xtask soak races` sets more.
pub(super) fn rounds() -> u32 {
    std::env::var("DWD_RACE_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(20)
}

/// Two processes at one database; on SQLite, where there can be only one, two tasks of it.
pub(super) async fn pair(database: &TestDatabase) -> (Store, Store) {
    let one = database.store().await;
    let other = if database.url.starts_with("sqlite") { one.clone() } else { database.store().await };
    (one, other)
}

fn connect(
    organisation: &Organisation,
    rows: &[RowNo],
    key: &str,
) -> (domain::ids::DelegationId, Vec<RowNo>, String) {
    (organisation.delegation, rows.to_vec(), key.to_owned())
}

/// Submits on a task of its own.
fn submit(
    store: &Store,
    organisation: &Organisation,
    (delegation, rows, key): (domain::ids::DelegationId, Vec<RowNo>, String),
) -> tokio::task::JoinHandle<Result<domain::run::RunView, StoreError>> {
    let (store, ctx) = (store.clone(), organisation.ctx.clone());
    spawn(async move {
        let new = NewRun { delegation, kind: RunKind::Connect, rows: &rows, key: Some(&key) };
        store.accept_run(&ctx, &new).await
    })
}

async fn claimed(store: &Store, owner: &str) -> Lease {
    store.claim_run(owner, Urgency::Any).await.unwrap().expect("a run that is due")
}

pub(super) fn done(items: &[WorkItem]) -> Vec<Settled> {
    items.iter().map(|item| Settled { mailbox: item.mailbox, fate: Fate::Done }).collect()
}

/// Cancels what the round has left, so that the next one finds only its own runs.
pub(super) async fn clear(store: &Store) {
    while let Some(lease) = store.claim_run("clear", Urgency::Any).await.unwrap() {
        store.finish_run(&lease, true).await.unwrap();
    }
}

/// The accounts agree with the rows, and hold exactly this (used, reserved).
pub(super) async fn exact(
    store: &Store,
    database: &TestDatabase,
    organisation: &Organisation,
    expected: (u32, u32),
) {
    let db = server::store::Db::open_read_only(&database.url).await.unwrap();
    for pool in recount(&db).await.unwrap() {
        assert!(pool.is_exact(), "{pool:?}");
    }
    let pool = &store.pools(&organisation.ctx).await.unwrap()[0];
    assert_eq!((pool.used, pool.reserved), expected);
}

on_both_databases! {
    async fn two_administrators_and_too_few_slots_for_both(database: TestDatabase) {
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

    async fn selections_that_overlap_reserve_nobody_twice(database: TestDatabase) {
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

    async fn a_limit_lowered_during_a_run_stops_it_and_disconnects_nobody(database: TestDatabase) {
        let (one, other) = pair(&database).await;
        for _ in 0..rounds() {
            let organisation = organisation(&one, Some(30), 20).await;
            let rows = connectable(&one, &organisation).await;
            submit(&one, &organisation, connect(&organisation, &rows, "a")).await.unwrap().unwrap();
            let lease = claimed(&one, "one").await;
            let items = one.work(&lease, 20).await.unwrap().items;
            let (writer, results) = (one.clone(), done(&items[..10]));
            let settling = spawn({
                let lease = lease.clone();
                async move { writer.settle(&lease, &results).await }
            });
            let (host, workspace) = (other.clone(), organisation.workspace);
            let lowering = spawn(async move { host.push_slots(workspace, &plan(5, 0, 1)).await });
            settling.await.unwrap().unwrap();
            assert!(lowering.await.unwrap().unwrap());
            // Ten are connected and stay so; whatever comes next is told to stop.
            exact(&one, &database, &organisation, (10, 10)).await;
            assert_eq!(one.work(&lease, 20).await.unwrap().over, Some(Reason::SlotsExhausted));
            one.park_run(&lease, RunState::Paused, Some(Reason::SlotsExhausted), i64::MAX).await.unwrap();
            assert!(one.claim_run("one", Urgency::Any).await.unwrap().is_none());
            // A larger plan wakes it at once.
            assert!(other.push_slots(organisation.workspace, &plan(50, 0, 2)).await.unwrap());
            let lease = claimed(&other, "other").await;
            let work = other.work(&lease, 20).await.unwrap();
            assert_eq!((work.over, work.items.len()), (None, 10));
            other.settle(&lease, &done(&work.items)).await.unwrap();
            other.finish_run(&lease, false).await.unwrap();
            exact(&one, &database, &organisation, (20, 0)).await;
        }
    }

    async fn what_a_killed_process_had_asked_is_asked_again_and_counted_once(database: TestDatabase) {
        let (one, other) = pair(&database).await;
        for _ in 0..rounds() {
            let organisation = organisation(&one, Some(30), 10).await;
            let rows = connectable(&one, &organisation).await;
            submit(&one, &organisation, connect(&organisation, &rows, "a")).await.unwrap().unwrap();
            let old = claimed(&one, "old").await;
            let answers = done(&one.work(&old, 10).await.unwrap().items);
            one.settle(&old, &answers[..4]).await.unwrap();
            // The old process is dead to the database, and yet its last write is under way.
            one.hand_back(&old).await.unwrap();
            let new = claimed(&other, "new").await;
            let late = spawn({
                let (one, old, answers) = (one.clone(), old.clone(), answers.clone());
                async move { one.settle(&old, &answers).await }
            });
            let again = done(&other.work(&new, 10).await.unwrap().items);
            assert_eq!(again.len(), 6);
            let fresh = spawn({
                let (other, new) = (other.clone(), new.clone());
                async move { other.settle(&new, &again).await }
            });
            assert!(matches!(late.await.unwrap(), Err(StoreError::Fenced)));
            fresh.await.unwrap().unwrap();
            let run = other.finish_run(&new, false).await.unwrap().expect("finished");
            assert_eq!((run.counts.succeeded, run.counts.total), (10, 10));
            exact(&one, &database, &organisation, (10, 0)).await;
        }
    }

    async fn cancelled_while_connecting_everybody_ends_one_way_or_the_other(database: TestDatabase) {
        let (one, other) = pair(&database).await;
        for _ in 0..rounds() {
            let organisation = organisation(&one, Some(30), 12).await;
            let rows = connectable(&one, &organisation).await;
            submit(&one, &organisation, connect(&organisation, &rows, "a")).await.unwrap().unwrap();
            let lease = claimed(&one, "one").await;
            let answers = done(&one.work(&lease, 8).await.unwrap().items);
            let settling = spawn({
                let (one, lease) = (one.clone(), lease.clone());
                async move { one.settle(&lease, &answers).await }
            });
            let cancelling = spawn({
                let (other, ctx, run) = (other.clone(), organisation.ctx.clone(), lease.run);
                async move { other.cancel_run(&ctx, run).await }
            });
            settling.await.unwrap().unwrap();
            cancelling.await.unwrap().unwrap();
            let run = one.finish_run(&lease, true).await.unwrap().expect("finished");
            assert_eq!((run.state, run.counts.succeeded, run.counts.cancelled), (RunState::Cancelled, 8, 4));
            exact(&one, &database, &organisation, (8, 0)).await;
        }
    }

    async fn too_many_and_somebody_elses_are_refused_beside_a_good_one(database: TestDatabase) {
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
            let missing = submit(&one, &big, connect(&big, &[RowNo(5_000)], "d"));
            good.await.unwrap().unwrap();
            assert!(matches!(many.await.unwrap(), Err(StoreError::TooMany { requested: 1_001, limit: 1_000 })));
            assert!(matches!(foreign.await.unwrap(), Err(StoreError::NotFound)));
            assert!(matches!(missing.await.unwrap(), Err(StoreError::NotFound)));
            exact(&one, &database, &organisation, (0, 10)).await;
            let pool = &one.pools(&big.ctx).await.unwrap()[0];
            assert_eq!((pool.used, pool.reserved), (0, 0));
            clear(&one).await;
        }
    }
}
