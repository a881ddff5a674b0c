//! Retrying what failed: only the failed ones of that run that may still be connected.

use domain::{Reason, ids::ExclusionId, run::RunKind, undo::Whom};
use server::{
    sources::Sources,
    store::{Fate, NewExclusion, NewRun, Settled},
};

use crate::support::{
    clock::TestClock,
    on_both_databases,
    organisation::{carry_out, claim, connectable, organisation},
};

on_both_databases! {
    async fn only_the_failed_that_may_still_be_connected_are_retried(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(30), 8).await;
        let all = connectable(&store, &organisation).await;
        let new = NewRun { delegation: organisation.delegation, kind: RunKind::Connect, rows: &all[..6], key: None };
        store.accept_run(&organisation.ctx, &new).await.unwrap();
        let lease = claim(&store).await;
        let items = store.work(&lease, 10).await.unwrap().items;
        let results: Vec<Settled> = items
            .iter()
            .enumerate()
            .map(|(i, item)| Settled {
                mailbox: item.mailbox,
                fate: if i < 2 { Fate::Done } else { Fate::Failed(Reason::MicrosoftUnavailable) },
            })
            .collect();
        store.settle(&lease, &results).await.unwrap();
        let run = store.finish_run(&lease, false).await.unwrap().expect("finished");
        let (_, failed) = store.failed_rows(&organisation.ctx, run.id).await.unwrap();
        assert_eq!(failed.len(), 4);
        // One was connected since, one is kept out, one is in another run.
        carry_out(&store, &clock, &organisation, RunKind::Connect, &failed[..1]).await;
        let whom = Whom::Rows(vec![failed[1]]);
        let exclusion = NewExclusion { id: ExclusionId(Sources::system().id()), delegation: organisation.delegation, whom: &whom };
        assert_eq!(store.exclude(&organisation.ctx, &exclusion).await.unwrap().excluded, 1);
        let elsewhere = NewRun { delegation: organisation.delegation, kind: RunKind::Connect, rows: &failed[2..3], key: None };
        store.accept_run(&organisation.ctx, &elsewhere).await.unwrap();
        let (again, rows) = store.failed_rows(&organisation.ctx, run.id).await.unwrap();
        assert_eq!((again.kind, rows), (RunKind::Connect, vec![failed[3]]));
    }

    async fn whom_a_later_run_has_in_hand_is_not_retried_though_its_state_would_allow_it(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(30), 2).await;
        let all = connectable(&store, &organisation).await;
        carry_out(&store, &clock, &organisation, RunKind::Connect, &all).await;
        let check = NewRun { delegation: organisation.delegation, kind: RunKind::Verify, rows: &all, key: None };
        let run = store.accept_run(&organisation.ctx, &check).await.unwrap();
        let lease = claim(&store).await;
        let items = store.work(&lease, 10).await.unwrap().items;
        let results: Vec<Settled> =
            items.iter().map(|item| Settled { mailbox: item.mailbox, fate: Fate::Failed(Reason::OutOfScope) }).collect();
        store.settle(&lease, &results).await.unwrap();
        store.finish_run(&lease, false).await.unwrap().expect("finished");
        assert_eq!(store.failed_rows(&organisation.ctx, run.id).await.unwrap().1, all);
        let off = NewRun { kind: RunKind::Disconnect, rows: &all[..1], ..check };
        store.accept_run(&organisation.ctx, &off).await.unwrap();
        assert_eq!(store.failed_rows(&organisation.ctx, run.id).await.unwrap().1, all[1..]);
    }
}
