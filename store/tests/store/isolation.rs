//! Rows of another workspace can neither be read nor changed.

use domain::{
    ids::{ExclusionId, RowNumber},
    list::ListQuery,
    run::RunKind,
    undo::ExclusionTarget,
};
use store::{NewExclusion, NewRun, StoreError};

use store_testing::{
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
        let run = store.runs(&theirs.ctx).accept_run(&connect).await.unwrap();
        let client = store.consent(&theirs.ctx).api_clients().await.unwrap().remove(0);
        let attempt = client.attempt.clone().unwrap();
        let before = format!("{:?}", store.mailboxes(&theirs.ctx).snapshot(theirs.delegation).await.unwrap());

        let target = ExclusionTarget::Rows(rows.clone());
        let exclusion = NewExclusion { id: ExclusionId(run.id.0), delegation: theirs.delegation, target: &target };
        let (_, me) = workspace(&store, Some(100)).await;
        not_found!(
            store.delegations(&me).delegation(theirs.delegation),
            store.mailboxes(&me).snapshot(theirs.delegation),
            store.mailboxes(&me).list_order(theirs.delegation, &ListQuery::default()),
            store.mailboxes(&me).rows(theirs.delegation, &[RowNumber(1)]),
            store.delegations(&me).events_since(theirs.delegation, domain::ids::Seq(0)),
            store.runs(&me).accept_run(&connect),
            store.runs(&me).review_run(theirs.delegation, RunKind::Connect, &rows),
            store.runs(&me).list(theirs.delegation, 10),
            store.runs(&me).run_detail(run.id),
            store.runs(&me).cancel_run(run.id),
            store.runs(&me).pause_run(run.id),
            store.runs(&me).resume_run(run.id),
            store.runs(&me).undo_run(run.id),
            store.runs(&me).failed_rows(run.id),
            store.mailboxes(&me).exclude(&exclusion),
            store.mailboxes(&me).undo_exclusion(theirs.delegation, exclusion.id),
            store.mailboxes(&me).include(theirs.delegation, &ExclusionTarget::Rows(rows.clone())),
            store.consent(&me).api_client(client.id),
            store.consent(&me).start_attempt(client.id),
            store.consent(&me).attempt(attempt.id),
            store.delegations(&me).name_delegation(theirs.delegation, "x", "y"),
        );
        assert!(store.delegations(&me).list().await.unwrap().is_empty());
        assert!(store.consent(&me).api_clients().await.unwrap().is_empty());
        assert_eq!(format!("{:?}", store.mailboxes(&theirs.ctx).snapshot(theirs.delegation).await.unwrap()), before);
    }
}
