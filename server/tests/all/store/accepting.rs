//! Accepting runs: the limit of one connection, slots all or nothing, one run a key.

use domain::{
    ids::RowNo,
    run::{RunKind, RunState},
    slots::Shortfall,
};
use server::store::{NewRun, Store, StoreError};

use crate::support::{
    on_both_databases,
    organisation::{Organisation, connectable, organisation, plan},
};

fn connect<'a>(organisation: &Organisation, rows: &'a [RowNo], key: &'a str) -> NewRun<'a> {
    NewRun { delegation: organisation.delegation, kind: RunKind::Connect, rows, key: Some(key) }
}

/// What must be as before when a run is refused.
async fn state(store: &Store, organisation: &Organisation) -> String {
    let snapshot = store.snapshot(&organisation.ctx, organisation.delegation).await.unwrap();
    format!("{snapshot:?}")
}

on_both_databases! {
    async fn a_thousand_and_one_mailboxes_are_refused_and_nothing_changes(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(2_000), 1_001).await;
        let rows = connectable(&store, &organisation).await;
        assert_eq!(rows.len(), 1_001);
        let before = state(&store, &organisation).await;
        let refusal = store.accept_run(&organisation.ctx, &connect(&organisation, &rows, "k")).await.unwrap_err();
        assert!(matches!(refusal, StoreError::TooMany { requested: 1_001, limit: 1_000 }), "{refusal}");
        assert_eq!(state(&store, &organisation).await, before);
    }

    async fn more_than_the_free_slots_is_refused_with_both_numbers_and_nothing_changes(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 40).await;
        let rows = connectable(&store, &organisation).await;
        let before = state(&store, &organisation).await;
        let refusal = store.accept_run(&organisation.ctx, &connect(&organisation, &rows, "k")).await.unwrap_err();
        assert!(matches!(refusal, StoreError::Slots(Shortfall { requested: 40, free: 30 })), "{refusal}");
        assert_eq!(state(&store, &organisation).await, before);
    }

    async fn the_same_key_twice_is_one_run(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 20).await;
        let rows = connectable(&store, &organisation).await;
        let first = store.accept_run(&organisation.ctx, &connect(&organisation, &rows, "once")).await.unwrap();
        let again = store.accept_run(&organisation.ctx, &connect(&organisation, &rows, "once")).await.unwrap();
        assert_eq!(first.id, again.id);
        let pools = store.pools(&organisation.ctx).await.unwrap();
        assert_eq!((pools[0].reserved, pools[0].used), (20, 0));
        let other = store.accept_run(&organisation.ctx, &connect(&organisation, &rows[..3], "once")).await.unwrap_err();
        assert!(matches!(other, StoreError::KeyReused), "{other}");
    }

    async fn the_same_key_sent_by_two_at_the_same_time_is_one_run(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 20).await;
        let rows = connectable(&store, &organisation).await;
        let new = connect(&organisation, &rows, "once");
        let (a, b) = tokio::join!(store.accept_run(&organisation.ctx, &new), store.accept_run(&organisation.ctx, &new));
        assert_eq!(a.unwrap().id, b.unwrap().id);
        assert_eq!(store.pools(&organisation.ctx).await.unwrap()[0].reserved, 20);
    }

    async fn two_administrators_cannot_reserve_the_same_slots(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(300), 400).await;
        let rows = connectable(&store, &organisation).await;
        let (first, second) = (connect(&organisation, &rows[..200], "a"), connect(&organisation, &rows[200..], "b"));
        let (a, b) = tokio::join!(store.accept_run(&organisation.ctx, &first), store.accept_run(&organisation.ctx, &second));
        let refusal = match (a, b) {
            (Ok(_), Err(refusal)) | (Err(refusal), Ok(_)) => refusal,
            other => panic!("exactly one is accepted, not {other:?}"),
        };
        assert!(matches!(refusal, StoreError::Slots(Shortfall { requested: 200, free: 100 })), "{refusal}");
        assert_eq!(store.pools(&organisation.ctx).await.unwrap()[0].reserved, 200);
    }

    async fn what_another_run_has_in_hand_is_skipped_and_reserves_nothing(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 10).await;
        let rows = connectable(&store, &organisation).await;
        store.accept_run(&organisation.ctx, &connect(&organisation, &rows[..6], "a")).await.unwrap();
        let second = store.accept_run(&organisation.ctx, &connect(&organisation, &rows, "b")).await.unwrap();
        assert_eq!((second.counts.total, second.counts.skipped), (10, 6));
        assert_eq!(store.pools(&organisation.ctx).await.unwrap()[0].reserved, 10);
    }

    async fn a_row_that_is_not_there_refuses_the_whole_run(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 3).await;
        let refusal = store.accept_run(&organisation.ctx, &connect(&organisation, &[RowNo(1), RowNo(99)], "k")).await.unwrap_err();
        assert!(matches!(refusal, StoreError::NotFound), "{refusal}");
        assert_eq!(store.pools(&organisation.ctx).await.unwrap()[0].reserved, 0);
    }

    async fn the_review_says_what_the_run_then_does(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 10).await;
        let rows = connectable(&store, &organisation).await;
        store.accept_run(&organisation.ctx, &connect(&organisation, &rows[..4], "a")).await.unwrap();
        let review = store.review_run(&organisation.ctx, organisation.delegation, RunKind::Connect, &rows).await.unwrap();
        assert_eq!((review.takes, review.slots, review.left_after()), (6, 6, Some(90)));
        assert_eq!(review.skipped, vec![("Already in another run".to_owned(), 4)]);
        let run = store.accept_run(&organisation.ctx, &connect(&organisation, &rows, "b")).await.unwrap();
        assert_eq!((run.state, run.counts.total - run.counts.skipped), (RunState::Queued, review.takes));
    }

    async fn an_older_statement_of_the_host_is_ignored(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 1).await;
        assert!(store.push_slots(organisation.workspace, &plan(50, 7, 2)).await.unwrap());
        assert!(!store.push_slots(organisation.workspace, &plan(999, 0, 1)).await.unwrap());
        let pool = &store.pools(&organisation.ctx).await.unwrap()[0];
        assert_eq!((pool.limit, pool.used_elsewhere, pool.free()), (Some(50), 7, Some(43)));
    }
}
