//! The system's clock was ahead for a moment, or is set back.

use domain::{
    run::RunKind,
    schedule::{DAY, HOUR, MINUTE},
    undo::UNDO,
};
use store::{Arrival, Launch, NewRun};

use store_testing::{
    clock::StoppedClock,
    on_both_databases,
    organisation::{arrival, claim, connectable, organisation},
};

on_both_databases! {
    async fn a_queued_disconnect_starts_after_the_clock_was_set_back_by_an_hour(database: TestDatabase) {
        let clock = StoppedClock::now();
        let store = database.store_at(clock.sources()).await;
        let org = organisation(&store, Some(10), 3).await;
        let rows = connectable(&store, &org).await;
        let new = |kind| NewRun { delegation: org.delegation, kind, rows: &rows, key: None };
        store.runs(&org.ctx).accept_run(&new(RunKind::Connect)).await.unwrap();
        let lease = claim(&store).await;
        let items = store.leased(&lease).work(100).await.unwrap().items;
        let done: Vec<_> = items.iter().map(|item| store::ItemResult::new(item.mailbox, store::ItemOutcome::Done)).collect();
        store.leased(&lease).settle(&done).await.unwrap();
        store.leased(&lease).finish_run(false).await.unwrap();
        store.runs(&org.ctx).accept_run(&new(RunKind::Disconnect)).await.unwrap();
        clock.advance(-HOUR);
        clock.advance(UNDO + 1);
        assert!(store.claim_run("test", store::Urgency::Any).await.unwrap().is_none(), "queued for an hour");
        assert!(store.bound_due_times().await.unwrap() > 0);
        assert!(store.claim_run("test", store::Urgency::Any).await.unwrap().is_none(), "it can still be undone");
        clock.advance(UNDO);
        assert_eq!(claim(&store).await.kind, RunKind::Disconnect);
        // Nothing else is too far ahead, and a second look finds nothing.
        assert_eq!(store.bound_due_times().await.unwrap(), 0);
    }

    async fn a_moment_a_day_ahead_delays_no_sync_and_prolongs_no_session(database: TestDatabase) {
        let clock = StoppedClock::now();
        let store = database.store_at(clock.sources()).await;
        let org = organisation(&store, Some(10), 3).await;
        clock.advance(DAY);
        store.start_due(10).await.unwrap();
        while let Some(lease) = store.claim_run("test", store::Urgency::Any).await.unwrap() {
            store.leased(&lease).finish_sync_run(None).await.unwrap();
        }
        let launch = Launch {
            jti: "0123456789abcdef".into(),
            expires_at: i64::MAX,
            workspace: org.workspace,
            user: "Hanna".into(),
            name: "Hanna".into(),
            role: domain::Role::Member,
            host: "https://app.example".into(),
        };
        let hosted = Arrival { method: domain::people::Method::Host, ..arrival() };
        let embedded = store.launch(&launch, hosted).await.unwrap();
        clock.advance(-DAY);
        assert_eq!(store.start_due(10).await.unwrap(), 0);
        assert!(store.bound_due_times().await.unwrap() > 0);
        clock.advance(15 * MINUTE);
        assert!(store.session(&embedded).await.unwrap().is_none(), "a session of 15 minutes");
        clock.advance(HOUR + 15 * MINUTE);
        assert!(store.start_due(10).await.unwrap() > 0, "a sync every hour");
    }
}
