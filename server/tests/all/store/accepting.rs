//! Accepting runs: the limit of one connection, slots all or nothing, one run a key.

use domain::{
    Reason,
    ids::RowNo,
    run::{ItemState, RunKind, RunState},
    slots::{PlanState, Shortfall},
};
use sea_orm::{ConnectionTrait, Database};
use server::store::{Fate, NewPool, NewRun, Settled, SlotPush, Store, StoreError};

use crate::support::{
    clock::TestClock,
    on_both_databases,
    organisation::{
        Organisation, arrival, authorised, carry_out, claim, connectable, entry, organisation, plan, sync,
    },
};

fn connect<'a>(organisation: &Organisation, rows: &'a [RowNo], key: &'a str) -> NewRun<'a> {
    NewRun { delegation: organisation.delegation, kind: RunKind::Connect, rows, key: Some(key) }
}

/// What must be as before when a run is refused.
async fn state(store: &Store, organisation: &Organisation) -> String {
    let snapshot = store.snapshot(&organisation.ctx, organisation.delegation).await.unwrap();
    format!("{snapshot:?}")
}

on_both_databases! {
    async fn a_thousand_and_one_mailboxes_are_refused_and_nothing_changes(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(2_000), 1_001).await;
        let rows = connectable(&store, &organisation).await;
        assert_eq!(rows.len(), 1_001);
        let before = state(&store, &organisation).await;
        let refusal = store.accept_run(&organisation.ctx, &connect(&organisation, &rows, "k")).await.unwrap_err();
        assert!(matches!(refusal, StoreError::TooMany { requested: 1_001, limit: 1_000 }), "{refusal}");
        assert_eq!(state(&store, &organisation).await, before);
    }

    async fn more_than_the_free_slots_is_refused_with_both_numbers_and_nothing_changes(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 40).await;
        let rows = connectable(&store, &organisation).await;
        let before = state(&store, &organisation).await;
        let refusal = store.accept_run(&organisation.ctx, &connect(&organisation, &rows, "k")).await.unwrap_err();
        assert!(matches!(refusal, StoreError::Slots(Shortfall { requested: 40, free: 30 })), "{refusal}");
        assert_eq!(state(&store, &organisation).await, before);
    }

    async fn the_same_key_twice_is_one_run(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 20).await;
        let rows = connectable(&store, &organisation).await;
        let first = store.accept_run(&organisation.ctx, &connect(&organisation, &rows, "once")).await.unwrap();
        let again = store.accept_run(&organisation.ctx, &connect(&organisation, &rows, "once")).await.unwrap();
        assert_eq!(first.id, again.id);
        let pools = store.pools(&organisation.ctx).await.unwrap();
        assert_eq!((pools[0].reserved, pools[0].used), (20, 0));
        let other = store.accept_run(&organisation.ctx, &connect(&organisation, &rows[..3], "once")).await.unwrap_err();
        assert!(matches!(other, StoreError::KeyReused), "{other}");
    }

    async fn the_same_key_sent_by_two_at_the_same_time_is_one_run(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 20).await;
        let rows = connectable(&store, &organisation).await;
        let new = connect(&organisation, &rows, "once");
        let (a, b) = tokio::join!(store.accept_run(&organisation.ctx, &new), store.accept_run(&organisation.ctx, &new));
        assert_eq!(a.unwrap().id, b.unwrap().id);
        assert_eq!(store.pools(&organisation.ctx).await.unwrap()[0].reserved, 20);
    }

    async fn two_administrators_cannot_reserve_the_same_slots(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(300), 400).await;
        let rows = connectable(&store, &organisation).await;
        let (first, second) = (connect(&organisation, &rows[..200], "a"), connect(&organisation, &rows[200..], "b"));
        let (a, b) = tokio::join!(store.accept_run(&organisation.ctx, &first), store.accept_run(&organisation.ctx, &second));
        let refusal = match (a, b) {
            (Ok(_), Err(refusal)) | (Err(refusal), Ok(_)) => refusal,
            other => panic!("exactly one is accepted, not {other:?}"),
        };
        assert!(matches!(refusal, StoreError::Slots(Shortfall { requested: 200, free: 100 })), "{refusal}");
        assert_eq!(store.pools(&organisation.ctx).await.unwrap()[0].reserved, 200);
    }

    async fn what_another_run_has_in_hand_is_skipped_and_reserves_nothing(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 10).await;
        let rows = connectable(&store, &organisation).await;
        store.accept_run(&organisation.ctx, &connect(&organisation, &rows[..6], "a")).await.unwrap();
        let second = store.accept_run(&organisation.ctx, &connect(&organisation, &rows, "b")).await.unwrap();
        assert_eq!((second.counts.total, second.counts.skipped), (10, 6));
        assert_eq!(store.pools(&organisation.ctx).await.unwrap()[0].reserved, 10);
    }

    async fn a_row_that_is_not_there_refuses_the_whole_run(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 3).await;
        let refusal = store.accept_run(&organisation.ctx, &connect(&organisation, &[RowNo(1), RowNo(99)], "k")).await.unwrap_err();
        assert!(matches!(refusal, StoreError::NotFound), "{refusal}");
        assert_eq!(store.pools(&organisation.ctx).await.unwrap()[0].reserved, 0);
    }

    async fn the_review_says_what_the_run_then_does(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 10).await;
        let rows = connectable(&store, &organisation).await;
        store.accept_run(&organisation.ctx, &connect(&organisation, &rows[..4], "a")).await.unwrap();
        let review = store.review_run(&organisation.ctx, organisation.delegation, RunKind::Connect, &rows).await.unwrap();
        assert_eq!((review.takes, review.slots, review.left_after()), (6, 6, Some(90)));
        assert_eq!(review.skipped, vec![("Already in another run".to_owned(), 4)]);
        let run = store.accept_run(&organisation.ctx, &connect(&organisation, &rows, "b")).await.unwrap();
        assert_eq!((run.state, run.counts.total - run.counts.skipped), (RunState::Queued, review.takes));
    }

    async fn an_older_statement_of_the_host_is_ignored(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 1).await;
        assert!(store.push_slots(organisation.workspace, &plan(50, 7, 2)).await.unwrap());
        assert!(!store.push_slots(organisation.workspace, &plan(999, 0, 1)).await.unwrap());
        let pool = &store.pools(&organisation.ctx).await.unwrap()[0];
        assert_eq!((pool.limit, pool.used_elsewhere, pool.free()), (Some(50), 7, Some(43)));
    }

    async fn the_same_key_names_the_same_rows_in_any_order_and_only_in_its_workspace(database: TestDatabase) {
        let store = database.store().await;
        let (mine, theirs) = (organisation(&store, Some(100), 5).await, organisation(&store, Some(100), 5).await);
        let rows = connectable(&store, &mine).await;
        let first = store.accept_run(&mine.ctx, &connect(&mine, &rows, "once")).await.unwrap();
        let backwards: Vec<RowNo> = rows.iter().rev().copied().collect();
        assert_eq!(store.accept_run(&mine.ctx, &connect(&mine, &backwards, "once")).await.unwrap().id, first.id);
        let other = store.accept_run(&theirs.ctx, &connect(&theirs, &connectable(&store, &theirs).await, "once")).await.unwrap();
        assert_ne!(other.id, first.id);
    }

    async fn a_row_named_twice_is_one_mailbox(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 3).await;
        let run = store.accept_run(&organisation.ctx, &connect(&organisation, &[2, 1, 2].map(RowNo), "k")).await.unwrap();
        assert_eq!((run.counts.total, run.counts.skipped), (2, 0));
        assert_eq!(store.pools(&organisation.ctx).await.unwrap()[0].reserved, 2);
    }

    async fn a_sync_under_way_is_the_answer_to_the_next_of_its_delegation_and_to_nothing_else(database: TestDatabase) {
        let store = database.store().await;
        let (mine, theirs) = (organisation(&store, Some(100), 3).await, organisation(&store, Some(100), 3).await);
        let sync = |organisation: &Organisation| NewRun { delegation: organisation.delegation, kind: RunKind::Sync, rows: &[], key: None };
        let rows = connectable(&store, &mine).await;
        let before = store.accept_run(&mine.ctx, &NewRun { key: None, ..connect(&mine, &rows[..1], "") }).await.unwrap();
        let first = store.accept_run(&mine.ctx, &sync(&mine)).await.unwrap();
        assert_eq!((first.kind, first.state), (RunKind::Sync, RunState::Queued));
        assert_ne!(first.id, before.id);
        assert_eq!(store.accept_run(&mine.ctx, &sync(&mine)).await.unwrap().id, first.id);
        assert_ne!(store.accept_run(&theirs.ctx, &sync(&theirs)).await.unwrap().id, first.id);
        let after = store.accept_run(&mine.ctx, &NewRun { key: None, ..connect(&mine, &rows[1..], "") }).await.unwrap();
        assert_eq!(after.kind, RunKind::Connect);
        // Another delegation of the same workspace has syncs of its own.
        let delegation = authorised(&store, &mine.ctx, "another tenant").await;
        let beside = store.accept_run(&mine.ctx, &NewRun { delegation, ..sync(&mine) }).await.unwrap();
        assert_ne!(beside.id, first.id);
        assert_eq!(store.runs(&mine.ctx, delegation, 50).await.unwrap(), [beside]);
    }

    async fn a_check_of_everything_is_over_the_connected_of_its_delegation_that_no_run_has(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(100), 8).await;
        let rows = connectable(&store, &organisation).await;
        carry_out(&store, &clock, &organisation, RunKind::Connect, &rows[..6]).await;
        // Another delegation of the workspace with somebody connected.
        let beside = authorised(&store, &organisation.ctx, "another tenant").await;
        sync(&store, &organisation.ctx, beside, &[entry(1)]).await;
        let new = NewRun { delegation: beside, kind: RunKind::Connect, rows: &[RowNo(1)], key: None };
        store.accept_run(&organisation.ctx, &new).await.unwrap();
        let lease = claim(&store).await;
        let items = store.work(&lease, 10).await.unwrap().items;
        store.settle(&lease, &[Settled { mailbox: items[0].mailbox, fate: Fate::Done }]).await.unwrap();
        store.finish_run(&lease, false).await.unwrap().expect("finished");
        let off = NewRun { delegation: organisation.delegation, kind: RunKind::Disconnect, rows: &rows[..2], key: None };
        store.accept_run(&organisation.ctx, &off).await.unwrap();
        let everything = NewRun { delegation: organisation.delegation, kind: RunKind::Verify, rows: &[], key: None };
        let check = store.accept_run(&organisation.ctx, &everything).await.unwrap();
        assert_eq!((check.counts.total, check.counts.skipped), (4, 0));
        // Nobody waits for it, however few they are; three that somebody has chosen are waited for.
        let lease = claim(&store).await;
        assert_eq!((lease.run, lease.is_interactive), (check.id, false));
        let chosen = NewRun { rows: &rows[2..5], ..everything };
        let chosen = store.accept_run(&organisation.ctx, &chosen).await.unwrap();
        let lease = claim(&store).await;
        assert_eq!((lease.run, lease.is_interactive, chosen.counts.total), (chosen.id, true, 3));
    }

    async fn who_is_left_out_is_settled_at_once_with_the_reason_and_who_is_taken_is_open_without_any(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 1).await;
        let mut people = [1, 2, 3].map(entry);
        people[1].obstacle = Some(Reason::NoExchangeLicense);
        sync(&store, &organisation.ctx, organisation.delegation, &people).await;
        // One has failed before.
        let run = store.accept_run(&organisation.ctx, &connect(&organisation, &[RowNo(1)], "a")).await.unwrap();
        let lease = claim(&store).await;
        let items = store.work(&lease, 10).await.unwrap().items;
        let failed = Settled { mailbox: items[0].mailbox, fate: Fate::Failed(Reason::MailboxOnPremises) };
        store.settle(&lease, &[failed]).await.unwrap();
        store.finish_run(&lease, false).await.unwrap().expect("finished");
        assert_eq!(run.counts.total, 1);
        let run = store.accept_run(&organisation.ctx, &connect(&organisation, &[1, 2, 3].map(RowNo), "b")).await.unwrap();
        let items = store.run_items(&organisation.ctx, run.id, None, None, 10).await.unwrap().items;
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

    async fn exactly_what_one_connection_takes_is_accepted_and_reviewed(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(1_000), 1_001).await;
        let rows = connectable(&store, &organisation).await;
        let (ctx, delegation) = (&organisation.ctx, organisation.delegation);
        let refusal = store.review_run(ctx, delegation, RunKind::Connect, &rows).await.unwrap_err();
        assert!(matches!(refusal, StoreError::TooMany { requested: 1_001, limit: 1_000 }), "{refusal}");
        let review = store.review_run(ctx, delegation, RunKind::Connect, &rows[..1_000]).await.unwrap();
        assert_eq!((review.takes, review.slots, review.left_after(), review.seconds), (1_000, 1_000, Some(0), 17));
        let run = store.accept_run(ctx, &connect(&organisation, &rows[..1_000], "k")).await.unwrap();
        assert_eq!(run.counts.total, 1_000);
        assert_eq!(store.pools(ctx).await.unwrap()[0].free(), Some(0));
    }

    async fn the_review_says_in_words_who_is_left_out_and_what_the_run_would_take(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(100), 1).await;
        let mut people = [1, 2, 3, 4, 5, 6, 7].map(entry);
        people[0].obstacle = Some(Reason::NoExchangeLicense);
        people[0].licensed = false;
        sync(&store, &organisation.ctx, organisation.delegation, &people).await;
        let connected = [2, 3, 4].map(RowNo);
        carry_out(&store, &clock, &organisation, RunKind::Connect, &connected).await;
        // One of them needs attention, one is being taken off.
        let check = NewRun { delegation: organisation.delegation, kind: RunKind::Verify, rows: &connected[..1], key: None };
        store.accept_run(&organisation.ctx, &check).await.unwrap();
        let lease = claim(&store).await;
        let items = store.work(&lease, 10).await.unwrap().items;
        let broken = Settled { mailbox: items[0].mailbox, fate: Fate::Failed(Reason::OutOfScope) };
        store.settle(&lease, &[broken]).await.unwrap();
        store.finish_run(&lease, false).await.unwrap().expect("finished");
        let off = NewRun { delegation: organisation.delegation, kind: RunKind::Disconnect, rows: &connected[1..2], key: None };
        store.accept_run(&organisation.ctx, &off).await.unwrap();
        let review = async |kind, rows: &[u32]| {
            let rows: Vec<RowNo> = rows.iter().copied().map(RowNo).collect();
            store.review_run(&organisation.ctx, organisation.delegation, kind, &rows).await.unwrap()
        };
        let words = |words: &[&str]| words.iter().map(|words| ((*words).to_owned(), 1)).collect::<Vec<_>>();
        let connect = review(RunKind::Connect, &[1, 2, 3, 4, 5, 6]).await;
        assert_eq!((connect.takes, connect.slots), (2, 2));
        let left = ["Already connected", "Already in another run", "Connected, needs attention", Reason::NoExchangeLicense.title()];
        let mut left = words(&left);
        left.sort();
        assert_eq!(connect.skipped, left);
        let sending = connect.sending.expect("it adds somebody");
        assert_eq!(sending, domain::sending::SendLimit::new(6, 5));
        let disconnect = review(RunKind::Disconnect, &[2, 4, 5]).await;
        assert_eq!((disconnect.takes, disconnect.slots, disconnect.seconds), (2, 0, 1));
        assert_eq!((disconnect.skipped, disconnect.sending), (words(&["Not connected"]), None));
        // Who needs attention has its slot, who was taken off needs a new one.
        let reconnect = review(RunKind::Reconnect, &[2]).await;
        assert_eq!((reconnect.takes, reconnect.slots, reconnect.sending), (1, 0, None));
    }

    async fn a_plan_that_ended_refuses_new_connections_and_nothing_else(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(100), 4).await;
        let rows = connectable(&store, &organisation).await;
        carry_out(&store, &clock, &organisation, RunKind::Connect, &rows[..2]).await;
        let ended = SlotPush { plan: PlanState::Inactive, ..plan(100, 0, 1) };
        assert!(store.push_slots(organisation.workspace, &ended).await.unwrap());
        let before = state(&store, &organisation).await;
        let refusal = store.accept_run(&organisation.ctx, &connect(&organisation, &rows[2..], "k")).await.unwrap_err();
        assert!(matches!(refusal, StoreError::PlanInactive), "{refusal}");
        assert_eq!(state(&store, &organisation).await, before);
        for kind in [RunKind::Verify, RunKind::Disconnect] {
            carry_out(&store, &clock, &organisation, kind, &rows[..2]).await;
        }
        assert_eq!(store.pools(&organisation.ctx).await.unwrap()[0].used, 0);
    }

    async fn of_several_pools_the_first_active_one_by_name_pays_and_no_other(database: TestDatabase) {
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
            let pools = store.pools(&ctx).await.unwrap();
            pools.iter().map(|pool| (pool.name.clone(), pool.used, pool.reserved)).collect::<Vec<_>>()
        };
        let expected = |used, reserved| [("a".to_owned(), 0, 0), ("b".to_owned(), used, reserved), ("c".to_owned(), 0, 0)];
        let new = NewRun { delegation, kind: RunKind::Connect, rows: &[1, 2, 3].map(RowNo), key: None };
        store.accept_run(&ctx, &new).await.unwrap();
        assert_eq!(held().await, expected(0, 3));
        let lease = claim(&store).await;
        let items = store.work(&lease, 10).await.unwrap().items;
        store.settle(&lease, &[Settled { mailbox: items[0].mailbox, fate: Fate::Done }]).await.unwrap();
        assert_eq!(held().await, expected(1, 2));
        // That another plan has ended, or is too small, is nothing to this run.
        let small = SlotPush { plan_type_id: "1".into(), ..plan(0, 9, 1) };
        assert!(store.push_slots(workspace, &small).await.unwrap());
        assert_eq!(store.work(&lease, 10).await.unwrap().over, None);
        store.finish_run(&lease, true).await.unwrap().expect("cancelled");
        assert_eq!(held().await, expected(1, 0));
        // Each is repaired by its own mailboxes.
        let by_hand = Database::connect(&database.url).await.unwrap();
        by_hand.execute_unprepared("UPDATE slot_account SET used = 4").await.unwrap();
        store.repair_slots().await.unwrap();
        assert_eq!(held().await, expected(1, 0));
    }
}
