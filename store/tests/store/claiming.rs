//! Claiming: urgent runs first, then the run that has waited longest; one process per delegation.

use domain::{
    Reason,
    ids::RowNumber,
    run::{RunKind, RunState, RunView},
    undo::DISCONNECTS_AFTER,
};
use store::{NewRun, Store, Urgency};

use super::races::done;
use store_testing::{
    clock::StoppedClock,
    on_both_databases,
    organisation::{Organisation, authorised, connectable, organisation, plan},
};

async fn accept(store: &Store, organisation: &Organisation, kind: RunKind, rows: &[RowNumber]) -> RunView {
    let new = NewRun { delegation: organisation.delegation, kind, rows, key: None };
    store.runs(&organisation.ctx).accept_run(&new).await.unwrap()
}

async fn claimed(store: &Store, owner: &str, urgency: Urgency) -> Option<store::Lease> {
    store.claim_run(owner, urgency).await.unwrap()
}

on_both_databases! {
    async fn a_run_of_twenty_mailboxes_is_claimed_before_one_of_twenty_one_and_before_a_sync(database: TestDatabase) {
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
        store.leased(&urgent).finish_run(true).await.unwrap().expect("finished");
        let again = connectable(&store, &small).await;
        let last = accept(&store, &small, RunKind::Connect, &again).await.id;
        let mut order = Vec::new();
        while let Some(lease) = claimed(&store, "c", Urgency::Any).await {
            order.push((lease.run, lease.is_interactive));
        }
        assert_eq!(order, [(last, true), (accepted[0], false), (accepted[1], false)]);
    }

    async fn the_run_that_is_due_longest_is_claimed_first_even_if_it_was_accepted_later(database: TestDatabase) {
        let clock = StoppedClock::now();
        let store = database.store_at(clock.sources()).await;
        let (first, second) = (organisation(&store, Some(30), 3).await, organisation(&store, Some(30), 3).await);
        let (a, b) = (connectable(&store, &first).await, connectable(&store, &second).await);
        let early = accept(&store, &first, RunKind::Connect, &a).await.id;
        let lease = claimed(&store, "a", Urgency::Any).await.expect("due");
        store.leased(&lease).park_run(RunState::Waiting, Some(Reason::Throttled), clock.time() + 10_000).await.unwrap();
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
        store.leased(&lease).park_run(RunState::Waiting, Some(Reason::Throttled), began + 7_000).await.unwrap();
        let view = async || store.runs(&organisation.ctx).run_detail(run.id).await.unwrap().run;
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
        // A run that a cause has paused has no end of the wait.
        store.leased(&lease).park_run(RunState::Paused, Some(Reason::ConsentRevoked), began + 60_000).await.unwrap();
        let paused = view().await;
        assert_eq!((paused.state, paused.reason, paused.waiting_until), (RunState::Paused, Some(Reason::ConsentRevoked), None));
    }

    async fn a_process_can_claim_more_runs_of_its_delegation_and_another_process_cannot(database: TestDatabase) {
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
        // No process works on another delegation of the workspace.
        let delegation = authorised(&store, &organisation.ctx, "another tenant").await;
        let new = NewRun { delegation, kind: RunKind::Sync, rows: &[], key: None };
        let sync = store.runs(&organisation.ctx).accept_run(&new).await.unwrap();
        let lease = claimed(&store, "other", Urgency::Any).await.expect("another delegation's");
        assert_eq!((lease.run, lease.delegation, lease.is_interactive), (sync.id, delegation, false));
    }

    async fn a_sync_wakes_paused_runs_of_its_delegation_only(database: TestDatabase) {
        let clock = StoppedClock::now();
        let store = database.store_at(clock.sources()).await;
        let (mine, theirs) = (organisation(&store, Some(30), 3).await, organisation(&store, Some(30), 3).await);
        for organisation in [&mine, &theirs] {
            let all = connectable(&store, organisation).await;
            accept(&store, organisation, RunKind::Connect, &all).await;
            let lease = claimed(&store, "a", Urgency::Any).await.expect("due");
            store.leased(&lease).park_run(RunState::Paused, Some(Reason::ConsentRevoked), i64::MAX).await.unwrap();
        }
        let sync = accept(&store, &mine, RunKind::Sync, &[]).await;
        let lease = claimed(&store, "a", Urgency::Any).await.expect("the sync");
        assert_eq!(lease.run, sync.id);
        store.leased(&lease).wake_paused().await.unwrap();
        let woken = claimed(&store, "a", Urgency::Any).await.expect("woken");
        assert_eq!(woken.delegation, mine.delegation);
        assert!(claimed(&store, "a", Urgency::Any).await.is_none());
        // A sync of another delegation of the workspace wakes no run here.
        store.leased(&woken).park_run(RunState::Paused, Some(Reason::ConsentRevoked), i64::MAX).await.unwrap();
        let delegation = authorised(&store, &mine.ctx, "another tenant").await;
        let new = NewRun { delegation, kind: RunKind::Sync, rows: &[], key: None };
        store.runs(&mine.ctx).accept_run(&new).await.unwrap();
        let beside = claimed(&store, "a", Urgency::Any).await.expect("the other sync");
        store.leased(&beside).wake_paused().await.unwrap();
        assert!(claimed(&store, "a", Urgency::Any).await.is_none());
    }

    async fn a_disconnect_that_can_still_be_undone_is_not_woken(database: TestDatabase) {
        let clock = StoppedClock::now();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(30), 3).await;
        let all = connectable(&store, &organisation).await;
        accept(&store, &organisation, RunKind::Connect, &all).await;
        let lease = claimed(&store, "a", Urgency::Any).await.expect("due");
        store.leased(&lease).settle(&done(&store.leased(&lease).work(10).await.unwrap().items)).await.unwrap();
        store.leased(&lease).finish_run(false).await.unwrap().expect("finished");
        let off = accept(&store, &organisation, RunKind::Disconnect, &all).await;
        accept(&store, &organisation, RunKind::Sync, &[]).await;
        let sync = claimed(&store, "a", Urgency::Any).await.expect("the sync");
        store.leased(&sync).wake_paused().await.unwrap();
        store.push_slots(organisation.workspace, &plan(40, 0, 1)).await.unwrap();
        assert!(claimed(&store, "a", Urgency::Any).await.is_none());
        clock.advance(DISCONNECTS_AFTER);
        assert_eq!(claimed(&store, "a", Urgency::Any).await.expect("the disconnect, which was not undone").run, off.id);
    }
}
