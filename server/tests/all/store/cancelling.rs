//! A cancelled run leaves whom it did not come to where it found them.

use domain::{
    Reason,
    ids::{RowNo, Seq},
    mailbox::MailboxRow,
    run::RunKind,
};
use server::store::{Fate, NewRun, Settled};

use crate::support::{
    clock::TestClock,
    on_both_databases,
    organisation::{carry_out, claim, connectable, organisation, rows},
};

/// What a mailbox shows, without the place in the log of its last change.
fn shown(mailboxes: Vec<MailboxRow>) -> Vec<MailboxRow> {
    let mut mailboxes: Vec<_> = mailboxes.into_iter().map(|row| MailboxRow { rev: Seq(0), ..row }).collect();
    mailboxes.sort_by_key(|row| row.row);
    mailboxes
}

on_both_databases! {
    async fn the_failed_stay_failed_with_their_reason_and_nobody_counts_as_checked(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(30), 6).await;
        let all = connectable(&store, &organisation).await;
        let connect = |rows| NewRun { delegation: organisation.delegation, kind: RunKind::Connect, rows, key: None };
        // Two were disconnected, two failed, two are new.
        let (taken_off, failed): (&[RowNo], &[RowNo]) = (&all[..2], &all[2..4]);
        carry_out(&store, &clock, &organisation, RunKind::Connect, taken_off).await;
        carry_out(&store, &clock, &organisation, RunKind::Disconnect, taken_off).await;
        store.accept_run(&organisation.ctx, &connect(failed)).await.unwrap();
        let lease = claim(&store).await;
        let items = store.work(&lease, 10).await.unwrap().items;
        let fate = Fate::Failed(Reason::MailboxOnPremises);
        let results: Vec<Settled> = items.iter().map(|item| Settled { mailbox: item.mailbox, fate }).collect();
        store.settle(&lease, &results).await.unwrap();
        store.finish_run(&lease, false).await.unwrap().expect("finished");
        let before = shown(rows(&store, &organisation, &all).await);
        assert_eq!(before.iter().filter(|row| row.reason == Some(Reason::MailboxOnPremises)).count(), 2);

        clock.put_forward(60_000);
        store.accept_run(&organisation.ctx, &connect(&all)).await.unwrap();
        let lease = claim(&store).await;
        store.cancel_run(&organisation.ctx, lease.run).await.unwrap();
        store.finish_run(&lease, true).await.unwrap().expect("cancelled");
        assert_eq!(shown(rows(&store, &organisation, &all).await), before);
        assert_eq!(store.pools(&organisation.ctx).await.unwrap()[0].reserved, 0);
    }
}
