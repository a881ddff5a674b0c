//! What stands in the way, counted by reason.

use domain::{Reason, cause::Cause, connection::Connection, run::RunKind};
use server::store::{Fate, NewRun, Settled, StoreError};

use crate::support::{
    clock::TestClock,
    on_both_databases,
    organisation::{carry_out, claim, connectable, organisation},
};

on_both_databases! {
    async fn causes_are_counted_by_state_and_reason_the_worse_first(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(10), 6).await;
        let (ctx, delegation) = (&organisation.ctx, organisation.delegation);
        let all = connectable(&store, &organisation).await;
        carry_out(&store, &clock, &organisation, RunKind::Connect, &all[..3]).await;
        let fail = async |kind, rows, reason| {
            store.accept_run(ctx, &NewRun { delegation, kind, rows, key: None }).await.unwrap();
            let lease = claim(&store).await;
            let items = store.work(&lease, 10).await.unwrap().items;
            let failed: Vec<Settled> =
                items.iter().map(|i| Settled { mailbox: i.mailbox, fate: Fate::Failed(reason) }).collect();
            store.settle(&lease, &failed).await.unwrap();
            store.finish_run(&lease, false).await.unwrap().expect("finished");
        };
        fail(RunKind::Verify, &all[..1], Reason::OutOfScope).await;
        fail(RunKind::Verify, &all[1..3], Reason::NoExchangeLicense).await;
        fail(RunKind::Connect, &all[3..], Reason::Unknown).await;
        let cause = |connection, reason, count| Cause { connection, reason, count };
        assert_eq!(
            store.causes(ctx, delegation).await.unwrap(),
            vec![
                cause(Connection::NeedsAttention, Reason::NoExchangeLicense, 2),
                cause(Connection::NeedsAttention, Reason::OutOfScope, 1),
                cause(Connection::Failed, Reason::Unknown, 3),
            ]
        );
        let (_, stranger) = crate::support::organisation::workspace(&store, Some(1)).await;
        assert!(matches!(store.causes(&stranger, delegation).await, Err(StoreError::NotFound)));
    }
}
