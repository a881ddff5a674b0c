//! Settling: each mailbox once, slots exact, and no write after the lease is lost.

use domain::{
    Reason,
    connection::Connection,
    mailbox::Counts,
    run::{RunKind, RunState},
};
use store::{ItemOutcome, ItemResult, Lease, NewRun, SettleReply, Store, StoreError, Urgency};

use store_testing::{
    clock::{StoppedClock, TestClock},
    on_both_databases,
    organisation::{Organisation, claim, complete_run, connectable, entry, organisation, rows, sync},
};

/// A claimed run that connects all mailboxes.
async fn connecting(store: &Store, organisation: &Organisation) -> Lease {
    let rows = connectable(store, organisation).await;
    let new = NewRun { delegation: organisation.delegation, kind: RunKind::Connect, rows: &rows, key: None };
    store.runs(&organisation.ctx).accept_run(&new).await.unwrap();
    claim(store).await
}

async fn settle_all(store: &Store, lease: &Lease, outcome: impl Fn(usize) -> ItemOutcome) -> Vec<ItemResult> {
    let items = store.leased(lease).work(1_000).await.unwrap().items;
    let results: Vec<ItemResult> =
        items.iter().enumerate().map(|(i, item)| ItemResult::new(item.mailbox, outcome(i))).collect();
    store.leased(lease).settle(&results).await.unwrap();
    results
}

async fn slots(store: &Store, organisation: &Organisation) -> (u32, u32) {
    let pool = &store.slots(&organisation.ctx).pools().await.unwrap()[0];
    (pool.used, pool.reserved)
}

async fn counts(store: &Store, organisation: &Organisation) -> Counts {
    store.mailboxes(&organisation.ctx).snapshot(organisation.delegation).await.unwrap().counts
}

on_both_databases! {
    async fn connected_mailboxes_use_their_slot_and_failed_ones_give_it_back(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 10).await;
        let lease = connecting(&store, &organisation).await;
        assert_eq!(slots(&store, &organisation).await, (0, 10));
        settle_all(&store, &lease, |i| if i < 7 { ItemOutcome::Done } else { ItemOutcome::Failed(Reason::NoExchangeLicense) }).await;
        assert_eq!(slots(&store, &organisation).await, (7, 0));
        let run = store.leased(&lease).finish_run(false).await.unwrap().expect("finished");
        assert_eq!((run.state, run.counts.succeeded, run.counts.failed), (RunState::CompletedWithErrors, 7, 3));
        let counts = counts(&store, &organisation).await;
        assert_eq!((counts.connected, counts.available, counts.failed, counts.all), (7, 0, 3, 10));
    }

    async fn a_result_reported_twice_counts_once(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 5).await;
        let lease = connecting(&store, &organisation).await;
        let results = settle_all(&store, &lease, |_| ItemOutcome::Done).await;
        store.leased(&lease).settle(&results).await.unwrap();
        assert_eq!(slots(&store, &organisation).await, (5, 0));
        let run = store.leased(&lease).finish_run(false).await.unwrap().expect("finished");
        assert_eq!((run.counts.succeeded, run.counts.total), (5, 5));
    }

    async fn results_after_a_lost_lease_are_refused(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 5).await;
        let old = connecting(&store, &organisation).await;
        let items = store.leased(&old).work(10).await.unwrap().items;
        store.leased(&old).release().await.unwrap();
        let new = store.claim_run("another", Urgency::Any).await.unwrap().expect("free again");
        let late: Vec<ItemResult> = items.iter().map(|item| ItemResult::new(item.mailbox, ItemOutcome::Done)).collect();
        assert!(matches!(store.leased(&old).settle(&late).await, Err(StoreError::Fenced)));
        assert!(matches!(store.leased(&old).finish_run(true).await, Err(StoreError::Fenced)));
        assert_eq!(slots(&store, &organisation).await, (0, 5));
        settle_all(&store, &new, |_| ItemOutcome::Done).await;
        assert_eq!(slots(&store, &organisation).await, (5, 0));
    }

    async fn a_leased_run_is_not_claimed_again(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 5).await;
        let _lease = connecting(&store, &organisation).await;
        assert!(store.claim_run("another", Urgency::Any).await.unwrap().is_none());
    }

    async fn cancelling_releases_open_mailboxes_and_their_slots(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 10).await;
        let lease = connecting(&store, &organisation).await;
        let items = store.leased(&lease).work(4).await.unwrap().items;
        let done: Vec<ItemResult> = items.iter().map(|item| ItemResult::new(item.mailbox, ItemOutcome::Done)).collect();
        store.leased(&lease).settle(&done).await.unwrap();
        store.runs(&organisation.ctx).cancel_run(lease.run).await.unwrap();
        assert!(store.leased(&lease).work(10).await.unwrap().cancel_requested);
        let run = store.leased(&lease).finish_run(true).await.unwrap().expect("finished");
        assert_eq!((run.state, run.counts.succeeded, run.counts.cancelled), (RunState::Cancelled, 4, 6));
        assert_eq!(slots(&store, &organisation).await, (4, 0));
        assert_eq!(counts(&store, &organisation).await.available, 6);
    }

    async fn a_failed_check_keeps_the_slot_and_a_successful_one_restores_the_connection(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 3).await;
        let lease = connecting(&store, &organisation).await;
        settle_all(&store, &lease, |_| ItemOutcome::Done).await;
        store.leased(&lease).finish_run(false).await.unwrap();
        for (outcome, attention) in [(ItemOutcome::Failed(Reason::OutOfScope), 3), (ItemOutcome::Done, 0)] {
            let check = NewRun { delegation: organisation.delegation, kind: RunKind::Verify, rows: &[], key: None };
            store.runs(&organisation.ctx).accept_run(&check).await.unwrap();
            let lease = claim(&store).await;
            settle_all(&store, &lease, |_| outcome).await;
            store.leased(&lease).finish_run(false).await.unwrap();
            assert_eq!(counts(&store, &organisation).await.attention, attention);
            assert_eq!(slots(&store, &organisation).await, (3, 0));
        }
    }

    async fn a_disconnected_mailbox_frees_its_slot_and_reconnects(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(2), 2).await;
        let lease = connecting(&store, &organisation).await;
        settle_all(&store, &lease, |_| ItemOutcome::Done).await;
        store.leased(&lease).finish_run(false).await.unwrap();
        let rows = [domain::ids::RowNumber(1)];
        for (kind, used) in [(RunKind::Disconnect, 1), (RunKind::Reconnect, 2)] {
            complete_run(&store, &clock, &organisation, kind, &rows).await;
            assert_eq!(slots(&store, &organisation).await, (used, 0), "{kind}");
        }
        let row = &store.mailboxes(&organisation.ctx).rows(organisation.delegation, &rows).await.unwrap()[0];
        assert_eq!((row.connection, row.busy), (Connection::Connected, false));
    }

    async fn a_check_of_ineligible_mailboxes_makes_them_available_or_sets_a_new_reason_except_for_rooms(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 1).await;
        let mut people = [1, 2, 3, 4].map(entry);
        for person in &mut people[..3] {
            person.obstacle = Some(Reason::NoExchangeLicense);
        }
        people[2].obstacle = Some(Reason::NotAUserMailbox);
        sync(&store, &organisation.ctx, organisation.delegation, &people).await;
        let numbers = [1, 2, 3].map(domain::ids::RowNumber);
        let check = NewRun { delegation: organisation.delegation, kind: RunKind::Verify, rows: &numbers, key: None };
        store.runs(&organisation.ctx).accept_run(&check).await.unwrap();
        let lease = claim(&store).await;
        let before = rows(&store, &organisation, &numbers).await;
        let results = [ItemOutcome::Done, ItemOutcome::Failed(Reason::MailboxOnPremises), ItemOutcome::Done];
        let results: Vec<ItemResult> = before.iter().zip(results).map(|(row, outcome)| ItemResult::new(row.id, outcome)).collect();
        store.leased(&lease).settle(&results).await.unwrap();
        let run = store.leased(&lease).finish_run(false).await.unwrap().expect("finished");
        assert_eq!((run.counts.succeeded, run.counts.failed), (2, 1));
        let now: Vec<_> = rows(&store, &organisation, &numbers).await.iter().map(|row| (row.connection, row.reason)).collect();
        assert_eq!(
            now,
            [
                (Connection::Available, None),
                (Connection::Ineligible, Some(Reason::MailboxOnPremises)),
                (Connection::Ineligible, Some(Reason::NotAUserMailbox)),
            ]
        );
        assert_eq!(slots(&store, &organisation).await, (0, 0));
    }

    async fn a_check_does_not_change_mailboxes_that_another_run_has_taken_since(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 2).await;
        let lease = connecting(&store, &organisation).await;
        settle_all(&store, &lease, |_| ItemOutcome::Done).await;
        store.leased(&lease).finish_run(false).await.unwrap();
        let check = NewRun { delegation: organisation.delegation, kind: RunKind::Verify, rows: &[], key: None };
        store.runs(&organisation.ctx).accept_run(&check).await.unwrap();
        let lease = claim(&store).await;
        let numbers = [1, 2].map(domain::ids::RowNumber);
        let off = NewRun { kind: RunKind::Disconnect, rows: &numbers[..1], ..check };
        store.runs(&organisation.ctx).accept_run(&off).await.unwrap();
        settle_all(&store, &lease, |_| ItemOutcome::Failed(Reason::OutOfScope)).await;
        let now: Vec<_> = rows(&store, &organisation, &numbers).await.iter().map(|row| (row.connection, row.busy)).collect();
        assert_eq!(now, [(Connection::Connected, true), (Connection::NeedsAttention, false)]);
    }

    async fn results_end_a_wait_and_the_next_one_is_short_again(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 4).await;
        let lease = connecting(&store, &organisation).await;
        store.leased(&lease).park_run(RunState::Waiting, Some(Reason::Throttled), store.now()).await.unwrap();
        let lease = claim(&store).await;
        assert_eq!(lease.attempt, 1);
        let view = async || store.runs(&organisation.ctx).run_detail(lease.run).await.unwrap().run;
        let until = store.now() + 60_000;
        store.leased(&lease).show_waiting(until).await.unwrap();
        let waiting = view().await;
        assert_eq!((waiting.state, waiting.reason, waiting.waiting_until), (RunState::Waiting, Some(Reason::Throttled), Some(until)));
        let items = store.leased(&lease).work(1).await.unwrap().items;
        store.leased(&lease).settle(&[ItemResult::new(items[0].mailbox, ItemOutcome::Done)]).await.unwrap();
        let running = view().await;
        assert_eq!((running.state, running.reason, running.waiting_until), (RunState::Running, None, None));
        store.leased(&lease).release().await.unwrap();
        assert_eq!(claim(&store).await.attempt, 0);
    }

    async fn a_retry_is_not_due_before_its_time_and_the_earliest_time_is_returned(database: TestDatabase) {
        let clock = StoppedClock::now();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(100), 3).await;
        let lease = connecting(&store, &organisation).await;
        let now = clock.time();
        settle_all(&store, &lease, |i| ItemOutcome::Retry(now + [9_000, 3_000, 6_000][i])).await;
        let work = store.leased(&lease).work(10).await.unwrap();
        assert_eq!((work.items.len(), work.next_retry), (0, Some(now + 3_000)));
        assert!(store.leased(&lease).finish_run(false).await.unwrap().is_none());
        clock.advance(3_000);
        let work = store.leased(&lease).work(10).await.unwrap();
        assert_eq!((work.items.len(), work.next_retry, work.items[0].attempt), (1, None, 1));
        store.leased(&lease).settle(&[ItemResult::new(work.items[0].mailbox, ItemOutcome::Done)]).await.unwrap();
        assert!(store.leased(&lease).work(10).await.unwrap().items.is_empty());
        assert_eq!(slots(&store, &organisation).await, (1, 2));
    }

    async fn cancelling_changes_no_finished_results_and_a_cancelled_sync_ends_as_cancelled(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 3).await;
        let lease = connecting(&store, &organisation).await;
        settle_all(&store, &lease, |_| ItemOutcome::Done).await;
        store.runs(&organisation.ctx).cancel_run(lease.run).await.unwrap();
        let run = store.leased(&lease).finish_run(true).await.unwrap().expect("finished");
        assert_eq!((run.state, run.counts.succeeded, run.counts.cancelled), (RunState::Completed, 3, 0));
        let read = NewRun { delegation: organisation.delegation, kind: RunKind::Sync, rows: &[], key: None };
        for (reason, state) in [(None, RunState::Completed), (Some(Reason::ConsentRevoked), RunState::Failed)] {
            let run = store.runs(&organisation.ctx).accept_run(&read).await.unwrap().id;
            store.leased(&claim(&store).await).finish_sync_run(reason).await.unwrap();
            let over = store.runs(&organisation.ctx).run_detail(run).await.unwrap().run;
            assert_eq!((over.state, over.reason, over.finished_at.is_some()), (state, reason, true));
        }
        store.runs(&organisation.ctx).accept_run(&read).await.unwrap();
        let run = store.leased(&claim(&store).await).finish_run(true).await.unwrap().expect("finished");
        assert_eq!(run.state, RunState::Cancelled);
    }

    async fn a_late_check_does_not_reconnect_a_mailbox_that_was_disconnected_since(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(100), 2).await;
        let lease = connecting(&store, &organisation).await;
        settle_all(&store, &lease, |_| ItemOutcome::Done).await;
        store.leased(&lease).finish_run(false).await.unwrap();
        let check = NewRun { delegation: organisation.delegation, kind: RunKind::Verify, rows: &[], key: None };
        store.runs(&organisation.ctx).accept_run(&check).await.unwrap();
        let lease = claim(&store).await;
        let items = store.leased(&lease).work(10).await.unwrap().items;
        let numbers = [1, 2].map(domain::ids::RowNumber);
        complete_run(&store, &clock, &organisation, RunKind::Disconnect, &numbers[..1]).await;
        let answers: Vec<ItemResult> = items.iter().map(|item| ItemResult::new(item.mailbox, ItemOutcome::Done)).collect();
        let reply = store.leased(&lease).settle(&answers).await.unwrap();
        assert_eq!(reply, SettleReply { cancel_requested: false, pause_requested: false, over: None });
        assert!(!store.leased(&lease).work(10).await.unwrap().pause_requested);
        let now: Vec<_> = rows(&store, &organisation, &numbers).await.iter().map(|row| row.connection).collect();
        assert_eq!(now, [Connection::Disconnected, Connection::Connected]);
        assert_eq!(slots(&store, &organisation).await, (1, 0));
    }

    async fn results_set_the_time_of_the_check_and_a_retry_does_not_reset_the_attempts(database: TestDatabase) {
        let clock = StoppedClock::now();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(100), 3).await;
        let lease = connecting(&store, &organisation).await;
        store.leased(&lease).park_run(RunState::Waiting, Some(Reason::Throttled), clock.time()).await.unwrap();
        let lease = claim(&store).await;
        settle_all(&store, &lease, |_| ItemOutcome::Retry(clock.time())).await;
        store.leased(&lease).release().await.unwrap();
        let lease = claim(&store).await;
        assert_eq!(lease.attempt, 1);
        clock.advance(5_000);
        // As many done as failed: both count as results.
        let items = store.leased(&lease).work(10).await.unwrap().items;
        let outcomes = [ItemOutcome::Done, ItemOutcome::Failed(Reason::OutOfScope)];
        let results: Vec<ItemResult> = items.iter().zip(outcomes).map(|(item, outcome)| ItemResult::new(item.mailbox, outcome)).collect();
        store.leased(&lease).settle(&results).await.unwrap();
        let checked = store.mailboxes(&organisation.ctx).rows(organisation.delegation, &[1, 2, 3].map(domain::ids::RowNumber)).await.unwrap();
        let mut checked: Vec<_> = checked.iter().map(|row| row.checked_at).collect();
        checked.sort_unstable();
        assert_eq!(checked, [None, Some(clock.time()), Some(clock.time())]);
        store.leased(&lease).release().await.unwrap();
        assert_eq!(claim(&store).await.attempt, 0);
    }

    async fn a_run_with_skipped_mailboxes_is_finished_when_the_others_are_settled(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 4).await;
        let first = connecting(&store, &organisation).await;
        settle_all(&store, &first, |i| if i < 2 { ItemOutcome::Done } else { ItemOutcome::Failed(Reason::OutOfScope) }).await;
        store.leased(&first).finish_run(false).await.unwrap().expect("finished");
        let numbers = [1, 2, 3, 4].map(domain::ids::RowNumber);
        let again = NewRun { delegation: organisation.delegation, kind: RunKind::Connect, rows: &numbers, key: None };
        let run = store.runs(&organisation.ctx).accept_run(&again).await.unwrap();
        assert_eq!((run.counts.total, run.counts.skipped), (4, 2));
        let lease = claim(&store).await;
        settle_all(&store, &lease, |_| ItemOutcome::Done).await;
        let run = store.leased(&lease).finish_run(false).await.unwrap().expect("finished");
        assert_eq!((run.state, run.counts.succeeded), (RunState::Completed, 2));
    }
}
