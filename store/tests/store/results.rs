//! The results of a run: by name, by outcome, in pages; and the rows with one reason.

use domain::{
    Reason,
    run::{ItemState, RunKind},
};
use store::{ItemOutcome, ItemResult, NewRun, Store, StoreError};

use store_testing::{
    on_both_databases,
    organisation::{Organisation, claim, connectable, organisation},
};

/// A finished run over seven mailboxes: two done, three without a licence, two unreachable.
async fn mixed(store: &Store, organisation: &Organisation) -> domain::ids::RunId {
    let all = connectable(store, organisation).await;
    let new =
        NewRun { delegation: organisation.delegation, kind: RunKind::Connect, rows: &all[..7], key: None };
    let run = store.runs(&organisation.ctx).accept_run(&new).await.unwrap();
    let lease = claim(store).await;
    let items = store.leased(&lease).work(10).await.unwrap().items;
    let outcome = |i| match i {
        0 | 1 => ItemOutcome::Done,
        2..=4 => ItemOutcome::Failed(Reason::NoExchangeLicense),
        _ => ItemOutcome::Failed(Reason::MicrosoftUnavailable),
    };
    let results: Vec<ItemResult> =
        items.iter().enumerate().map(|(i, item)| ItemResult::new(item.mailbox, outcome(i))).collect();
    store.leased(&lease).settle(&results).await.unwrap();
    store.leased(&lease).finish_run(false).await.unwrap().expect("finished");
    run.id
}

on_both_databases! {
    async fn results_are_ordered_by_name_in_pages_and_can_be_filtered_by_outcome(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 9).await;
        let (run, ctx) = (mixed(&store, &organisation).await, &organisation.ctx);
        let (mut names, mut after, mut pages) = (Vec::new(), None, 0);
        loop {
            let page = store.runs(ctx).run_items(run, None, after.as_ref(), 3).await.unwrap();
            names.extend(page.items.into_iter().map(|item| item.name));
            pages += 1;
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let mut sorted = names.clone();
        sorted.sort();
        sorted.dedup();
        assert_eq!((pages, names.len(), &names), (3, 7, &sorted));
        let failed = store.runs(ctx).run_items(run, Some(ItemState::Failed), None, 50).await.unwrap();
        assert_eq!((failed.items.len(), failed.next), (5, None));
        assert!(failed.items.iter().all(|item| item.reason.is_some() && item.settled_at.is_some()));
        let detail = store.runs(ctx).run_detail(run).await.unwrap();
        let counts: Vec<_> = detail.groups.iter().map(|g| (g.reason, g.count, g.names.len())).collect();
        assert_eq!(
            counts,
            vec![(Some(Reason::NoExchangeLicense), 3, 3), (Some(Reason::MicrosoftUnavailable), 2, 2)]
        );
    }

    async fn failures_of_one_reason_can_be_selected_for_a_retry(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 9).await;
        let (run, ctx) = (mixed(&store, &organisation).await, &organisation.ctx);
        let rows = |reason| store.runs(ctx).rows_of(run, ItemState::Failed, reason);
        assert_eq!(rows(None).await.unwrap().1.len(), 5);
        assert_eq!(rows(Some(Some(Reason::NoExchangeLicense))).await.unwrap().1.len(), 3);
        assert_eq!(rows(Some(None)).await.unwrap().1.len(), 0);
    }

    async fn results_of_another_workspace_are_not_found(database: TestDatabase) {
        let store = database.store().await;
        let (mine, theirs) = (organisation(&store, Some(30), 1).await, organisation(&store, Some(30), 9).await);
        let run = mixed(&store, &theirs).await;
        let answer = store.runs(&mine.ctx).run_items(run, None, None, 50).await;
        assert!(matches!(answer, Err(StoreError::NotFound)));
        let answer = store.runs(&mine.ctx).rows_of(run, ItemState::Failed, None).await;
        assert!(matches!(answer, Err(StoreError::NotFound)));
    }
}
