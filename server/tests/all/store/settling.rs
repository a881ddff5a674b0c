//! Settling: each mailbox once, slots exact, and nothing after the lease is lost.

use domain::{
    Reason,
    connection::Connection,
    mailbox::Counts,
    run::{RunKind, RunState},
};
use server::store::{Fate, Lease, NewRun, Pulse, Settled, Store, StoreError, Urgency};

use crate::support::{
    clock::{StoppedClock, TestClock},
    on_both_databases,
    organisation::{Organisation, carry_out, claim, connectable, entry, organisation, rows, sync},
};

/// A claimed connect run over everything.
async fn connecting(store: &Store, organisation: &Organisation) -> Lease {
    let rows = connectable(store, organisation).await;
    let new = NewRun { delegation: organisation.delegation, kind: RunKind::Connect, rows: &rows, key: None };
    store.accept_run(&organisation.ctx, &new).await.unwrap();
    claim(store).await
}

async fn settle_all(store: &Store, lease: &Lease, fate: impl Fn(usize) -> Fate) -> Vec<Settled> {
    let items = store.work(lease, 1_000).await.unwrap().items;
    let results: Vec<Settled> =
        items.iter().enumerate().map(|(i, item)| Settled { mailbox: item.mailbox, fate: fate(i) }).collect();
    store.settle(lease, &results).await.unwrap();
    results
}

async fn slots(store: &Store, organisation: &Organisation) -> (u32, u32) {
    let pool = &store.pools(&organisation.ctx).await.unwrap()[0];
    (pool.used, pool.reserved)
}

async fn counts(store: &Store, organisation: &Organisation) -> Counts {
    store.snapshot(&organisation.ctx, organisation.delegation).await.unwrap().counts
}

on_both_databases! {
    async fn connected_mailboxes_use_their_slot_and_failed_ones_give_it_back(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 10).await;
        let lease = connecting(&store, &organisation).await;
        assert_eq!(slots(&store, &organisation).await, (0, 10));
        settle_all(&store, &lease, |i| if i < 7 { Fate::Done } else { Fate::Failed(Reason::NoExchangeLicense) }).await;
        assert_eq!(slots(&store, &organisation).await, (7, 0));
        let run = store.finish_run(&lease, false).await.unwrap().expect("finished");
        assert_eq!((run.state, run.counts.succeeded, run.counts.failed), (RunState::CompletedWithErrors, 7, 3));
        let counts = counts(&store, &organisation).await;
        assert_eq!((counts.connected, counts.available, counts.all), (7, 3, 10));
    }

    async fn a_result_reported_twice_counts_once(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 5).await;
        let lease = connecting(&store, &organisation).await;
        let results = settle_all(&store, &lease, |_| Fate::Done).await;
        store.settle(&lease, &results).await.unwrap();
        assert_eq!(slots(&store, &organisation).await, (5, 0));
        let run = store.finish_run(&lease, false).await.unwrap().expect("finished");
        assert_eq!((run.counts.succeeded, run.counts.total), (5, 5));
    }

    async fn whoever_lost_the_lease_writes_nothing(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 5).await;
        let old = connecting(&store, &organisation).await;
        let items = store.work(&old, 10).await.unwrap().items;
        store.hand_back(&old).await.unwrap();
        let new = store.claim_run("another", Urgency::Any).await.unwrap().expect("free again");
        let late: Vec<Settled> = items.iter().map(|item| Settled { mailbox: item.mailbox, fate: Fate::Done }).collect();
        assert!(matches!(store.settle(&old, &late).await, Err(StoreError::Fenced)));
        assert!(matches!(store.finish_run(&old, true).await, Err(StoreError::Fenced)));
        assert_eq!(slots(&store, &organisation).await, (0, 5));
        settle_all(&store, &new, |_| Fate::Done).await;
        assert_eq!(slots(&store, &organisation).await, (5, 0));
    }

    async fn a_run_in_hand_is_not_claimed_again(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 5).await;
        let _lease = connecting(&store, &organisation).await;
        assert!(store.claim_run("another", Urgency::Any).await.unwrap().is_none());
    }

    async fn cancelling_gives_back_what_was_not_done(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 10).await;
        let lease = connecting(&store, &organisation).await;
        let items = store.work(&lease, 4).await.unwrap().items;
        let done: Vec<Settled> = items.iter().map(|item| Settled { mailbox: item.mailbox, fate: Fate::Done }).collect();
        store.settle(&lease, &done).await.unwrap();
        store.cancel_run(&organisation.ctx, lease.run).await.unwrap();
        assert!(store.work(&lease, 10).await.unwrap().cancel_requested);
        let run = store.finish_run(&lease, true).await.unwrap().expect("finished");
        assert_eq!((run.state, run.counts.succeeded, run.counts.cancelled), (RunState::Cancelled, 4, 6));
        assert_eq!(slots(&store, &organisation).await, (4, 0));
        assert_eq!(counts(&store, &organisation).await.available, 6);
    }

    async fn a_check_that_fails_keeps_the_slot_and_one_that_works_heals(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 3).await;
        let lease = connecting(&store, &organisation).await;
        settle_all(&store, &lease, |_| Fate::Done).await;
        store.finish_run(&lease, false).await.unwrap();
        for (fate, attention) in [(Fate::Failed(Reason::OutOfScope), 3), (Fate::Done, 0)] {
            let check = NewRun { delegation: organisation.delegation, kind: RunKind::Verify, rows: &[], key: None };
            store.accept_run(&organisation.ctx, &check).await.unwrap();
            let lease = claim(&store).await;
            settle_all(&store, &lease, |_| fate).await;
            store.finish_run(&lease, false).await.unwrap();
            assert_eq!(counts(&store, &organisation).await.attention, attention);
            assert_eq!(slots(&store, &organisation).await, (3, 0));
        }
    }

    async fn a_disconnected_mailbox_frees_its_slot_and_reconnects(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(2), 2).await;
        let lease = connecting(&store, &organisation).await;
        settle_all(&store, &lease, |_| Fate::Done).await;
        store.finish_run(&lease, false).await.unwrap();
        let rows = [domain::ids::RowNo(1)];
        for (kind, used) in [(RunKind::Disconnect, 1), (RunKind::Reconnect, 2)] {
            carry_out(&store, &clock, &organisation, kind, &rows).await;
            assert_eq!(slots(&store, &organisation).await, (used, 0), "{kind}");
        }
        let row = &store.rows(&organisation.ctx, organisation.delegation, &rows).await.unwrap()[0];
        assert_eq!((row.connection, row.busy), (Connection::Connected, false));
    }

    async fn a_check_of_who_could_not_be_connected_heals_or_says_the_new_reason_and_lets_rooms_be(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 1).await;
        let mut people = [1, 2, 3, 4].map(entry);
        for person in &mut people[..3] {
            person.obstacle = Some(Reason::NoExchangeLicense);
        }
        people[2].obstacle = Some(Reason::NotAUserMailbox);
        sync(&store, &organisation.ctx, organisation.delegation, &people).await;
        let numbers = [1, 2, 3].map(domain::ids::RowNo);
        let check = NewRun { delegation: organisation.delegation, kind: RunKind::Verify, rows: &numbers, key: None };
        store.accept_run(&organisation.ctx, &check).await.unwrap();
        let lease = claim(&store).await;
        let before = rows(&store, &organisation, &numbers).await;
        let results = [Fate::Done, Fate::Failed(Reason::MailboxOnPremises), Fate::Done];
        let results: Vec<Settled> = before.iter().zip(results).map(|(row, fate)| Settled { mailbox: row.id, fate }).collect();
        store.settle(&lease, &results).await.unwrap();
        let run = store.finish_run(&lease, false).await.unwrap().expect("finished");
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

    async fn a_check_leaves_alone_whom_another_run_has_taken_since(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 2).await;
        let lease = connecting(&store, &organisation).await;
        settle_all(&store, &lease, |_| Fate::Done).await;
        store.finish_run(&lease, false).await.unwrap();
        let check = NewRun { delegation: organisation.delegation, kind: RunKind::Verify, rows: &[], key: None };
        store.accept_run(&organisation.ctx, &check).await.unwrap();
        let lease = claim(&store).await;
        let numbers = [1, 2].map(domain::ids::RowNo);
        let off = NewRun { kind: RunKind::Disconnect, rows: &numbers[..1], ..check };
        store.accept_run(&organisation.ctx, &off).await.unwrap();
        settle_all(&store, &lease, |_| Fate::Failed(Reason::OutOfScope)).await;
        let now: Vec<_> = rows(&store, &organisation, &numbers).await.iter().map(|row| (row.connection, row.busy)).collect();
        assert_eq!(now, [(Connection::Connected, true), (Connection::NeedsAttention, false)]);
    }

    async fn results_end_a_wait_and_the_next_one_begins_short_again(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 4).await;
        let lease = connecting(&store, &organisation).await;
        store.park_run(&lease, RunState::Waiting, Some(Reason::Throttled), store.now()).await.unwrap();
        let lease = claim(&store).await;
        assert_eq!(lease.attempt, 1);
        let view = async || store.run_detail(&organisation.ctx, lease.run).await.unwrap().run;
        let until = store.now() + 60_000;
        store.show_waiting(&lease, until).await.unwrap();
        let waiting = view().await;
        assert_eq!((waiting.state, waiting.reason, waiting.waiting_until), (RunState::Waiting, Some(Reason::Throttled), Some(until)));
        let items = store.work(&lease, 1).await.unwrap().items;
        store.settle(&lease, &[Settled { mailbox: items[0].mailbox, fate: Fate::Done }]).await.unwrap();
        let running = view().await;
        assert_eq!((running.state, running.reason, running.waiting_until), (RunState::Running, None, None));
        store.hand_back(&lease).await.unwrap();
        assert_eq!(claim(&store).await.attempt, 0);
    }

    async fn who_is_to_be_asked_again_is_not_asked_before_and_the_first_time_is_told(database: TestDatabase) {
        let clock = StoppedClock::now();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(100), 3).await;
        let lease = connecting(&store, &organisation).await;
        let now = clock.time();
        settle_all(&store, &lease, |i| Fate::Retry(now + [9_000, 3_000, 6_000][i])).await;
        let work = store.work(&lease, 10).await.unwrap();
        assert_eq!((work.items.len(), work.next_retry), (0, Some(now + 3_000)));
        assert!(store.finish_run(&lease, false).await.unwrap().is_none());
        clock.advance(3_000);
        let work = store.work(&lease, 10).await.unwrap();
        assert_eq!((work.items.len(), work.next_retry, work.items[0].attempt), (1, None, 1));
        store.settle(&lease, &[Settled { mailbox: work.items[0].mailbox, fate: Fate::Done }]).await.unwrap();
        assert!(store.work(&lease, 10).await.unwrap().items.is_empty());
        assert_eq!(slots(&store, &organisation).await, (1, 2));
    }

    async fn a_cancel_that_finds_everything_done_changes_no_result_and_one_of_nothing_is_cancelled(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 3).await;
        let lease = connecting(&store, &organisation).await;
        settle_all(&store, &lease, |_| Fate::Done).await;
        store.cancel_run(&organisation.ctx, lease.run).await.unwrap();
        let run = store.finish_run(&lease, true).await.unwrap().expect("finished");
        assert_eq!((run.state, run.counts.succeeded, run.counts.cancelled), (RunState::Completed, 3, 0));
        let read = NewRun { delegation: organisation.delegation, kind: RunKind::Sync, rows: &[], key: None };
        for (reason, state) in [(None, RunState::Completed), (Some(Reason::ConsentRevoked), RunState::Failed)] {
            let run = store.accept_run(&organisation.ctx, &read).await.unwrap().id;
            store.finish_sync_run(&claim(&store).await, reason).await.unwrap();
            let over = store.run_detail(&organisation.ctx, run).await.unwrap().run;
            assert_eq!((over.state, over.reason, over.finished_at.is_some()), (state, reason, true));
        }
        store.accept_run(&organisation.ctx, &read).await.unwrap();
        let run = store.finish_run(&claim(&store).await, true).await.unwrap().expect("finished");
        assert_eq!(run.state, RunState::Cancelled);
    }

    async fn a_check_that_comes_late_connects_nobody_who_was_taken_off_since(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(100), 2).await;
        let lease = connecting(&store, &organisation).await;
        settle_all(&store, &lease, |_| Fate::Done).await;
        store.finish_run(&lease, false).await.unwrap();
        let check = NewRun { delegation: organisation.delegation, kind: RunKind::Verify, rows: &[], key: None };
        store.accept_run(&organisation.ctx, &check).await.unwrap();
        let lease = claim(&store).await;
        let items = store.work(&lease, 10).await.unwrap().items;
        let numbers = [1, 2].map(domain::ids::RowNo);
        carry_out(&store, &clock, &organisation, RunKind::Disconnect, &numbers[..1]).await;
        let answers: Vec<Settled> = items.iter().map(|item| Settled { mailbox: item.mailbox, fate: Fate::Done }).collect();
        let pulse = store.settle(&lease, &answers).await.unwrap();
        assert_eq!(pulse, Pulse { cancel_requested: false, pause_requested: false, over: None });
        assert!(!store.work(&lease, 10).await.unwrap().pause_requested);
        let now: Vec<_> = rows(&store, &organisation, &numbers).await.iter().map(|row| row.connection).collect();
        assert_eq!(now, [Connection::Disconnected, Connection::Connected]);
        assert_eq!(slots(&store, &organisation).await, (1, 0));
    }

    async fn results_carry_the_time_of_the_check_and_a_try_again_leaves_the_wait_as_long_as_it_was(database: TestDatabase) {
        let clock = StoppedClock::now();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(100), 3).await;
        let lease = connecting(&store, &organisation).await;
        store.park_run(&lease, RunState::Waiting, Some(Reason::Throttled), clock.time()).await.unwrap();
        let lease = claim(&store).await;
        settle_all(&store, &lease, |_| Fate::Retry(clock.time())).await;
        store.hand_back(&lease).await.unwrap();
        let lease = claim(&store).await;
        assert_eq!(lease.attempt, 1);
        clock.advance(5_000);
        // As many done as failed are results as well.
        let items = store.work(&lease, 10).await.unwrap().items;
        let fates = [Fate::Done, Fate::Failed(Reason::OutOfScope)];
        let results: Vec<Settled> = items.iter().zip(fates).map(|(item, fate)| Settled { mailbox: item.mailbox, fate }).collect();
        store.settle(&lease, &results).await.unwrap();
        let checked = store.rows(&organisation.ctx, organisation.delegation, &[1, 2, 3].map(domain::ids::RowNo)).await.unwrap();
        let mut checked: Vec<_> = checked.iter().map(|row| row.checked_at).collect();
        checked.sort_unstable();
        assert_eq!(checked, [None, Some(clock.time()), Some(clock.time())]);
        store.hand_back(&lease).await.unwrap();
        assert_eq!(claim(&store).await.attempt, 0);
    }

    async fn a_run_that_left_somebody_out_is_finished_when_the_others_are_through(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 4).await;
        let first = connecting(&store, &organisation).await;
        settle_all(&store, &first, |i| if i < 2 { Fate::Done } else { Fate::Failed(Reason::OutOfScope) }).await;
        store.finish_run(&first, false).await.unwrap().expect("finished");
        let numbers = [1, 2, 3, 4].map(domain::ids::RowNo);
        let again = NewRun { delegation: organisation.delegation, kind: RunKind::Connect, rows: &numbers, key: None };
        let run = store.accept_run(&organisation.ctx, &again).await.unwrap();
        assert_eq!((run.counts.total, run.counts.skipped), (4, 2));
        let lease = claim(&store).await;
        settle_all(&store, &lease, |_| Fate::Done).await;
        let run = store.finish_run(&lease, false).await.unwrap().expect("finished");
        assert_eq!((run.state, run.counts.succeeded), (RunState::Completed, 2));
    }
}
