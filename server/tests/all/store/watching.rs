//! What is looked after without anybody asking: when, how often, and what it writes.

use domain::{
    Reason,
    cadence::{HOUR, MINUTE, SPREAD},
    connection::Connection,
    ids::{Millis, RowNo},
    run::RunKind,
};
use server::store::{Fate, Lease, NewRun, Settled, Store, StoreError, Urgency, Watch};

use crate::support::{
    clock::TestClock,
    database::TestDatabase,
    on_both_databases,
    organisation::{Organisation, carry_out, connectable, entry, organisation, rows, sync},
};

/// A store with a clock of its own, and an organisation of which everybody is connected.
async fn connected(database: &TestDatabase, people: u32) -> (Store, TestClock, Organisation, Vec<RowNo>) {
    let clock = TestClock::default();
    let store = database.store_at(clock.sources()).await;
    let organisation = organisation(&store, Some(100), people).await;
    let rows = connectable(&store, &organisation).await;
    carry_out(&store, &clock, &organisation, RunKind::Connect, &rows).await;
    (store, clock, organisation, rows)
}

/// Lets a wait pass, and starts what is due then.
async fn after(store: &Store, clock: &TestClock, wait: Millis) -> usize {
    clock.put_forward(wait + wait / SPREAD + MINUTE);
    store.look_after(10).await.unwrap()
}

/// Takes what is due: syncs find nothing new, checks are given back.
async fn checks(store: &Store) -> Vec<Lease> {
    let mut checks = Vec::new();
    while let Some(lease) = store.claim_run("test", Urgency::Any).await.unwrap() {
        match lease.watch {
            Some(Watch::Sync) => store.finish_sync_run(&lease, None).await.unwrap(),
            Some(_) => checks.push(lease),
            None => panic!("nobody asked for anything"),
        }
    }
    checks
}

/// The only check that is due, to its end: who is named fails.
async fn check(store: &Store, bad: &[&str]) -> (Watch, usize) {
    let mut due = checks(store).await;
    let lease = due.pop().expect("a check");
    assert!(due.is_empty(), "{due:?}");
    let work = store.work(&lease, 100).await.unwrap();
    let fate = |id: &str| match bad.contains(&id) {
        true => Fate::Failed(Reason::OutOfScope),
        false => Fate::Done,
    };
    let settled: Vec<_> =
        work.items.iter().map(|item| Settled { mailbox: item.mailbox, fate: fate(&item.entra_id) }).collect();
    store.settle(&lease, &settled).await.unwrap();
    if let Some(cursor) = work.cursor {
        store.advance(&lease, &cursor).await.unwrap();
    }
    assert!(store.work(&lease, 100).await.unwrap().items.is_empty());
    store.finish_run(&lease, false).await.unwrap().expect("its end");
    (lease.watch.unwrap(), settled.len())
}

on_both_databases! {
    async fn a_directory_is_due_every_hour_and_later_and_later_while_it_fails(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(100), 3).await;
        assert_eq!(store.look_after(10).await.unwrap(), 0);
        assert_eq!(after(&store, &clock, HOUR).await, 1);
        // It is under way: nothing more is started, however often and by whom it is looked.
        assert_eq!((store.look_after(10).await.unwrap(), after(&store, &clock, HOUR).await), (0, 0));
        let mut waits = [5 * MINUTE, HOUR, 6 * HOUR, 6 * HOUR].into_iter();
        for _ in 0..4 {
            let lease = store.claim_run("test", Urgency::Any).await.unwrap().expect("a sync");
            assert_eq!((lease.watch, lease.kind), (Some(Watch::Sync), RunKind::Sync));
            store.finish_sync_run(&lease, Some(Reason::ConsentRevoked)).await.unwrap();
            let wait = waits.next().unwrap();
            clock.put_forward(wait - MINUTE);
            assert_eq!(store.look_after(10).await.unwrap(), 0, "too early after {wait}");
            clock.put_forward(2 * MINUTE + wait / SPREAD);
            assert_eq!(store.look_after(10).await.unwrap(), 1, "too late after {wait}");
        }
        // What nobody asked for is told only when it has found something, or failed.
        let told = store.runs(&organisation.ctx, organisation.delegation, 50).await.unwrap();
        assert_eq!(told.iter().filter(|run| run.scheduled).count(), 4);
    }

    async fn a_healthy_day_writes_nothing_of_a_mailbox(database: TestDatabase) {
        let (store, clock, organisation, numbers) = connected(&database, 5).await;
        let before = rows(&store, &organisation, &numbers).await;
        after(&store, &clock, 24 * HOUR).await;
        assert_eq!(check(&store, &[]).await, (Watch::Everybody, 5));
        assert_eq!(rows(&store, &organisation, &numbers).await, before);
        assert_eq!(store.runs(&organisation.ctx, organisation.delegation, 50).await.unwrap().len(), 2);
        // The next day's is not due before its time, and no other check is.
        after(&store, &clock, 12 * HOUR).await;
        assert!(checks(&store).await.is_empty());
    }

    async fn runs_that_are_told_to_nobody_do_not_pile_up(database: TestDatabase) {
        let (store, clock, organisation, _) = connected(&database, 2).await;
        after(&store, &clock, HOUR).await;
        let lease = store.claim_run("test", Urgency::Any).await.unwrap().expect("a sync");
        store.finish_sync_run(&lease, None).await.unwrap();
        let told = store.runs(&organisation.ctx, organisation.delegation, 50).await.unwrap();
        store.run_detail(&organisation.ctx, lease.run).await.unwrap();
        after(&store, &clock, 24 * HOUR).await;
        let gone = store.run_detail(&organisation.ctx, lease.run).await;
        assert!(matches!(gone, Err(StoreError::NotFound)), "{gone:?}");
        assert_eq!(store.runs(&organisation.ctx, organisation.delegation, 50).await.unwrap(), told);
    }

    async fn a_mailbox_is_asked_for_twice_before_it_needs_attention_and_heals_by_itself(database: TestDatabase) {
        let (store, clock, organisation, numbers) = connected(&database, 4).await;
        let bad = entry(1).entra_id;
        let state = async || {
            let all = rows(&store, &organisation, &numbers).await;
            let row = all.into_iter().find(|row| row.row == numbers[0]).unwrap();
            (row.connection, row.reason)
        };
        let used = async || store.pools(&organisation.ctx).await.unwrap()[0].used;
        after(&store, &clock, 24 * HOUR).await;
        check(&store, &[&bad]).await;
        assert_eq!(state().await, (Connection::Connected, None));

        assert_eq!(after(&store, &clock, 10 * MINUTE).await, 1);
        assert_eq!(check(&store, &[&bad]).await, (Watch::Attention, 1));
        assert_eq!(state().await, (Connection::NeedsAttention, Some(Reason::OutOfScope)));
        assert_eq!(used().await, 4);

        // Again after 5 minutes, an hour, 6 hours; then whenever there is news of it.
        for wait in [5 * MINUTE, HOUR, 6 * HOUR] {
            assert!(after(&store, &clock, wait).await >= 1, "after {wait}");
            assert_eq!(check(&store, &[&bad]).await, (Watch::Attention, 1));
            assert_eq!(state().await.0, Connection::NeedsAttention);
        }
        sync(&store, &organisation.ctx, organisation.delegation, &(1..=4).map(entry).collect::<Vec<_>>()).await;
        assert!(store.look_after(10).await.unwrap() >= 1);
        assert_eq!(check(&store, &[]).await, (Watch::Attention, 1));
        assert_eq!((state().await, used().await), ((Connection::Connected, None), 4));
        // Nobody is left to look at.
        after(&store, &clock, 6 * HOUR).await;
        assert!(checks(&store).await.is_empty());
    }

    async fn one_bad_moment_is_forgotten(database: TestDatabase) {
        let (store, clock, ..) = connected(&database, 3).await;
        let bad = entry(2).entra_id;
        after(&store, &clock, 24 * HOUR).await;
        check(&store, &[&bad]).await;
        after(&store, &clock, 10 * MINUTE).await;
        assert_eq!(check(&store, &[]).await, (Watch::Attention, 1));
        after(&store, &clock, 6 * HOUR).await;
        assert!(checks(&store).await.is_empty());
    }

    async fn who_left_keeps_the_slot_for_a_month_and_who_comes_back_has_it_still(database: TestDatabase) {
        let (store, clock, organisation, numbers) = connected(&database, 4).await;
        let used = async || store.pools(&organisation.ctx).await.unwrap()[0].used;
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
        store.look_after(10).await.unwrap();
        assert_eq!(check(&store, &[&entry(4).entra_id]).await, (Watch::Attention, 1));
        assert_eq!((states().await.iter().filter(|state| **state == left).count(), used().await), (1, 4));

        // Somebody looks what it is: for how long they have been gone stays known.
        let number = numbers[3];
        let verify = NewRun {
            delegation: organisation.delegation,
            kind: RunKind::Verify,
            rows: &[number],
            key: None,
        };
        store.accept_run(&organisation.ctx, &verify).await.unwrap();
        let lease = store.claim_run("test", Urgency::Any).await.unwrap().expect("the check");
        let mailbox = store.work(&lease, 10).await.unwrap().items[0].mailbox;
        let fate = Fate::Failed(Reason::MailboxSoftDeleted);
        store.settle(&lease, &[Settled { mailbox, fate }]).await.unwrap();
        store.finish_run(&lease, false).await.unwrap().expect("its end");

        after(&store, &clock, 20 * 24 * HOUR).await;
        for lease in checks(&store).await {
            store.finish_run(&lease, false).await.unwrap();
        }
        assert_eq!(used().await, 4);
        after(&store, &clock, 10 * 24 * HOUR).await;
        assert_eq!(used().await, 3);
        assert_eq!(states().await.iter().filter(|state| state.0 == Connection::Removed).count(), 1);
        assert_eq!(states().await.iter().filter(|state| state.0 == Connection::Connected).count(), 3);
    }
}
