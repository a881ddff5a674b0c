//! Claiming: the urgent first, then whoever has waited longest; one process a delegation.

use domain::{
    Reason,
    ids::RowNo,
    run::{RunKind, RunState, RunView},
    undo::UNDO,
};
use server::store::{NewRun, Store, Urgency};

use super::races::done;
use crate::support::{
    clock::StoppedClock,
    on_both_databases,
    organisation::{Organisation, authorised, connectable, organisation, plan},
};

async fn accept(store: &Store, organisation: &Organisation, kind: RunKind, rows: &[RowNo]) -> RunView {
    let new = NewRun { delegation: organisation.delegation, kind, rows, key: None };
    store.accept_run(&organisation.ctx, &new).await.unwrap()
}

async fn claimed(store: &Store, owner: &str, urgency: Urgency) -> Option<server::store::Lease> {
    store.claim_run(owner, urgency).await.unwrap()
}

on_both_databases! {
    async fn twenty_somebody_waits_for_go_before_twenty_one_and_before_a_sync(database: TestDatabase) {
        let clock = StoppedClock::now();
        let store = database.store_at(clock.sources()).await;
        let (bulk, small) = (organisation(&store, Some(30), 21).await, organisation(&store, Some(30), 20).await);
        let reading = organisation(&store, Some(30), 1).await;
        let mut accepted = Vec::new();
        for (organisation, kind) in [(&bulk, RunKind::Connect), (&reading, RunKind::Sync), (&small, RunKind::Connect)] {
            let all = if kind == RunKind::Sync { Vec::new() } else { connectable(&store, organisation).await };
            accepted.push(accept(&store, organisation, kind, &all).await.id);
            clock.advance(1_000);
        }
        let urgent = claimed(&store, "a", Urgency::Interactive).await.expect("the small one");
        assert_eq!((urgent.run, urgent.is_interactive), (accepted[2], true));
        assert!(claimed(&store, "b", Urgency::Interactive).await.is_none());
        store.finish_run(&urgent, true).await.unwrap().expect("finished");
        let again = connectable(&store, &small).await;
        let last = accept(&store, &small, RunKind::Connect, &again).await.id;
        let mut order = Vec::new();
        while let Some(lease) = claimed(&store, "c", Urgency::Any).await {
            order.push((lease.run, lease.is_interactive));
        }
        assert_eq!(order, [(last, true), (accepted[0], false), (accepted[1], false)]);
    }

    async fn whoever_waits_longest_is_next_however_late_it_was_accepted(database: TestDatabase) {
        let clock = StoppedClock::now();
        let store = database.store_at(clock.sources()).await;
        let (first, second) = (organisation(&store, Some(30), 3).await, organisation(&store, Some(30), 3).await);
        let (a, b) = (connectable(&store, &first).await, connectable(&store, &second).await);
        let early = accept(&store, &first, RunKind::Connect, &a).await.id;
        let lease = claimed(&store, "a", Urgency::Any).await.expect("due");
        store.park_run(&lease, RunState::Waiting, Some(Reason::Throttled), clock.time() + 10_000).await.unwrap();
        clock.advance(5_000);
        let late = accept(&store, &second, RunKind::Connect, &b).await.id;
        clock.advance(5_000);
        let order = [claimed(&store, "a", Urgency::Any).await, claimed(&store, "a", Urgency::Any).await];
        assert_eq!(order.map(|lease| lease.expect("due").run), [late, early]);
    }

    async fn a_claim_keeps_the_first_start_and_ends_the_wait(database: TestDatabase) {
        let clock = StoppedClock::now();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(30), 3).await;
        let all = connectable(&store, &organisation).await;
        let run = accept(&store, &organisation, RunKind::Connect, &all).await;
        assert_eq!(run.started_at, None);
        let began = clock.time();
        let lease = claimed(&store, "a", Urgency::Any).await.expect("due");
        store.park_run(&lease, RunState::Waiting, Some(Reason::Throttled), began + 7_000).await.unwrap();
        let view = async || store.run_detail(&organisation.ctx, run.id).await.unwrap().run;
        let waiting = view().await;
        assert_eq!((waiting.state, waiting.reason), (RunState::Waiting, Some(Reason::Throttled)));
        assert_eq!((waiting.waiting_until, waiting.started_at), (Some(began + 7_000), Some(began)));
        assert!(claimed(&store, "a", Urgency::Any).await.is_none());
        clock.advance(7_000);
        let lease = claimed(&store, "a", Urgency::Any).await.expect("due again");
        assert_eq!(lease.attempt, 1);
        let running = view().await;
        assert_eq!((running.state, running.reason), (RunState::Running, None));
        assert_eq!((running.waiting_until, running.started_at), (None, Some(began)));
        // Paused by a cause, nothing says until when.
        store.park_run(&lease, RunState::Paused, Some(Reason::ConsentRevoked), began + 60_000).await.unwrap();
        let paused = view().await;
        assert_eq!((paused.state, paused.reason, paused.waiting_until), (RunState::Paused, Some(Reason::ConsentRevoked), None));
    }

    async fn a_process_takes_more_of_its_delegation_and_another_process_only_other_delegations(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 6).await;
        let all = connectable(&store, &organisation).await;
        let (a, b) = (accept(&store, &organisation, RunKind::Connect, &all[..3]).await, accept(&store, &organisation, RunKind::Connect, &all[3..]).await);
        assert!(store.is_due("one").await.unwrap());
        let first = claimed(&store, "one", Urgency::Any).await.expect("due");
        assert!(claimed(&store, "other", Urgency::Any).await.is_none());
        assert!(!store.is_due("other").await.unwrap() && store.is_due("one").await.unwrap());
        let second = claimed(&store, "one", Urgency::Any).await.expect("the second of its delegation");
        assert_eq!((first.run.min(second.run), first.run.max(second.run)), (a.id.min(b.id), a.id.max(b.id)));
        assert!(!store.is_due("one").await.unwrap());
        // Another delegation of the workspace is nobody's.
        let delegation = authorised(&store, &organisation.ctx, "another tenant").await;
        let new = NewRun { delegation, kind: RunKind::Sync, rows: &[], key: None };
        let sync = store.accept_run(&organisation.ctx, &new).await.unwrap();
        let lease = claimed(&store, "other", Urgency::Any).await.expect("another delegation's");
        assert_eq!((lease.run, lease.delegation, lease.is_interactive), (sync.id, delegation, false));
    }

    async fn a_sync_wakes_what_waits_in_its_delegation_and_nothing_elsewhere(database: TestDatabase) {
        let clock = StoppedClock::now();
        let store = database.store_at(clock.sources()).await;
        let (mine, theirs) = (organisation(&store, Some(30), 3).await, organisation(&store, Some(30), 3).await);
        for organisation in [&mine, &theirs] {
            let all = connectable(&store, organisation).await;
            accept(&store, organisation, RunKind::Connect, &all).await;
            let lease = claimed(&store, "a", Urgency::Any).await.expect("due");
            store.park_run(&lease, RunState::Paused, Some(Reason::ConsentRevoked), i64::MAX).await.unwrap();
        }
        let sync = accept(&store, &mine, RunKind::Sync, &[]).await;
        let lease = claimed(&store, "a", Urgency::Any).await.expect("the sync");
        assert_eq!(lease.run, sync.id);
        store.wake_paused(&lease).await.unwrap();
        let woken = claimed(&store, "a", Urgency::Any).await.expect("woken");
        assert_eq!(woken.delegation, mine.delegation);
        assert!(claimed(&store, "a", Urgency::Any).await.is_none());
        // What another delegation of the workspace reads wakes nothing here.
        store.park_run(&woken, RunState::Paused, Some(Reason::ConsentRevoked), i64::MAX).await.unwrap();
        let delegation = authorised(&store, &mine.ctx, "another tenant").await;
        let new = NewRun { delegation, kind: RunKind::Sync, rows: &[], key: None };
        store.accept_run(&mine.ctx, &new).await.unwrap();
        let beside = claimed(&store, "a", Urgency::Any).await.expect("the other sync");
        store.wake_paused(&beside).await.unwrap();
        assert!(claimed(&store, "a", Urgency::Any).await.is_none());
    }

    async fn nothing_wakes_a_disconnect_that_can_still_be_undone(database: TestDatabase) {
        let clock = StoppedClock::now();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(30), 3).await;
        let all = connectable(&store, &organisation).await;
        accept(&store, &organisation, RunKind::Connect, &all).await;
        let lease = claimed(&store, "a", Urgency::Any).await.expect("due");
        store.settle(&lease, &done(&store.work(&lease, 10).await.unwrap().items)).await.unwrap();
        store.finish_run(&lease, false).await.unwrap().expect("finished");
        let off = accept(&store, &organisation, RunKind::Disconnect, &all).await;
        accept(&store, &organisation, RunKind::Sync, &[]).await;
        let sync = claimed(&store, "a", Urgency::Any).await.expect("the sync");
        store.wake_paused(&sync).await.unwrap();
        store.push_slots(organisation.workspace, &plan(40, 0, 1)).await.unwrap();
        assert!(claimed(&store, "a", Urgency::Any).await.is_none());
        clock.advance(UNDO);
        assert_eq!(claimed(&store, "a", Urgency::Any).await.expect("nobody has undone it").run, off.id);
    }
}
