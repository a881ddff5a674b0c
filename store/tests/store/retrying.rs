//! Retrying failed mailboxes: only those of the run that can still be connected.

use domain::{Reason, ids::ExclusionId, run::RunKind, undo::ExclusionTarget};
use store::clock::Sources;
use store::{ItemOutcome, ItemResult, NewExclusion, NewRun};

use store_testing::{
    clock::TestClock,
    on_both_databases,
    organisation::{claim, complete_run, connectable, organisation},
};

on_both_databases! {
    async fn only_failed_mailboxes_that_can_still_be_connected_are_retried(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(30), 8).await;
        let all = connectable(&store, &organisation).await;
        let new = NewRun { delegation: organisation.delegation, kind: RunKind::Connect, rows: &all[..6], key: None };
        store.runs(&organisation.ctx).accept_run(&new).await.unwrap();
        let lease = claim(&store).await;
        let items = store.leased(&lease).work(10).await.unwrap().items;
        let results: Vec<ItemResult> = items
            .iter()
            .enumerate()
            .map(|(i, item)| {
                let failed = ItemOutcome::Failed(Reason::MicrosoftUnavailable);
                ItemResult::new(item.mailbox, if i < 2 { ItemOutcome::Done } else { failed })
            })
            .collect();
        store.leased(&lease).settle(&results).await.unwrap();
        let run = store.leased(&lease).finish_run(false).await.unwrap().expect("finished");
        let (_, failed) = store.runs(&organisation.ctx).failed_rows(run.id).await.unwrap();
        assert_eq!(failed.len(), 4);
        // One was connected since, one is excluded, one is in another run.
        complete_run(&store, &clock, &organisation, RunKind::Connect, &failed[..1]).await;
        let target = ExclusionTarget::Rows(vec![failed[1]]);
        let exclusion = NewExclusion { id: ExclusionId(Sources::system().id()), delegation: organisation.delegation, target: &target };
        assert_eq!(store.mailboxes(&organisation.ctx).exclude(&exclusion).await.unwrap().excluded, 1);
        let elsewhere = NewRun { delegation: organisation.delegation, kind: RunKind::Connect, rows: &failed[2..3], key: None };
        store.runs(&organisation.ctx).accept_run(&elsewhere).await.unwrap();
        let (again, rows) = store.runs(&organisation.ctx).failed_rows(run.id).await.unwrap();
        assert_eq!((again.kind, rows), (RunKind::Connect, vec![failed[3]]));
    }

    async fn a_mailbox_of_a_later_run_is_not_retried_even_if_its_state_allows_it(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(30), 2).await;
        let all = connectable(&store, &organisation).await;
        complete_run(&store, &clock, &organisation, RunKind::Connect, &all).await;
        let check = NewRun { delegation: organisation.delegation, kind: RunKind::Verify, rows: &all, key: None };
        let run = store.runs(&organisation.ctx).accept_run(&check).await.unwrap();
        let lease = claim(&store).await;
        let items = store.leased(&lease).work(10).await.unwrap().items;
        let results: Vec<ItemResult> =
            items.iter().map(|item| ItemResult::new(item.mailbox, ItemOutcome::Failed(Reason::OutOfScope))).collect();
        store.leased(&lease).settle(&results).await.unwrap();
        store.leased(&lease).finish_run(false).await.unwrap().expect("finished");
        assert_eq!(store.runs(&organisation.ctx).failed_rows(run.id).await.unwrap().1, all);
        let off = NewRun { kind: RunKind::Disconnect, rows: &all[..1], ..check };
        store.runs(&organisation.ctx).accept_run(&off).await.unwrap();
        assert_eq!(store.runs(&organisation.ctx).failed_rows(run.id).await.unwrap().1, all[1..]);
    }
}
