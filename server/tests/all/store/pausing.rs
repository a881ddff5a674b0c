//! Pausing by a person: reservations stay, nobody takes the run up, and every race ends in one clear state.

use domain::{
    Reason,
    run::{RunKind, RunState, RunView},
};
use server::store::{NewRun, Store, StoreError, Urgency};
use tokio::spawn;

use super::races::{done, exact, pair, rounds};
use crate::support::{
    clock::TestClock,
    on_both_databases,
    organisation::{Organisation, claim, connectable, organisation, plan},
};

async fn connecting(store: &Store, organisation: &Organisation) -> RunView {
    let rows = connectable(store, organisation).await;
    let new = NewRun { delegation: organisation.delegation, kind: RunKind::Connect, rows: &rows, key: None };
    store.accept_run(&organisation.ctx, &new).await.unwrap()
}

async fn view(store: &Store, organisation: &Organisation, run: &RunView) -> RunView {
    store.run_detail(&organisation.ctx, run.id).await.unwrap().run
}

on_both_databases! {
    async fn a_paused_run_keeps_its_reservations_until_somebody_resumes_it(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(30), 10).await;
        let run = connecting(&store, &organisation).await;
        let lease = claim(&store).await;
        let items = store.work(&lease, 4).await.unwrap().items;
        let asked = store.pause_run(&organisation.ctx, run.id).await.unwrap();
        assert_eq!((asked.state, asked.is_pausing(), asked.paused_by.as_deref()), (RunState::Running, true, Some("Olga Owner")));
        // What Microsoft has answered counts; then the run is put aside.
        let pulse = store.settle(&lease, &done(&items)).await.unwrap();
        assert!(pulse.pause_requested && !pulse.cancel_requested);
        assert!(store.work(&lease, 10).await.unwrap().pause_requested);
        store.hand_back(&lease).await.unwrap();
        let paused = view(&store, &organisation, &run).await;
        assert_eq!((paused.state, paused.reason, paused.is_pausing()), (RunState::Paused, None, false));
        exact(&store, &database, &organisation, (4, 6)).await;
        // Neither time nor a cause that is gone wakes it.
        let sync = NewRun { delegation: organisation.delegation, kind: RunKind::Sync, rows: &[], key: None };
        store.accept_run(&organisation.ctx, &sync).await.unwrap();
        let sync = claim(&store).await;
        store.wake_paused(&sync).await.unwrap();
        store.finish_sync_run(&sync, None).await.unwrap();
        store.push_slots(organisation.workspace, &plan(50, 0, 1)).await.unwrap();
        clock.put_forward(24 * 3_600_000);
        assert!(store.claim_run("eager", Urgency::Any).await.unwrap().is_none());
        let resumed = store.resume_run(&organisation.ctx, run.id).await.unwrap();
        assert_eq!((resumed.state, resumed.paused_by), (RunState::Queued, None));
        let lease = claim(&store).await;
        store.settle(&lease, &done(&store.work(&lease, 10).await.unwrap().items)).await.unwrap();
        let run = store.finish_run(&lease, false).await.unwrap().expect("finished");
        assert_eq!((run.state, run.counts.succeeded), (RunState::Completed, 10));
        exact(&store, &database, &organisation, (10, 0)).await;
    }

    async fn a_run_that_nobody_works_on_is_paused_at_once_and_can_be_cancelled(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 10).await;
        let run = connecting(&store, &organisation).await;
        assert_eq!(store.pause_run(&organisation.ctx, run.id).await.unwrap().state, RunState::Paused);
        assert!(store.claim_run("eager", Urgency::Any).await.unwrap().is_none());
        exact(&store, &database, &organisation, (0, 10)).await;
        store.cancel_run(&organisation.ctx, run.id).await.unwrap();
        let lease = claim(&store).await;
        assert!(store.work(&lease, 10).await.unwrap().cancel_requested);
        let run = store.finish_run(&lease, true).await.unwrap().expect("finished");
        assert_eq!((run.state, run.counts.cancelled), (RunState::Cancelled, 10));
        exact(&store, &database, &organisation, (0, 0)).await;
        // What is over stays over.
        assert_eq!(store.pause_run(&organisation.ctx, run.id).await.unwrap(), run);
        assert_eq!(store.resume_run(&organisation.ctx, run.id).await.unwrap(), run);
    }

    async fn a_persons_pause_is_above_a_wait_and_survives_a_process_that_died(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(30), 10).await;
        let run = connecting(&store, &organisation).await;
        let lease = claim(&store).await;
        store.pause_run(&organisation.ctx, run.id).await.unwrap();
        // The worker meets a throttle before it hears of the pause.
        store.park_run(&lease, RunState::Waiting, Some(Reason::Throttled), store.now() + 1_000).await.unwrap();
        let paused = view(&store, &organisation, &run).await;
        assert_eq!((paused.state, paused.reason, paused.waiting_until), (RunState::Paused, None, None));
        store.resume_run(&organisation.ctx, run.id).await.unwrap();
        let dead = claim(&store).await;
        store.pause_run(&organisation.ctx, run.id).await.unwrap();
        // It never writes again: whoever comes next puts the run aside.
        clock.put_forward(60_000);
        let next = store.claim_run("next", Urgency::Any).await.unwrap().expect("taken over");
        assert!(store.work(&next, 10).await.unwrap().pause_requested);
        store.hand_back(&next).await.unwrap();
        assert_eq!(view(&store, &organisation, &run).await.state, RunState::Paused);
        assert!(matches!(store.hand_back(&dead).await, Err(StoreError::Fenced)));
        assert!(store.claim_run("eager", Urgency::Any).await.unwrap().is_none());
    }

    async fn pausing_and_cancelling_at_the_same_moment_ends_cancelled(database: TestDatabase) {
        let (one, other) = pair(&database).await;
        let organisation = organisation(&one, Some(30), 8).await;
        for round in 0..rounds() {
            let run = connecting(&one, &organisation).await;
            // In hand in one half of the rounds, waiting for a worker in the other.
            let lease = if round % 2 == 0 { Some(claim(&one).await) } else { None };
            let (ctx, id) = (organisation.ctx.clone(), run.id);
            let pausing = spawn({
                let (one, ctx) = (one.clone(), ctx.clone());
                async move { one.pause_run(&ctx, id).await }
            });
            let cancelling = spawn({
                let other = other.clone();
                async move { other.cancel_run(&ctx, id).await }
            });
            pausing.await.unwrap().unwrap();
            cancelling.await.unwrap().unwrap();
            if let Some(lease) = lease {
                assert!(one.work(&lease, 10).await.unwrap().cancel_requested);
                assert!(!one.work(&lease, 10).await.unwrap().pause_requested);
                one.hand_back(&lease).await.unwrap();
            }
            let lease = claim(&other).await;
            assert!(other.work(&lease, 10).await.unwrap().cancel_requested);
            let run = other.finish_run(&lease, true).await.unwrap().expect("finished");
            assert_eq!((run.state, run.counts.cancelled), (RunState::Cancelled, 8));
            exact(&one, &database, &organisation, (0, 0)).await;
        }
    }

    async fn pausing_while_results_are_written_loses_none_and_counts_none_twice(database: TestDatabase) {
        let (one, other) = pair(&database).await;
        for _ in 0..rounds() {
            let organisation = organisation(&one, Some(30), 12).await;
            let run = connecting(&one, &organisation).await;
            let lease = claim(&one).await;
            let answers = done(&one.work(&lease, 8).await.unwrap().items);
            let settling = spawn({
                let (one, lease) = (one.clone(), lease.clone());
                async move { one.settle(&lease, &answers).await }
            });
            let pausing = spawn({
                let (other, ctx) = (other.clone(), organisation.ctx.clone());
                async move { other.pause_run(&ctx, run.id).await }
            });
            settling.await.unwrap().unwrap();
            pausing.await.unwrap().unwrap();
            one.hand_back(&lease).await.unwrap();
            let paused = view(&one, &organisation, &run).await;
            assert_eq!((paused.state, paused.counts.succeeded, paused.counts.pending()), (RunState::Paused, 8, 4));
            exact(&one, &database, &organisation, (8, 4)).await;
            assert!(one.claim_run("eager", Urgency::Any).await.unwrap().is_none());
            other.resume_run(&organisation.ctx, run.id).await.unwrap();
            let lease = claim(&other).await;
            other.settle(&lease, &done(&other.work(&lease, 20).await.unwrap().items)).await.unwrap();
            let run = other.finish_run(&lease, false).await.unwrap().expect("finished");
            assert_eq!((run.state, run.counts.succeeded), (RunState::Completed, 12));
            exact(&one, &database, &organisation, (12, 0)).await;
        }
    }

    async fn a_run_stopped_by_a_cause_is_cancelled_at_once_and_shows_no_cause_any_more(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 6).await;
        let run = connecting(&store, &organisation).await;
        let lease = claim(&store).await;
        store.park_run(&lease, RunState::Waiting, Some(Reason::Throttled), i64::MAX).await.unwrap();
        let asked = store.cancel_run(&organisation.ctx, run.id).await.unwrap();
        assert_eq!((asked.state, asked.reason, asked.waiting_until), (RunState::Queued, None, None));
        assert_eq!(store.cancel_run(&organisation.ctx, run.id).await.unwrap(), asked);
        // Who is being cancelled is not paused.
        assert_eq!(store.pause_run(&organisation.ctx, run.id).await.unwrap(), asked);
        let lease = claim(&store).await;
        store.finish_run(&lease, true).await.unwrap().expect("cancelled");
        exact(&store, &database, &organisation, (0, 0)).await;
    }

    async fn cancelling_a_paused_run_forgets_who_paused_it_and_one_in_hand_shows_as_running(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 6).await;
        let run = connecting(&store, &organisation).await;
        store.pause_run(&organisation.ctx, run.id).await.unwrap();
        let asked = store.cancel_run(&organisation.ctx, run.id).await.unwrap();
        assert_eq!((asked.state, asked.paused_by), (RunState::Queued, None));
        let lease = claim(&store).await;
        store.finish_run(&lease, true).await.unwrap().expect("cancelled");
        let run = connecting(&store, &organisation).await;
        let lease = claim(&store).await;
        let asked = store.cancel_run(&organisation.ctx, run.id).await.unwrap();
        assert_eq!(asked.state, RunState::Running);
        store.finish_run(&lease, true).await.unwrap().expect("cancelled");
    }

    async fn a_wait_is_over_when_a_person_pauses_and_a_process_that_seemed_dead_is_out(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(30), 6).await;
        let run = connecting(&store, &organisation).await;
        let lease = claim(&store).await;
        store.park_run(&lease, RunState::Waiting, Some(Reason::Throttled), store.now() + 60_000).await.unwrap();
        let paused = store.pause_run(&organisation.ctx, run.id).await.unwrap();
        assert_eq!((paused.state, paused.reason, paused.waiting_until), (RunState::Paused, None, None));
        // Again is the same.
        assert_eq!(store.pause_run(&organisation.ctx, run.id).await.unwrap(), paused);
        clock.put_forward(60_000);
        store.resume_run(&organisation.ctx, run.id).await.unwrap();
        let slow = claim(&store).await;
        let answers = done(&store.work(&slow, 10).await.unwrap().items);
        clock.put_forward(600_000);
        assert_eq!(store.pause_run(&organisation.ctx, run.id).await.unwrap().state, RunState::Paused);
        assert!(matches!(store.settle(&slow, &answers).await, Err(StoreError::Fenced)));
        exact(&store, &database, &organisation, (0, 6)).await;
    }

    async fn resuming_wakes_what_a_cause_has_stopped_and_leaves_the_others_alone(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 6).await;
        let run = connecting(&store, &organisation).await;
        assert_eq!(store.resume_run(&organisation.ctx, run.id).await.unwrap(), run);
        let lease = claim(&store).await;
        store.park_run(&lease, RunState::Paused, Some(Reason::ConsentRevoked), i64::MAX).await.unwrap();
        assert!(store.claim_run("eager", Urgency::Any).await.unwrap().is_none());
        let resumed = store.resume_run(&organisation.ctx, run.id).await.unwrap();
        assert_eq!((resumed.state, resumed.reason), (RunState::Queued, None));
        claim(&store).await;
    }

    async fn a_sync_is_not_paused(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 1).await;
        let sync = NewRun { delegation: organisation.delegation, kind: RunKind::Sync, rows: &[], key: None };
        let sync = store.accept_run(&organisation.ctx, &sync).await.unwrap();
        assert_eq!(store.pause_run(&organisation.ctx, sync.id).await.unwrap(), sync);
    }

    async fn who_asked_what_of_a_run_is_in_the_audit_log_once(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 6).await;
        let (ctx, run) = (&organisation.ctx, connecting(&store, &organisation).await);
        for _ in 0..2 {
            store.pause_run(ctx, run.id).await.unwrap();
        }
        for _ in 0..2 {
            store.resume_run(ctx, run.id).await.unwrap();
        }
        for _ in 0..2 {
            store.cancel_run(ctx, run.id).await.unwrap();
        }
        let log = store.activity(ctx, &domain::activity::ActivityQuery::default(), 4).await.unwrap().entries;
        let id = run.id.to_string();
        let said: Vec<_> = log.iter().map(|entry| (entry.what.as_str(), entry.target.as_deref())).collect();
        assert_eq!(said, ["run.cancel", "run.resume", "run.pause", "run.connect"].map(|what| (what, Some(id.as_str()))));
    }
}
