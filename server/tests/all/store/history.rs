//! What happened to one mailbox: changes of state only, newest first, a page at a time, of its own workspace.

use domain::{Reason, connection::Connection, mailbox::HISTORY_PAGE, run::RunKind};
use server::store::{Fate, NewRun, Settled, StoreError};

use crate::support::{
    clock::TestClock,
    on_both_databases,
    organisation::{carry_out, claim, connectable, organisation, rows, stir},
};

on_both_databases! {
    async fn a_mailbox_tells_its_changes_newest_first(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(10), 2).await;
        let one = &connectable(&store, &organisation).await[..1];
        carry_out(&store, &clock, &organisation, RunKind::Connect, one).await;
        let id = rows(&store, &organisation, one).await[0].id;
        // Two checks that find the same leave one line.
        for _ in 0..2 {
            let new = NewRun { delegation: organisation.delegation, kind: RunKind::Verify, rows: one, key: None };
            store.accept_run(&organisation.ctx, &new).await.unwrap();
            let lease = claim(&store).await;
            store.work(&lease, 10).await.unwrap();
            let fate = Fate::Failed(Reason::NoExchangeLicense);
            store.settle(&lease, &[Settled { mailbox: id, fate }]).await.unwrap();
            store.finish_run(&lease, false).await.unwrap().expect("finished");
            clock.put_forward(60_000);
        }
        let detail = store.mailbox_detail(&organisation.ctx, organisation.delegation, id).await.unwrap();
        assert_eq!((detail.row.connection, detail.licensed), (Connection::NeedsAttention, true));
        let told: Vec<_> = detail.history.changes.iter().map(|c| (c.connection, c.reason)).collect();
        assert_eq!(told[0], (Connection::NeedsAttention, Some(Reason::NoExchangeLicense)));
        assert_eq!(told[1], (Connection::Connected, None));
        assert!(told.windows(2).all(|pair| pair[0] != pair[1]), "{told:?}");
        assert_eq!(detail.history.before, None);
    }

    async fn a_long_history_comes_in_pages_without_a_gap(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(10), 1).await;
        let one = connectable(&store, &organisation).await;
        let id = rows(&store, &organisation, &one).await[0].id;
        // Each time it is taken and given back: two changes.
        for _ in 0..60 {
            stir(&store, &organisation, &one).await;
        }
        let (ctx, delegation) = (&organisation.ctx, organisation.delegation);
        let (mut all, mut before, mut pages) = (Vec::new(), None, 0);
        loop {
            let page = store.mailbox_history(ctx, delegation, id, before).await.unwrap();
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

    async fn nobody_elses_mailbox_has_a_panel(database: TestDatabase) {
        let store = database.store().await;
        let (mine, theirs) = (organisation(&store, Some(10), 1).await, organisation(&store, Some(10), 1).await);
        let id = rows(&store, &theirs, &connectable(&store, &theirs).await).await[0].id;
        for delegation in [mine.delegation, theirs.delegation] {
            let answer = store.mailbox_detail(&mine.ctx, delegation, id).await;
            assert!(matches!(answer, Err(StoreError::NotFound)));
            let answer = store.mailbox_history(&mine.ctx, delegation, id, None).await;
            assert!(matches!(answer, Err(StoreError::NotFound)));
        }
    }
}
