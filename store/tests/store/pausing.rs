//! Pausing by a user: reservations stay, no process claims the run, and every race ends in one clear state.

use domain::{
    Reason,
    run::{RunKind, RunState, RunView},
};
use store::{NewRun, Store, StoreError, Urgency};
use tokio::spawn;

use super::races::{done, exact, pair, rounds};
use store_testing::{
    clock::TestClock,
    on_both_databases,
    organisation::{Organisation, claim, connectable, organisation, plan},
};

async fn connecting(store: &Store, organisation: &Organisation) -> RunView {
    let rows = connectable(store, organisation).await;
    let new = NewRun { delegation: organisation.delegation, kind: RunKind::Connect, rows: &rows, key: None };
    store.runs(&organisation.ctx).accept_run(&new).await.unwrap()
}

async fn view(store: &Store, organisation: &Organisation, run: &RunView) -> RunView {
    store.runs(&organisation.ctx).run_detail(run.id).await.unwrap().run
}

on_both_databases! {
    async fn a_paused_run_keeps_its_reservations_until_a_user_resumes_it(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(30), 10).await;
        let run = connecting(&store, &organisation).await;
        let lease = claim(&store).await;
        let items = store.leased(&lease).work(4).await.unwrap().items;
        let pausing = store.runs(&organisation.ctx).pause_run(run.id).await.unwrap();
        assert_eq!((pausing.state, pausing.is_pausing(), pausing.paused_by.as_deref()), (RunState::Running, true, Some("Olga Owner")));
        // Microsoft's answers count; then the run is paused.
        let reply = store.leased(&lease).settle(&done(&items)).await.unwrap();
        assert!(reply.pause_requested && !reply.cancel_requested);
        assert!(store.leased(&lease).work(10).await.unwrap().pause_requested);
        store.leased(&lease).release().await.unwrap();
        let paused = view(&store, &organisation, &run).await;
        assert_eq!((paused.state, paused.reason, paused.is_pausing()), (RunState::Paused, None, false));
        exact(&store, &database, &organisation, (4, 6)).await;
        // Time, a sync and a larger plan do not resume the run.
        let sync = NewRun { delegation: organisation.delegation, kind: RunKind::Sync, rows: &[], key: None };
        store.runs(&organisation.ctx).accept_run(&sync).await.unwrap();
        let sync = claim(&store).await;
        store.leased(&sync).wake_paused().await.unwrap();
        store.leased(&sync).finish_sync_run(None).await.unwrap();
        store.push_slots(organisation.workspace, &plan(50, 0, 1)).await.unwrap();
        clock.advance(24 * 3_600_000);
        assert!(store.claim_run("eager", Urgency::Any).await.unwrap().is_none());
        let resumed = store.runs(&organisation.ctx).resume_run(run.id).await.unwrap();
        assert_eq!((resumed.state, resumed.paused_by), (RunState::Queued, None));
        let lease = claim(&store).await;
        store.leased(&lease).settle(&done(&store.leased(&lease).work(10).await.unwrap().items)).await.unwrap();
        let run = store.leased(&lease).finish_run(false).await.unwrap().expect("finished");
        assert_eq!((run.state, run.counts.succeeded), (RunState::Completed, 10));
        exact(&store, &database, &organisation, (10, 0)).await;
    }

    async fn a_run_without_a_lease_is_paused_at_once_and_can_be_cancelled(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 10).await;
        let run = connecting(&store, &organisation).await;
        assert_eq!(store.runs(&organisation.ctx).pause_run(run.id).await.unwrap().state, RunState::Paused);
        assert!(store.claim_run("eager", Urgency::Any).await.unwrap().is_none());
        exact(&store, &database, &organisation, (0, 10)).await;
        store.runs(&organisation.ctx).cancel_run(run.id).await.unwrap();
        let lease = claim(&store).await;
        assert!(store.leased(&lease).work(10).await.unwrap().cancel_requested);
        let run = store.leased(&lease).finish_run(true).await.unwrap().expect("finished");
        assert_eq!((run.state, run.counts.cancelled), (RunState::Cancelled, 10));
        exact(&store, &database, &organisation, (0, 0)).await;
        // A finished run stays finished.
        assert_eq!(store.runs(&organisation.ctx).pause_run(run.id).await.unwrap(), run);
        assert_eq!(store.runs(&organisation.ctx).resume_run(run.id).await.unwrap(), run);
    }

    async fn a_users_pause_takes_precedence_over_a_wait_and_survives_a_process_that_died(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(30), 10).await;
        let run = connecting(&store, &organisation).await;
        let lease = claim(&store).await;
        store.runs(&organisation.ctx).pause_run(run.id).await.unwrap();
        // The worker is throttled before it receives the pause.
        store.leased(&lease).park_run(RunState::Waiting, Some(Reason::Throttled), store.now() + 1_000).await.unwrap();
        let paused = view(&store, &organisation, &run).await;
        assert_eq!((paused.state, paused.reason, paused.waiting_until), (RunState::Paused, None, None));
        store.runs(&organisation.ctx).resume_run(run.id).await.unwrap();
        let dead = claim(&store).await;
        store.runs(&organisation.ctx).pause_run(run.id).await.unwrap();
        // The process never writes again: the next one pauses the run.
        clock.advance(60_000);
        let next = store.claim_run("next", Urgency::Any).await.unwrap().expect("taken over");
        assert!(store.leased(&next).work(10).await.unwrap().pause_requested);
        store.leased(&next).release().await.unwrap();
        assert_eq!(view(&store, &organisation, &run).await.state, RunState::Paused);
        assert!(matches!(store.leased(&dead).release().await, Err(StoreError::Fenced)));
        assert!(store.claim_run("eager", Urgency::Any).await.unwrap().is_none());
    }

    async fn pausing_and_cancelling_at_the_same_moment_ends_cancelled(database: TestDatabase) {
        let (one, other) = pair(&database).await;
        let organisation = organisation(&one, Some(30), 8).await;
        for round in 0..rounds() {
            let run = connecting(&one, &organisation).await;
            // Leased in one half of the rounds, waiting for a worker in the other.
            let lease = if round % 2 == 0 { Some(claim(&one).await) } else { None };
            let (ctx, id) = (organisation.ctx.clone(), run.id);
            let pausing = spawn({
                let (one, ctx) = (one.clone(), ctx.clone());
                async move { one.runs(&ctx).pause_run(id).await }
            });
            let cancelling = spawn({
                let other = other.clone();
                async move { other.runs(&ctx).cancel_run(id).await }
            });
            pausing.await.unwrap().unwrap();
            cancelling.await.unwrap().unwrap();
            if let Some(lease) = lease {
                assert!(one.leased(&lease).work(10).await.unwrap().cancel_requested);
                assert!(!one.leased(&lease).work(10).await.unwrap().pause_requested);
                one.leased(&lease).release().await.unwrap();
            }
            let lease = claim(&other).await;
            assert!(other.leased(&lease).work(10).await.unwrap().cancel_requested);
            let run = other.leased(&lease).finish_run(true).await.unwrap().expect("finished");
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
            let answers = done(&one.leased(&lease).work(8).await.unwrap().items);
            let settling = spawn({
                let (one, lease) = (one.clone(), lease.clone());
                async move { one.leased(&lease).settle(&answers).await }
            });
            let pausing = spawn({
                let (other, ctx) = (other.clone(), organisation.ctx.clone());
                async move { other.runs(&ctx).pause_run(run.id).await }
            });
            settling.await.unwrap().unwrap();
            pausing.await.unwrap().unwrap();
            one.leased(&lease).release().await.unwrap();
            let paused = view(&one, &organisation, &run).await;
            assert_eq!((paused.state, paused.counts.succeeded, paused.counts.pending()), (RunState::Paused, 8, 4));
            exact(&one, &database, &organisation, (8, 4)).await;
            assert!(one.claim_run("eager", Urgency::Any).await.unwrap().is_none());
            other.runs(&organisation.ctx).resume_run(run.id).await.unwrap();
            let lease = claim(&other).await;
            other.leased(&lease).settle(&done(&other.leased(&lease).work(20).await.unwrap().items)).await.unwrap();
            let run = other.leased(&lease).finish_run(false).await.unwrap().expect("finished");
            assert_eq!((run.state, run.counts.succeeded), (RunState::Completed, 12));
            exact(&one, &database, &organisation, (12, 0)).await;
        }
    }

    async fn cancelling_a_run_that_waits_for_a_cause_clears_the_cause(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 6).await;
        let run = connecting(&store, &organisation).await;
        let lease = claim(&store).await;
        store.leased(&lease).park_run(RunState::Waiting, Some(Reason::Throttled), i64::MAX).await.unwrap();
        let cancelling = store.runs(&organisation.ctx).cancel_run(run.id).await.unwrap();
        assert_eq!((cancelling.state, cancelling.reason, cancelling.waiting_until), (RunState::Queued, None, None));
        assert_eq!(store.runs(&organisation.ctx).cancel_run(run.id).await.unwrap(), cancelling);
        // A run that is being cancelled is not paused.
        assert_eq!(store.runs(&organisation.ctx).pause_run(run.id).await.unwrap(), cancelling);
        let lease = claim(&store).await;
        store.leased(&lease).finish_run(true).await.unwrap().expect("cancelled");
        exact(&store, &database, &organisation, (0, 0)).await;
    }

    async fn cancelling_clears_the_pause_of_a_run_and_a_leased_run_stays_running(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 6).await;
        let run = connecting(&store, &organisation).await;
        store.runs(&organisation.ctx).pause_run(run.id).await.unwrap();
        let cancelling = store.runs(&organisation.ctx).cancel_run(run.id).await.unwrap();
        assert_eq!((cancelling.state, cancelling.paused_by), (RunState::Queued, None));
        let lease = claim(&store).await;
        store.leased(&lease).finish_run(true).await.unwrap().expect("cancelled");
        let run = connecting(&store, &organisation).await;
        let lease = claim(&store).await;
        let cancelling = store.runs(&organisation.ctx).cancel_run(run.id).await.unwrap();
        assert_eq!(cancelling.state, RunState::Running);
        store.leased(&lease).finish_run(true).await.unwrap().expect("cancelled");
    }

    async fn a_pause_ends_a_wait_and_revokes_an_expired_lease(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(30), 6).await;
        let run = connecting(&store, &organisation).await;
        let lease = claim(&store).await;
        store.leased(&lease).park_run(RunState::Waiting, Some(Reason::Throttled), store.now() + 60_000).await.unwrap();
        let paused = store.runs(&organisation.ctx).pause_run(run.id).await.unwrap();
        assert_eq!((paused.state, paused.reason, paused.waiting_until), (RunState::Paused, None, None));
        // Pausing again changes nothing.
        assert_eq!(store.runs(&organisation.ctx).pause_run(run.id).await.unwrap(), paused);
        clock.advance(60_000);
        store.runs(&organisation.ctx).resume_run(run.id).await.unwrap();
        let slow = claim(&store).await;
        let answers = done(&store.leased(&slow).work(10).await.unwrap().items);
        clock.advance(600_000);
        assert_eq!(store.runs(&organisation.ctx).pause_run(run.id).await.unwrap().state, RunState::Paused);
        assert!(matches!(store.leased(&slow).settle(&answers).await, Err(StoreError::Fenced)));
        exact(&store, &database, &organisation, (0, 6)).await;
    }

    async fn resuming_wakes_a_run_that_a_cause_has_paused_and_does_not_change_others(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 6).await;
        let run = connecting(&store, &organisation).await;
        assert_eq!(store.runs(&organisation.ctx).resume_run(run.id).await.unwrap(), run);
        let lease = claim(&store).await;
        store.leased(&lease).park_run(RunState::Paused, Some(Reason::ConsentRevoked), i64::MAX).await.unwrap();
        assert!(store.claim_run("eager", Urgency::Any).await.unwrap().is_none());
        let resumed = store.runs(&organisation.ctx).resume_run(run.id).await.unwrap();
        assert_eq!((resumed.state, resumed.reason), (RunState::Queued, None));
        claim(&store).await;
    }

    async fn a_sync_is_not_paused(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 1).await;
        let sync = NewRun { delegation: organisation.delegation, kind: RunKind::Sync, rows: &[], key: None };
        let sync = store.runs(&organisation.ctx).accept_run(&sync).await.unwrap();
        assert_eq!(store.runs(&organisation.ctx).pause_run(sync.id).await.unwrap(), sync);
    }

    async fn each_command_on_a_run_is_in_the_audit_log_once(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 6).await;
        let (ctx, run) = (&organisation.ctx, connecting(&store, &organisation).await);
        for _ in 0..2 {
            store.runs(ctx).pause_run(run.id).await.unwrap();
        }
        for _ in 0..2 {
            store.runs(ctx).resume_run(run.id).await.unwrap();
        }
        for _ in 0..2 {
            store.runs(ctx).cancel_run(run.id).await.unwrap();
        }
        let log = store.activity(ctx).page(&domain::activity::ActivityQuery::default(), 4).await.unwrap().entries;
        let id = run.id.to_string();
        let entries: Vec<_> = log.iter().map(|entry| (entry.what.as_str(), entry.target.as_deref())).collect();
        assert_eq!(entries, ["run.cancel", "run.resume", "run.pause", "run.connect"].map(|what| (what, Some(id.as_str()))));
    }
}
