//! The event log: gap-free, in order, resumable from any position.

use domain::{ids::Seq, live::Change, run::RunKind};
use store::{NewRun, Since};

use store_testing::{
    on_both_databases,
    organisation::{connectable, organisation},
};

on_both_databases! {
    async fn the_log_has_no_gaps_and_can_be_read_from_any_position(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(700), 700).await;
        let rows = connectable(&store, &organisation).await;
        // Two concurrent runs: their events must not collide.
        let run = |rows| NewRun { delegation: organisation.delegation, kind: RunKind::Connect, rows, key: None };
        let (first, second) = (run(&rows[..350]), run(&rows[350..]));
        let (a, b) = tokio::join!(store.runs(&organisation.ctx).accept_run(&first), store.runs(&organisation.ctx).accept_run(&second));
        assert!(a.is_ok() && b.is_ok(), "{a:?} {b:?}");
        let head = store.delegations(&organisation.ctx).delegation(organisation.delegation).await.unwrap().view.seq;
        let (mut seen, mut mailboxes) = (Seq(0), 0);
        while let Since::Events(events) = store.delegations(&organisation.ctx).events_since(organisation.delegation, seen).await.unwrap() {
            for event in events {
                assert_eq!(event.seq.0, seen.0 + 1, "a gap");
                mailboxes += usize::from(matches!(event.change().unwrap(), Change::Mailbox(_)));
                seen = event.seq;
            }
        }
        assert_eq!((seen, mailboxes), (head, 700));
        let ahead = store.delegations(&organisation.ctx).events_since(organisation.delegation, Seq(head.0 + 1)).await.unwrap();
        assert!(matches!(ahead, Since::Reset { head: reset } if reset == head), "{ahead:?}");
    }
}
