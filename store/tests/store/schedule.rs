//! Scheduled checks: when, how often, and what they write.

use domain::{
    Reason,
    connection::Connection,
    ids::{Millis, RowNumber},
    run::RunKind,
    schedule::{HOUR, MINUTE, SPREAD_DIVISOR},
};
use store::{ItemOutcome, ItemResult, Lease, NewRun, ScheduledCheck, Store, StoreError, Urgency};

use store_testing::{
    clock::TestClock,
    database::TestDatabase,
    on_both_databases,
    organisation::{Organisation, complete_run, connectable, entry, organisation, rows, sync},
};

/// A store with its own clock, and an organisation whose mailboxes are all connected.
async fn connected(database: &TestDatabase, people: u32) -> (Store, TestClock, Organisation, Vec<RowNumber>) {
    let clock = TestClock::default();
    let store = database.store_at(clock.sources()).await;
    let organisation = organisation(&store, Some(100), people).await;
    let rows = connectable(&store, &organisation).await;
    complete_run(&store, &clock, &organisation, RunKind::Connect, &rows).await;
    (store, clock, organisation, rows)
}

/// Lets a wait pass, and starts the due checks. Returns how many.
async fn after(store: &Store, clock: &TestClock, wait: Millis) -> usize {
    clock.advance(wait + wait / SPREAD_DIVISOR + MINUTE);
    store.start_due(10).await.unwrap()
}

/// Claims all due runs: finishes syncs without a change, and returns the checks.
async fn checks(store: &Store) -> Vec<Lease> {
    let mut checks = Vec::new();
    while let Some(lease) = store.claim_run("test", Urgency::Any).await.unwrap() {
        match lease.scheduled {
            Some(ScheduledCheck::Sync) => store.leased(&lease).finish_sync_run(None).await.unwrap(),
            Some(_) => checks.push(lease),
            None => panic!("a run that was not scheduled"),
        }
    }
    checks
}

/// Completes the only due check: the mailboxes in `bad` fail.
async fn check(store: &Store, bad: &[&str]) -> (ScheduledCheck, usize) {
    let mut due = checks(store).await;
    let lease = due.pop().expect("a check");
    assert!(due.is_empty(), "{due:?}");
    let work = store.leased(&lease).work(100).await.unwrap();
    let outcome = |id: &str| match bad.contains(&id) {
        true => ItemOutcome::Failed(Reason::OutOfScope),
        false => ItemOutcome::Done,
    };
    let settled: Vec<_> =
        work.items.iter().map(|item| ItemResult::new(item.mailbox, outcome(&item.entra_id))).collect();
    store.leased(&lease).settle(&settled).await.unwrap();
    if let Some(cursor) = work.cursor {
        store.leased(&lease).advance(&cursor).await.unwrap();
    }
    assert!(store.leased(&lease).work(100).await.unwrap().items.is_empty());
    store.leased(&lease).finish_run(false).await.unwrap().expect("its end");
    (lease.scheduled.unwrap(), settled.len())
}

on_both_databases! {
    async fn a_sync_is_due_every_hour_and_after_growing_waits_while_it_fails(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(100), 3).await;
        assert_eq!(store.start_due(10).await.unwrap(), 0);
        assert_eq!(after(&store, &clock, HOUR).await, 1);
        // The sync is active: no further one is started.
        assert_eq!((store.start_due(10).await.unwrap(), after(&store, &clock, HOUR).await), (0, 0));
        let mut waits = [5 * MINUTE, HOUR, 6 * HOUR, 6 * HOUR].into_iter();
        for _ in 0..4 {
            let lease = store.claim_run("test", Urgency::Any).await.unwrap().expect("a sync");
            assert_eq!((lease.scheduled, lease.kind), (Some(ScheduledCheck::Sync), RunKind::Sync));
            store.leased(&lease).finish_sync_run(Some(Reason::ConsentRevoked)).await.unwrap();
            let wait = waits.next().unwrap();
            clock.advance(wait - MINUTE);
            assert_eq!(store.start_due(10).await.unwrap(), 0, "too early after {wait}");
            clock.advance(2 * MINUTE + wait / SPREAD_DIVISOR);
            assert_eq!(store.start_due(10).await.unwrap(), 1, "too late after {wait}");
        }
        // Scheduled runs are listed only if they have found a change or failed.
        let listed = store.runs(&organisation.ctx).list(organisation.delegation, 50).await.unwrap();
        assert_eq!(listed.iter().filter(|run| run.scheduled).count(), 4);
    }

    async fn a_day_without_failures_writes_no_mailbox(database: TestDatabase) {
        let (store, clock, organisation, numbers) = connected(&database, 5).await;
        let before = rows(&store, &organisation, &numbers).await;
        after(&store, &clock, 24 * HOUR).await;
        assert_eq!(check(&store, &[]).await, (ScheduledCheck::AllMailboxes, 5));
        assert_eq!(rows(&store, &organisation, &numbers).await, before);
        assert_eq!(store.runs(&organisation.ctx).list(organisation.delegation, 50).await.unwrap().len(), 2);
        // Neither the next daily check nor another one is due yet.
        after(&store, &clock, 12 * HOUR).await;
        assert!(checks(&store).await.is_empty());
    }

    async fn hidden_runs_are_deleted_after_a_day(database: TestDatabase) {
        let (store, clock, organisation, _) = connected(&database, 2).await;
        after(&store, &clock, HOUR).await;
        let lease = store.claim_run("test", Urgency::Any).await.unwrap().expect("a sync");
        store.leased(&lease).finish_sync_run(None).await.unwrap();
        let listed = store.runs(&organisation.ctx).list(organisation.delegation, 50).await.unwrap();
        store.runs(&organisation.ctx).run_detail(lease.run).await.unwrap();
        after(&store, &clock, 24 * HOUR).await;
        let gone = store.runs(&organisation.ctx).run_detail(lease.run).await;
        assert!(matches!(gone, Err(StoreError::NotFound)), "{gone:?}");
        assert_eq!(store.runs(&organisation.ctx).list(organisation.delegation, 50).await.unwrap(), listed);
    }

    async fn a_mailbox_needs_attention_after_two_failed_checks_and_recovers_with_a_successful_one(database: TestDatabase) {
        let (store, clock, organisation, numbers) = connected(&database, 4).await;
        let bad = entry(1).entra_id;
        let state = async || {
            let all = rows(&store, &organisation, &numbers).await;
            let row = all.into_iter().find(|row| row.row == numbers[0]).unwrap();
            (row.connection, row.reason)
        };
        let used = async || store.slots(&organisation.ctx).pools().await.unwrap()[0].used;
        after(&store, &clock, 24 * HOUR).await;
        check(&store, &[&bad]).await;
        assert_eq!(state().await, (Connection::Connected, None));

        assert_eq!(after(&store, &clock, 10 * MINUTE).await, 1);
        assert_eq!(check(&store, &[&bad]).await, (ScheduledCheck::Attention, 1));
        assert_eq!(state().await, (Connection::NeedsAttention, Some(Reason::OutOfScope)));
        assert_eq!(used().await, 4);

        // Again after 5 minutes, an hour, 6 hours; then after a change in the directory.
        for wait in [5 * MINUTE, HOUR, 6 * HOUR] {
            assert!(after(&store, &clock, wait).await >= 1, "after {wait}");
            assert_eq!(check(&store, &[&bad]).await, (ScheduledCheck::Attention, 1));
            assert_eq!(state().await.0, Connection::NeedsAttention);
        }
        sync(&store, &organisation.ctx, organisation.delegation, &(1..=4).map(entry).collect::<Vec<_>>()).await;
        assert!(store.start_due(10).await.unwrap() >= 1);
        assert_eq!(check(&store, &[]).await, (ScheduledCheck::Attention, 1));
        assert_eq!((state().await, used().await), ((Connection::Connected, None), 4));
        // No mailbox is left to check.
        after(&store, &clock, 6 * HOUR).await;
        assert!(checks(&store).await.is_empty());
    }

    async fn a_single_failure_has_no_effect(database: TestDatabase) {
        let (store, clock, ..) = connected(&database, 3).await;
        let bad = entry(2).entra_id;
        after(&store, &clock, 24 * HOUR).await;
        check(&store, &[&bad]).await;
        after(&store, &clock, 10 * MINUTE).await;
        assert_eq!(check(&store, &[]).await, (ScheduledCheck::Attention, 1));
        after(&store, &clock, 6 * HOUR).await;
        assert!(checks(&store).await.is_empty());
    }

    async fn a_departed_mailbox_keeps_its_slot_for_a_month_and_a_returned_one_still_has_it(database: TestDatabase) {
        let (store, clock, organisation, numbers) = connected(&database, 4).await;
        let used = async || store.slots(&organisation.ctx).pools().await.unwrap()[0].used;
        let states = async || {
            let all = rows(&store, &organisation, &numbers).await;
            all.into_iter().map(|row| (row.connection, row.reason)).collect::<Vec<_>>()
        };
        // Two leave; one of them comes back.
        let people = |ids: &[u32]| ids.iter().map(|n| entry(*n)).collect::<Vec<_>>();
        sync(&store, &organisation.ctx, organisation.delegation, &people(&[1, 2])).await;
        let left = (Connection::NeedsAttention, Some(Reason::UserNotFound));
        assert_eq!(states().await.iter().filter(|state| **state == left).count(), 2);
        sync(&store, &organisation.ctx, organisation.delegation, &people(&[1, 2, 3])).await;
        store.start_due(10).await.unwrap();
        assert_eq!(check(&store, &[&entry(4).entra_id]).await, (ScheduledCheck::Attention, 1));
        assert_eq!((states().await.iter().filter(|state| **state == left).count(), used().await), (1, 4));

        // A requested check does not reset the time of the departure.
        let number = numbers[3];
        let verify = NewRun {
            delegation: organisation.delegation,
            kind: RunKind::Verify,
            rows: &[number],
            key: None,
        };
        store.runs(&organisation.ctx).accept_run(&verify).await.unwrap();
        let lease = store.claim_run("test", Urgency::Any).await.unwrap().expect("the check");
        let mailbox = store.leased(&lease).work(10).await.unwrap().items[0].mailbox;
        let outcome = ItemOutcome::Failed(Reason::NoMailbox);
        store.leased(&lease).settle(&[ItemResult::new(mailbox, outcome)]).await.unwrap();
        store.leased(&lease).finish_run(false).await.unwrap().expect("its end");

        after(&store, &clock, 20 * 24 * HOUR).await;
        for lease in checks(&store).await {
            store.leased(&lease).finish_run(false).await.unwrap();
        }
        assert_eq!(used().await, 4);
        after(&store, &clock, 10 * 24 * HOUR).await;
        assert_eq!(used().await, 3);
        assert_eq!(states().await.iter().filter(|state| state.0 == Connection::Removed).count(), 1);
        assert_eq!(states().await.iter().filter(|state| state.0 == Connection::Connected).count(), 3);
    }
}
