//! Accepting runs: the limit of one run, slots all or nothing, one run per key.

use domain::{
    Reason,
    ids::RowNumber,
    run::{ItemState, RunKind, RunState},
    slots::{PlanState, Shortfall},
};
use sea_orm::{ConnectionTrait, Database};
use store::{ItemOutcome, ItemResult, NewPool, NewRun, SlotPush, Store, StoreError};

use store_testing::{
    clock::TestClock,
    on_both_databases,
    organisation::{
        Organisation, arrival, authorised, claim, complete_run, connectable, entry, organisation, plan, sync,
    },
};

fn connect<'a>(organisation: &Organisation, rows: &'a [RowNumber], key: &'a str) -> NewRun<'a> {
    NewRun { delegation: organisation.delegation, kind: RunKind::Connect, rows, key: Some(key) }
}

/// The state that must not change when a run is refused.
async fn state(store: &Store, organisation: &Organisation) -> String {
    let snapshot = store.mailboxes(&organisation.ctx).snapshot(organisation.delegation).await.unwrap();
    format!("{snapshot:?}")
}

on_both_databases! {
    async fn a_thousand_and_one_mailboxes_are_refused_and_nothing_changes(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(2_000), 1_001).await;
        let rows = connectable(&store, &organisation).await;
        assert_eq!(rows.len(), 1_001);
        let before = state(&store, &organisation).await;
        let refusal = store.runs(&organisation.ctx).accept_run(&connect(&organisation, &rows, "k")).await.unwrap_err();
        assert!(matches!(refusal, StoreError::LimitExceeded { requested: 1_001, limit: 1_000 }), "{refusal}");
        assert_eq!(state(&store, &organisation).await, before);
    }

    async fn more_than_the_free_slots_is_refused_with_both_numbers_and_nothing_changes(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 40).await;
        let rows = connectable(&store, &organisation).await;
        let before = state(&store, &organisation).await;
        let refusal = store.runs(&organisation.ctx).accept_run(&connect(&organisation, &rows, "k")).await.unwrap_err();
        assert!(matches!(refusal, StoreError::Slots(Shortfall { requested: 40, free: 30 })), "{refusal}");
        assert_eq!(state(&store, &organisation).await, before);
    }

    async fn the_same_key_twice_is_one_run(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 20).await;
        let rows = connectable(&store, &organisation).await;
        let first = store.runs(&organisation.ctx).accept_run(&connect(&organisation, &rows, "once")).await.unwrap();
        let again = store.runs(&organisation.ctx).accept_run(&connect(&organisation, &rows, "once")).await.unwrap();
        assert_eq!(first.id, again.id);
        let pools = store.slots(&organisation.ctx).pools().await.unwrap();
        assert_eq!((pools[0].reserved, pools[0].used), (20, 0));
        let other = store.runs(&organisation.ctx).accept_run(&connect(&organisation, &rows[..3], "once")).await.unwrap_err();
        assert!(matches!(other, StoreError::KeyReused), "{other}");
    }

    async fn two_concurrent_requests_with_the_same_key_are_one_run(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 20).await;
        let rows = connectable(&store, &organisation).await;
        let new = connect(&organisation, &rows, "once");
        let (a, b) = tokio::join!(store.runs(&organisation.ctx).accept_run(&new), store.runs(&organisation.ctx).accept_run(&new));
        assert_eq!(a.unwrap().id, b.unwrap().id);
        assert_eq!(store.slots(&organisation.ctx).pools().await.unwrap()[0].reserved, 20);
    }

    async fn two_administrators_cannot_reserve_the_same_slots(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(300), 400).await;
        let rows = connectable(&store, &organisation).await;
        let (first, second) = (connect(&organisation, &rows[..200], "a"), connect(&organisation, &rows[200..], "b"));
        let (a, b) = tokio::join!(store.runs(&organisation.ctx).accept_run(&first), store.runs(&organisation.ctx).accept_run(&second));
        let refusal = match (a, b) {
            (Ok(_), Err(refusal)) | (Err(refusal), Ok(_)) => refusal,
            other => panic!("exactly one is accepted, not {other:?}"),
        };
        assert!(matches!(refusal, StoreError::Slots(Shortfall { requested: 200, free: 100 })), "{refusal}");
        assert_eq!(store.slots(&organisation.ctx).pools().await.unwrap()[0].reserved, 200);
    }

    async fn mailboxes_of_another_run_are_skipped_and_reserve_no_slot(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 10).await;
        let rows = connectable(&store, &organisation).await;
        store.runs(&organisation.ctx).accept_run(&connect(&organisation, &rows[..6], "a")).await.unwrap();
        let second = store.runs(&organisation.ctx).accept_run(&connect(&organisation, &rows, "b")).await.unwrap();
        assert_eq!((second.counts.total, second.counts.skipped), (10, 6));
        assert_eq!(store.slots(&organisation.ctx).pools().await.unwrap()[0].reserved, 10);
    }

    async fn an_unknown_row_refuses_the_whole_run(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 3).await;
        let refusal = store.runs(&organisation.ctx).accept_run(&connect(&organisation, &[RowNumber(1), RowNumber(99)], "k")).await.unwrap_err();
        assert!(matches!(refusal, StoreError::NotFound), "{refusal}");
        assert_eq!(store.slots(&organisation.ctx).pools().await.unwrap()[0].reserved, 0);
    }

    async fn the_review_agrees_with_the_accepted_run(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 10).await;
        let rows = connectable(&store, &organisation).await;
        store.runs(&organisation.ctx).accept_run(&connect(&organisation, &rows[..4], "a")).await.unwrap();
        let review = store.runs(&organisation.ctx).review_run(organisation.delegation, RunKind::Connect, &rows).await.unwrap();
        assert_eq!((review.takes, review.pools[0].takes, review.pools[0].free_after()), (6, 6, Some(90)));
        assert_eq!(review.skipped, vec![("Already in another run".to_owned(), 4)]);
        let run = store.runs(&organisation.ctx).accept_run(&connect(&organisation, &rows, "b")).await.unwrap();
        assert_eq!((run.state, run.counts.total - run.counts.skipped), (RunState::Queued, review.takes));
    }

    async fn an_older_statement_of_the_host_is_ignored(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 1).await;
        assert!(store.push_slots(organisation.workspace, &plan(50, 7, 2)).await.unwrap());
        assert!(!store.push_slots(organisation.workspace, &plan(999, 0, 1)).await.unwrap());
        let pool = &store.slots(&organisation.ctx).pools().await.unwrap()[0];
        assert_eq!((pool.limit, pool.used_elsewhere, pool.free()), (Some(50), 7, Some(43)));
    }

    async fn the_same_key_names_the_same_rows_in_any_order_and_only_in_its_workspace(database: TestDatabase) {
        let store = database.store().await;
        let (mine, theirs) = (organisation(&store, Some(100), 5).await, organisation(&store, Some(100), 5).await);
        let rows = connectable(&store, &mine).await;
        let first = store.runs(&mine.ctx).accept_run(&connect(&mine, &rows, "once")).await.unwrap();
        let backwards: Vec<RowNumber> = rows.iter().rev().copied().collect();
        assert_eq!(store.runs(&mine.ctx).accept_run(&connect(&mine, &backwards, "once")).await.unwrap().id, first.id);
        let other = store.runs(&theirs.ctx).accept_run(&connect(&theirs, &connectable(&store, &theirs).await, "once")).await.unwrap();
        assert_ne!(other.id, first.id);
    }

    async fn a_row_named_twice_is_one_mailbox(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 3).await;
        let run = store.runs(&organisation.ctx).accept_run(&connect(&organisation, &[2, 1, 2].map(RowNumber), "k")).await.unwrap();
        assert_eq!((run.counts.total, run.counts.skipped), (2, 0));
        assert_eq!(store.slots(&organisation.ctx).pools().await.unwrap()[0].reserved, 2);
    }

    async fn a_request_for_a_sync_returns_the_active_sync_of_its_delegation_only(database: TestDatabase) {
        let store = database.store().await;
        let (mine, theirs) = (organisation(&store, Some(100), 3).await, organisation(&store, Some(100), 3).await);
        let sync = |organisation: &Organisation| NewRun { delegation: organisation.delegation, kind: RunKind::Sync, rows: &[], key: None };
        let rows = connectable(&store, &mine).await;
        let before = store.runs(&mine.ctx).accept_run(&NewRun { key: None, ..connect(&mine, &rows[..1], "") }).await.unwrap();
        let first = store.runs(&mine.ctx).accept_run(&sync(&mine)).await.unwrap();
        assert_eq!((first.kind, first.state), (RunKind::Sync, RunState::Queued));
        assert_ne!(first.id, before.id);
        assert_eq!(store.runs(&mine.ctx).accept_run(&sync(&mine)).await.unwrap().id, first.id);
        assert_ne!(store.runs(&theirs.ctx).accept_run(&sync(&theirs)).await.unwrap().id, first.id);
        let after = store.runs(&mine.ctx).accept_run(&NewRun { key: None, ..connect(&mine, &rows[1..], "") }).await.unwrap();
        assert_eq!(after.kind, RunKind::Connect);
        // Another delegation of the same workspace has its own syncs.
        let delegation = authorised(&store, &mine.ctx, "another tenant").await;
        let beside = store.runs(&mine.ctx).accept_run(&NewRun { delegation, ..sync(&mine) }).await.unwrap();
        assert_ne!(beside.id, first.id);
        assert_eq!(store.runs(&mine.ctx).list(delegation, 50).await.unwrap(), [beside]);
    }

    async fn a_check_of_everything_takes_the_connected_mailboxes_of_its_delegation_that_no_run_has(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(100), 8).await;
        let rows = connectable(&store, &organisation).await;
        complete_run(&store, &clock, &organisation, RunKind::Connect, &rows[..6]).await;
        // Another delegation of the workspace with a connected mailbox.
        let beside = authorised(&store, &organisation.ctx, "another tenant").await;
        sync(&store, &organisation.ctx, beside, &[entry(1)]).await;
        let new = NewRun { delegation: beside, kind: RunKind::Connect, rows: &[RowNumber(1)], key: None };
        store.runs(&organisation.ctx).accept_run(&new).await.unwrap();
        let lease = claim(&store).await;
        let items = store.leased(&lease).work(10).await.unwrap().items;
        store.leased(&lease).settle(&[ItemResult::new(items[0].mailbox, ItemOutcome::Done)]).await.unwrap();
        store.leased(&lease).finish_run(false).await.unwrap().expect("finished");
        let off = NewRun { delegation: organisation.delegation, kind: RunKind::Disconnect, rows: &rows[..2], key: None };
        store.runs(&organisation.ctx).accept_run(&off).await.unwrap();
        let everything = NewRun { delegation: organisation.delegation, kind: RunKind::Verify, rows: &[], key: None };
        let check = store.runs(&organisation.ctx).accept_run(&everything).await.unwrap();
        assert_eq!((check.counts.total, check.counts.skipped), (4, 0));
        // It is not interactive, however few mailboxes it has; a check of three chosen mailboxes is.
        let lease = claim(&store).await;
        assert_eq!((lease.run, lease.is_interactive), (check.id, false));
        let chosen = NewRun { rows: &rows[2..5], ..everything };
        let chosen = store.runs(&organisation.ctx).accept_run(&chosen).await.unwrap();
        let lease = claim(&store).await;
        assert_eq!((lease.run, lease.is_interactive, chosen.counts.total), (chosen.id, true, 3));
    }

    async fn skipped_items_are_settled_at_once_with_their_reason_and_taken_items_are_open_without_one(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 1).await;
        let mut people = [1, 2, 3].map(entry);
        people[1].obstacle = Some(Reason::NoExchangeLicense);
        sync(&store, &organisation.ctx, organisation.delegation, &people).await;
        // One has failed before.
        let run = store.runs(&organisation.ctx).accept_run(&connect(&organisation, &[RowNumber(1)], "a")).await.unwrap();
        let lease = claim(&store).await;
        let items = store.leased(&lease).work(10).await.unwrap().items;
        let failed = ItemResult::new(items[0].mailbox, ItemOutcome::Failed(Reason::MailboxOnPremises));
        store.leased(&lease).settle(&[failed]).await.unwrap();
        store.leased(&lease).finish_run(false).await.unwrap().expect("finished");
        assert_eq!(run.counts.total, 1);
        let run = store.runs(&organisation.ctx).accept_run(&connect(&organisation, &[1, 2, 3].map(RowNumber), "b")).await.unwrap();
        let items = store.runs(&organisation.ctx).run_items(run.id, None, None, 10).await.unwrap().items;
        let seen: Vec<_> = items.iter().map(|item| (item.row.0, item.outcome, item.reason, item.settled_at.is_some())).collect();
        assert_eq!(
            seen,
            [
                (1, ItemState::Pending, None, false),
                (2, ItemState::Skipped, Some(Reason::NoExchangeLicense), true),
                (3, ItemState::Pending, None, false),
            ]
        );
    }

    async fn a_run_of_exactly_the_limit_is_accepted_and_reviewed(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(1_000), 1_001).await;
        let rows = connectable(&store, &organisation).await;
        let (ctx, delegation) = (&organisation.ctx, organisation.delegation);
        let refusal = store.runs(ctx).review_run(delegation, RunKind::Connect, &rows).await.unwrap_err();
        assert!(matches!(refusal, StoreError::LimitExceeded { requested: 1_001, limit: 1_000 }), "{refusal}");
        let review = store.runs(ctx).review_run(delegation, RunKind::Connect, &rows[..1_000]).await.unwrap();
        assert_eq!((review.takes, review.pools[0].takes, review.pools[0].free_after(), review.seconds), (1_000, 1_000, Some(0), None));
        let run = store.runs(ctx).accept_run(&connect(&organisation, &rows[..1_000], "k")).await.unwrap();
        assert_eq!(run.counts.total, 1_000);
        assert_eq!(store.slots(ctx).pools().await.unwrap()[0].free(), Some(0));
    }

    async fn the_review_counts_skipped_mailboxes_by_reason_and_taken_ones(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(100), 1).await;
        let mut people = [1, 2, 3, 4, 5, 6, 7].map(entry);
        people[0].obstacle = Some(Reason::NoExchangeLicense);
        people[0].licensed = false;
        sync(&store, &organisation.ctx, organisation.delegation, &people).await;
        let connected = [2, 3, 4].map(RowNumber);
        complete_run(&store, &clock, &organisation, RunKind::Connect, &connected).await;
        // One of them needs attention, one is being disconnected.
        let check = NewRun { delegation: organisation.delegation, kind: RunKind::Verify, rows: &connected[..1], key: None };
        store.runs(&organisation.ctx).accept_run(&check).await.unwrap();
        let lease = claim(&store).await;
        let items = store.leased(&lease).work(10).await.unwrap().items;
        let broken = ItemResult::new(items[0].mailbox, ItemOutcome::Failed(Reason::OutOfScope));
        store.leased(&lease).settle(&[broken]).await.unwrap();
        store.leased(&lease).finish_run(false).await.unwrap().expect("finished");
        let off = NewRun { delegation: organisation.delegation, kind: RunKind::Disconnect, rows: &connected[1..2], key: None };
        store.runs(&organisation.ctx).accept_run(&off).await.unwrap();
        let review = async |kind, rows: &[u32]| {
            let rows: Vec<RowNumber> = rows.iter().copied().map(RowNumber).collect();
            store.runs(&organisation.ctx).review_run(organisation.delegation, kind, &rows).await.unwrap()
        };
        let words = |words: &[&str]| words.iter().map(|words| ((*words).to_owned(), 1)).collect::<Vec<_>>();
        let connect = review(RunKind::Connect, &[1, 2, 3, 4, 5, 6]).await;
        assert_eq!((connect.takes, connect.pools[0].takes, connect.frees()), (2, 2, 0));
        let left = ["Already connected", "Already in another run", "Connected, needs attention", Reason::NoExchangeLicense.title()];
        let mut left = words(&left);
        left.sort();
        assert_eq!(connect.skipped, left);
        let sending = connect.sending.expect("the run adds mailboxes");
        assert_eq!(sending, domain::sending::SendLimit::new(6, 5));
        let disconnect = review(RunKind::Disconnect, &[2, 4, 5]).await;
        assert_eq!((disconnect.takes, disconnect.frees(), disconnect.seconds), (2, 2, None));
        assert_eq!((disconnect.pools[0].takes, disconnect.pools[0].free_after()), (0, Some(99)));
        assert_eq!((disconnect.skipped, disconnect.sending), (words(&["Not connected"]), None));
        // A mailbox that needs attention has its slot already.
        let reconnect = review(RunKind::Reconnect, &[2]).await;
        assert_eq!((reconnect.takes, reconnect.pools, reconnect.sending), (1, vec![], None));
    }

    async fn the_review_of_a_check_without_rows_is_of_all_connected_mailboxes(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(100), 60).await;
        let rows = connectable(&store, &organisation).await;
        let (ctx, delegation) = (&organisation.ctx, organisation.delegation);
        let review = async |kind, rows: &[RowNumber]| store.runs(ctx).review_run(delegation, kind, rows).await.unwrap();
        complete_run(&store, &clock, &organisation, RunKind::Connect, &rows[..5]).await;
        let check = review(RunKind::Verify, &[]).await;
        assert_eq!((check.takes, check.pools, check.seconds), (5, vec![], None));
        // The estimate is the pace of the last larger run.
        store.runs(ctx).accept_run(&connect(&organisation, &rows[5..45], "larger")).await.unwrap();
        let lease = claim(&store).await;
        let items = store.leased(&lease).work(100).await.unwrap().items;
        clock.advance(10_000);
        let done: Vec<_> = items.iter().map(|item| ItemResult::new(item.mailbox, ItemOutcome::Done)).collect();
        store.leased(&lease).settle(&done).await.unwrap();
        store.leased(&lease).finish_run(false).await.unwrap().expect("finished");
        assert_eq!(review(RunKind::Connect, &rows[45..]).await.seconds, Some(4));
        assert_eq!(review(RunKind::Verify, &[]).await.takes, 45);
    }

    async fn an_inactive_plan_refuses_only_new_connections(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(100), 4).await;
        let rows = connectable(&store, &organisation).await;
        complete_run(&store, &clock, &organisation, RunKind::Connect, &rows[..2]).await;
        let ended = SlotPush { plan: PlanState::Inactive, ..plan(100, 0, 1) };
        assert!(store.push_slots(organisation.workspace, &ended).await.unwrap());
        let before = state(&store, &organisation).await;
        let refusal = store.runs(&organisation.ctx).accept_run(&connect(&organisation, &rows[2..], "k")).await.unwrap_err();
        assert!(matches!(refusal, StoreError::PlanInactive), "{refusal}");
        assert_eq!(state(&store, &organisation).await, before);
        for kind in [RunKind::Verify, RunKind::Disconnect] {
            complete_run(&store, &clock, &organisation, kind, &rows[..2]).await;
        }
        assert_eq!(store.slots(&organisation.ctx).pools().await.unwrap()[0].used, 0);
    }

    async fn slots_are_taken_only_from_the_first_active_pool_by_name(database: TestDatabase) {
        let store = database.store().await;
        let pool = |id: &str, name: &str| NewPool { plan_type_id: id.into(), name: name.into(), limit: Some(5), used_elsewhere: 0 };
        let pools = [pool("1", "c"), pool("2", "b"), pool("3", "a")];
        let (workspace, owner) = store.create_workspace("Contoso", "Olga", &pools).await.unwrap();
        let link = store.create_enter_link(workspace, owner).await.unwrap();
        let ctx = store.session(&store.enter(&link, arrival()).await.unwrap()).await.unwrap().expect("a session").ctx;
        let delegation = authorised(&store, &ctx, "tenant").await;
        sync(&store, &ctx, delegation, &[1, 2, 3].map(entry)).await;
        let ended = SlotPush { plan_type_id: "3".into(), plan: PlanState::Inactive, ..plan(5, 0, 1) };
        assert!(store.push_slots(workspace, &ended).await.unwrap());
        let held = async || {
            let pools = store.slots(&ctx).pools().await.unwrap();
            pools.iter().map(|pool| (pool.name.clone(), pool.used, pool.reserved)).collect::<Vec<_>>()
        };
        let expected = |used, reserved| [("a".to_owned(), 0, 0), ("b".to_owned(), used, reserved), ("c".to_owned(), 0, 0)];
        let new = NewRun { delegation, kind: RunKind::Connect, rows: &[1, 2, 3].map(RowNumber), key: None };
        store.runs(&ctx).accept_run(&new).await.unwrap();
        assert_eq!(held().await, expected(0, 3));
        let lease = claim(&store).await;
        let items = store.leased(&lease).work(10).await.unwrap().items;
        store.leased(&lease).settle(&[ItemResult::new(items[0].mailbox, ItemOutcome::Done)]).await.unwrap();
        assert_eq!(held().await, expected(1, 2));
        // Another pool whose plan is inactive or too small does not affect this run.
        let small = SlotPush { plan_type_id: "1".into(), ..plan(0, 9, 1) };
        assert!(store.push_slots(workspace, &small).await.unwrap());
        assert_eq!(store.leased(&lease).work(10).await.unwrap().over, None);
        store.leased(&lease).finish_run(true).await.unwrap().expect("cancelled");
        assert_eq!(held().await, expected(1, 0));
        // Each pool is repaired from its own mailboxes.
        let by_hand = Database::connect(&database.url).await.unwrap();
        by_hand.execute_unprepared("UPDATE slot_account SET used = 4").await.unwrap();
        store.repair_slots().await.unwrap();
        assert_eq!(held().await, expected(1, 0));
    }
}
