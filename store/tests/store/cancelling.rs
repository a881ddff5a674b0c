//! A cancelled run restores the mailboxes that it did not process.

use domain::{
    Reason,
    ids::{RowNumber, Seq},
    mailbox::MailboxRow,
    run::RunKind,
};
use store::{ItemOutcome, ItemResult, NewRun};

use store_testing::{
    clock::TestClock,
    on_both_databases,
    organisation::{claim, complete_run, connectable, organisation, rows},
};

/// Rows without the sequence numbers of their last changes, in the order of their numbers.
fn shown(mailboxes: Vec<MailboxRow>) -> Vec<MailboxRow> {
    let mut mailboxes: Vec<_> = mailboxes.into_iter().map(|row| MailboxRow { rev: Seq(0), ..row }).collect();
    mailboxes.sort_by_key(|row| row.row);
    mailboxes
}

on_both_databases! {
    async fn failed_mailboxes_keep_their_reason_and_no_mailbox_counts_as_checked(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(30), 6).await;
        let all = connectable(&store, &organisation).await;
        let connect = |rows| NewRun { delegation: organisation.delegation, kind: RunKind::Connect, rows, key: None };
        // Two were disconnected, two failed, two are new.
        let (disconnected, failed): (&[RowNumber], &[RowNumber]) = (&all[..2], &all[2..4]);
        complete_run(&store, &clock, &organisation, RunKind::Connect, disconnected).await;
        complete_run(&store, &clock, &organisation, RunKind::Disconnect, disconnected).await;
        store.runs(&organisation.ctx).accept_run(&connect(failed)).await.unwrap();
        let lease = claim(&store).await;
        let items = store.leased(&lease).work(10).await.unwrap().items;
        let outcome = ItemOutcome::Failed(Reason::MailboxOnPremises);
        let results: Vec<ItemResult> = items.iter().map(|item| ItemResult::new(item.mailbox, outcome)).collect();
        store.leased(&lease).settle(&results).await.unwrap();
        store.leased(&lease).finish_run(false).await.unwrap().expect("finished");
        let before = shown(rows(&store, &organisation, &all).await);
        assert_eq!(before.iter().filter(|row| row.reason == Some(Reason::MailboxOnPremises)).count(), 2);

        clock.advance(60_000);
        store.runs(&organisation.ctx).accept_run(&connect(&all)).await.unwrap();
        let lease = claim(&store).await;
        store.runs(&organisation.ctx).cancel_run(lease.run).await.unwrap();
        store.leased(&lease).finish_run(true).await.unwrap().expect("cancelled");
        assert_eq!(shown(rows(&store, &organisation, &all).await), before);
        assert_eq!(store.slots(&organisation.ctx).pools().await.unwrap()[0].reserved, 0);
    }
}
