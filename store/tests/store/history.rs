//! The history of one mailbox: changes of state only, newest first, in pages, in its own workspace.

use domain::{Reason, connection::Connection, mailbox::HISTORY_PAGE, run::RunKind};
use store::{ItemOutcome, ItemResult, NewRun, StoreError};

use store_testing::{
    clock::TestClock,
    on_both_databases,
    organisation::{claim, complete_run, connectable, organisation, rows, start_and_cancel},
};

on_both_databases! {
    async fn changes_of_a_mailbox_are_newest_first(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(10), 2).await;
        let one = &connectable(&store, &organisation).await[..1];
        complete_run(&store, &clock, &organisation, RunKind::Connect, one).await;
        let id = rows(&store, &organisation, one).await[0].id;
        // Two checks with the same result are one change.
        for _ in 0..2 {
            let new = NewRun { delegation: organisation.delegation, kind: RunKind::Verify, rows: one, key: None };
            store.runs(&organisation.ctx).accept_run(&new).await.unwrap();
            let lease = claim(&store).await;
            store.leased(&lease).work(10).await.unwrap();
            let outcome = ItemOutcome::Failed(Reason::NoExchangeLicense);
            store.leased(&lease).settle(&[ItemResult::new(id, outcome)]).await.unwrap();
            store.leased(&lease).finish_run(false).await.unwrap().expect("finished");
            clock.advance(60_000);
        }
        let detail = store.mailboxes(&organisation.ctx).mailbox_detail(organisation.delegation, id).await.unwrap();
        assert_eq!((detail.row.connection, detail.licensed), (Connection::NeedsAttention, true));
        let states: Vec<_> = detail.history.changes.iter().map(|c| (c.connection, c.reason)).collect();
        assert_eq!(states[0], (Connection::NeedsAttention, Some(Reason::NoExchangeLicense)));
        assert_eq!(states[1], (Connection::Connected, None));
        assert!(states.windows(2).all(|pair| pair[0] != pair[1]), "{states:?}");
        assert_eq!(detail.history.before, None);
    }

    async fn a_long_history_comes_in_pages_without_a_gap(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(10), 1).await;
        let one = connectable(&store, &organisation).await;
        let id = rows(&store, &organisation, &one).await[0].id;
        // Each time the mailbox is taken by a run and returned: two changes.
        for _ in 0..60 {
            start_and_cancel(&store, &organisation, &one).await;
        }
        let (ctx, delegation) = (&organisation.ctx, organisation.delegation);
        let (mut all, mut before, mut pages) = (Vec::new(), None, 0);
        loop {
            let page = store.mailboxes(ctx).mailbox_history(delegation, id, before).await.unwrap();
            assert!(page.changes.len() <= HISTORY_PAGE);
            all.extend(page.changes);
            (before, pages) = (page.before, pages + 1);
            if before.is_none() {
                break;
            }
        }
        assert!(pages >= 3, "{pages} pages");
        assert!(all.windows(2).all(|pair| {
            pair[0].seq > pair[1].seq && pair[0].connection != pair[1].connection
        }));
        assert!(all.len() >= 120, "{}", all.len());
    }

    async fn a_mailbox_of_another_workspace_is_not_found(database: TestDatabase) {
        let store = database.store().await;
        let (mine, theirs) = (organisation(&store, Some(10), 1).await, organisation(&store, Some(10), 1).await);
        let id = rows(&store, &theirs, &connectable(&store, &theirs).await).await[0].id;
        for delegation in [mine.delegation, theirs.delegation] {
            let answer = store.mailboxes(&mine.ctx).mailbox_detail(delegation, id).await;
            assert!(matches!(answer, Err(StoreError::NotFound)));
            let answer = store.mailboxes(&mine.ctx).mailbox_history(delegation, id, None).await;
            assert!(matches!(answer, Err(StoreError::NotFound)));
        }
    }
}
