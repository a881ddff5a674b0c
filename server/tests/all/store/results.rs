//! The results of a run: by name, by outcome, in pages; and the rows of one reason.

use domain::{
    Reason,
    run::{ItemState, RunKind},
};
use server::store::{Fate, NewRun, Settled, Store, StoreError};

use crate::support::{
    on_both_databases,
    organisation::{Organisation, claim, connectable, organisation},
};

/// A finished run over seven: two done, three without a licence, two unreachable.
async fn mixed(store: &Store, organisation: &Organisation) -> domain::ids::RunId {
    let all = connectable(store, organisation).await;
    let new =
        NewRun { delegation: organisation.delegation, kind: RunKind::Connect, rows: &all[..7], key: None };
    let run = store.accept_run(&organisation.ctx, &new).await.unwrap();
    let lease = claim(store).await;
    let items = store.work(&lease, 10).await.unwrap().items;
    let fate = |i| match i {
        0 | 1 => Fate::Done,
        2..=4 => Fate::Failed(Reason::NoExchangeLicense),
        _ => Fate::Failed(Reason::MicrosoftUnavailable),
    };
    let results: Vec<Settled> =
        items.iter().enumerate().map(|(i, item)| Settled { mailbox: item.mailbox, fate: fate(i) }).collect();
    store.settle(&lease, &results).await.unwrap();
    store.finish_run(&lease, false).await.unwrap().expect("finished");
    run.id
}

on_both_databases! {
    async fn results_come_by_name_in_pages_and_by_outcome(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 9).await;
        let (run, ctx) = (mixed(&store, &organisation).await, &organisation.ctx);
        let (mut names, mut after, mut pages) = (Vec::new(), None, 0);
        loop {
            let page = store.run_items(ctx, run, None, after.as_ref(), 3).await.unwrap();
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
        let failed = store.run_items(ctx, run, Some(ItemState::Failed), None, 50).await.unwrap();
        assert_eq!((failed.items.len(), failed.next), (5, None));
        assert!(failed.items.iter().all(|item| item.reason.is_some() && item.settled_at.is_some()));
        let detail = store.run_detail(ctx, run).await.unwrap();
        let counts: Vec<_> = detail.groups.iter().map(|g| (g.reason, g.count, g.names.len())).collect();
        assert_eq!(
            counts,
            vec![(Some(Reason::NoExchangeLicense), 3, 3), (Some(Reason::MicrosoftUnavailable), 2, 2)]
        );
    }

    async fn one_reason_alone_can_be_retried(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 9).await;
        let (run, ctx) = (mixed(&store, &organisation).await, &organisation.ctx);
        let rows = |reason| store.rows_of(ctx, run, ItemState::Failed, reason);
        assert_eq!(rows(None).await.unwrap().1.len(), 5);
        assert_eq!(rows(Some(Some(Reason::NoExchangeLicense))).await.unwrap().1.len(), 3);
        assert_eq!(rows(Some(None)).await.unwrap().1.len(), 0);
    }

    async fn nobody_elses_run_has_results(database: TestDatabase) {
        let store = database.store().await;
        let (mine, theirs) = (organisation(&store, Some(30), 1).await, organisation(&store, Some(30), 9).await);
        let run = mixed(&store, &theirs).await;
        let answer = store.run_items(&mine.ctx, run, None, None, 50).await;
        assert!(matches!(answer, Err(StoreError::NotFound)));
        let answer = store.rows_of(&mine.ctx, run, ItemState::Failed, None).await;
        assert!(matches!(answer, Err(StoreError::NotFound)));
    }
}
