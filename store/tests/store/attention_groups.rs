//! Mailboxes that need attention, counted by reason.

use domain::{Reason, attention_group::AttentionGroup, connection::Connection, run::RunKind};
use store::{ItemOutcome, ItemResult, NewRun, StoreError};

use store_testing::{
    clock::TestClock,
    on_both_databases,
    organisation::{claim, complete_run, connectable, organisation},
};

on_both_databases! {
    async fn groups_are_counted_by_state_and_reason_with_connected_mailboxes_first(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(10), 6).await;
        let (ctx, delegation) = (&organisation.ctx, organisation.delegation);
        let all = connectable(&store, &organisation).await;
        complete_run(&store, &clock, &organisation, RunKind::Connect, &all[..3]).await;
        let fail = async |kind, rows, reason| {
            store.runs(ctx).accept_run(&NewRun { delegation, kind, rows, key: None }).await.unwrap();
            let lease = claim(&store).await;
            let items = store.leased(&lease).work(10).await.unwrap().items;
            let failed: Vec<ItemResult> =
                items.iter().map(|i| ItemResult::new(i.mailbox, ItemOutcome::Failed(reason))).collect();
            store.leased(&lease).settle(&failed).await.unwrap();
            store.leased(&lease).finish_run(false).await.unwrap().expect("finished");
        };
        fail(RunKind::Verify, &all[..1], Reason::OutOfScope).await;
        fail(RunKind::Verify, &all[1..3], Reason::NoExchangeLicense).await;
        fail(RunKind::Connect, &all[3..], Reason::Unknown).await;
        let group = |connection, reason, count| AttentionGroup { connection, reason, count };
        assert_eq!(
            store.mailboxes(ctx).attention_groups(delegation).await.unwrap(),
            vec![
                group(Connection::NeedsAttention, Reason::NoExchangeLicense, 2),
                group(Connection::NeedsAttention, Reason::OutOfScope, 1),
                group(Connection::Failed, Reason::Unknown, 3),
            ]
        );
        let (_, stranger) = store_testing::organisation::workspace(&store, Some(1)).await;
        assert!(matches!(store.mailboxes(&stranger).attention_groups(delegation).await, Err(StoreError::NotFound)));
    }
}
