//! Nothing of another workspace can be read or touched.

use domain::{
    ids::{ExclusionId, RowNo},
    list::ListQuery,
    run::RunKind,
    undo::Whom,
};
use server::store::{NewExclusion, NewRun, StoreError};

use crate::support::{
    on_both_databases,
    organisation::{connectable, organisation, workspace},
};

macro_rules! not_found {
    ($($call:expr),* $(,)?) => { $(
        let outcome = $call.await;
        assert!(matches!(outcome, Err(StoreError::NotFound)), "{}: {outcome:?}", stringify!($call));
    )* };
}

on_both_databases! {
    async fn ids_of_another_workspace_are_not_found(database: TestDatabase) {
        let store = database.store().await;
        let theirs = organisation(&store, Some(100), 5).await;
        let rows = connectable(&store, &theirs).await;
        let connect = NewRun { delegation: theirs.delegation, kind: RunKind::Connect, rows: &rows, key: None };
        let run = store.accept_run(&theirs.ctx, &connect).await.unwrap();
        let client = store.api_clients(&theirs.ctx).await.unwrap().remove(0);
        let attempt = client.attempt.clone().unwrap();
        let before = format!("{:?}", store.snapshot(&theirs.ctx, theirs.delegation).await.unwrap());

        let whom = Whom::Rows(rows.clone());
        let exclusion = NewExclusion { id: ExclusionId(run.id.0), delegation: theirs.delegation, whom: &whom };
        let (_, me) = workspace(&store, Some(100)).await;
        not_found!(
            store.delegation(&me, theirs.delegation),
            store.snapshot(&me, theirs.delegation),
            store.spine(&me, theirs.delegation, &ListQuery::default()),
            store.rows(&me, theirs.delegation, &[RowNo(1)]),
            store.events_since(&me, theirs.delegation, domain::ids::Seq(0)),
            store.accept_run(&me, &connect),
            store.review_run(&me, theirs.delegation, RunKind::Connect, &rows),
            store.runs(&me, theirs.delegation, 10),
            store.run_detail(&me, run.id),
            store.cancel_run(&me, run.id),
            store.pause_run(&me, run.id),
            store.resume_run(&me, run.id),
            store.undo_run(&me, run.id),
            store.failed_rows(&me, run.id),
            store.exclude(&me, &exclusion),
            store.undo_exclusion(&me, theirs.delegation, exclusion.id),
            store.include(&me, theirs.delegation, &Whom::Rows(rows.clone())),
            store.api_client(&me, client.id),
            store.start_attempt(&me, client.id),
            store.attempt(&me, attempt.id),
            store.name_delegation(&me, theirs.delegation, "x", "y"),
        );
        assert!(store.delegations(&me).await.unwrap().is_empty());
        assert!(store.api_clients(&me).await.unwrap().is_empty());
        assert_eq!(format!("{:?}", store.snapshot(&theirs.ctx, theirs.delegation).await.unwrap()), before);
    }
}
