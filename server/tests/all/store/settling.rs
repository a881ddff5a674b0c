//! Settling: each mailbox once, slots exact, and nothing after the lease is lost.

use domain::{
    Reason,
    connection::Connection,
    mailbox::Counts,
    run::{RunKind, RunState},
};
use server::store::{Fate, Lease, NewRun, Settled, Store, StoreError, Urgency};

use crate::support::{
    clock::TestClock,
    on_both_databases,
    organisation::{Organisation, carry_out, claim, connectable, organisation},
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
}
