//! Slot accounts that were changed by hand are found and repaired; others are not touched.

use domain::{activity::ActivityQuery, connection::Connection, live::Change, run::RunKind};
use sea_orm::{ConnectionTrait, Database};
use store::{Db, NewPool, NewRun, Since, SlotPush, StoreError, recount};

use store_testing::{
    clock::TestClock,
    on_both_databases,
    organisation::{arrival, complete_run, connectable, organisation, plan, rows},
};

on_both_databases! {
    async fn a_wrong_account_is_found_and_repaired(database: TestDatabase) {
        let store = database.store().await;
        let exact = organisation(&store, Some(10), 3).await;
        let wrong = organisation(&store, Some(10), 5).await;
        let rows = connectable(&store, &wrong).await;
        for rows in [&rows[..2], &rows[2..4]] {
            let new = NewRun { delegation: wrong.delegation, kind: RunKind::Connect, rows, key: None };
            store.runs(&wrong.ctx).accept_run(&new).await.unwrap();
        }
        // By hand: a finished run with mailboxes that are still reserved for it, and a wrong counter.
        let by_hand = Database::connect(&database.url).await.unwrap();
        let run = store.runs(&wrong.ctx).list(wrong.delegation, 10).await.unwrap().remove(0).id;
        let id = match database.url.starts_with("sqlite") {
            true => format!("X'{}'", run.0.simple()),
            false => format!("'{run}'"),
        };
        by_hand.execute_unprepared(&format!("UPDATE run SET finished_at = 1 WHERE id = {id}")).await.unwrap();
        by_hand.execute_unprepared("UPDATE slot_account SET used = 7 WHERE reserved = 4").await.unwrap();
        let before = store.mailboxes(&exact.ctx).snapshot(exact.delegation).await.unwrap().delegation.seq;

        let db = Db::open_read_only(&database.url).await.unwrap();
        let errors: Vec<_> = recount(&db).await.unwrap().into_iter().filter(|pool| !pool.is_exact()).collect();
        assert_eq!(errors.len(), 1);
        assert_eq!((errors[0].account, errors[0].rows, errors[0].stranded), ((7, 4), (0, 4), 2));

        assert_eq!(store.repair_slots().await.unwrap(), errors);
        assert!(recount(&db).await.unwrap().iter().all(store::Recount::is_exact));
        let snapshot = store.mailboxes(&wrong.ctx).snapshot(wrong.delegation).await.unwrap();
        assert_eq!((snapshot.pools[0].used, snapshot.pools[0].reserved, snapshot.counts.connecting), (0, 2, 2));
        let connections: Vec<_> = store.mailboxes(&wrong.ctx).rows(wrong.delegation, &rows).await.unwrap().iter().map(|row| (row.connection, row.busy)).collect();
        assert_eq!(connections.iter().filter(|now| **now == (Connection::Available, false)).count(), 3);
        assert_eq!(connections.iter().filter(|now| **now == (Connection::Queued, true)).count(), 2);

        assert!(store.repair_slots().await.unwrap().is_empty(), "the second repair finds no error");
        assert_eq!(store.mailboxes(&exact.ctx).snapshot(exact.delegation).await.unwrap().delegation.seq, before);
    }

    async fn a_repair_restores_former_states_and_writes_events_and_the_audit_log(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let (wrong, other) = (organisation(&store, Some(10), 4).await, organisation(&store, Some(10), 2).await);
        let all = connectable(&store, &wrong).await;
        complete_run(&store, &clock, &wrong, RunKind::Connect, &all[..2]).await;
        complete_run(&store, &clock, &wrong, RunKind::Disconnect, &all[..2]).await;
        let new = NewRun { delegation: wrong.delegation, kind: RunKind::Connect, rows: &all, key: None };
        store.runs(&wrong.ctx).accept_run(&new).await.unwrap();
        let elsewhere = connectable(&store, &other).await;
        let new = NewRun { delegation: other.delegation, rows: &elsewhere, ..new };
        store.runs(&other.ctx).accept_run(&new).await.unwrap();
        let untouched = async || format!("{:?}", store.mailboxes(&other.ctx).snapshot(other.delegation).await.unwrap());
        let before = untouched().await;
        let by_hand = Database::connect(&database.url).await.unwrap();
        let run = store.runs(&wrong.ctx).list(wrong.delegation, 1).await.unwrap().remove(0).id;
        let id = match database.url.starts_with("sqlite") {
            true => format!("X'{}'", run.0.simple()),
            false => format!("'{run}'"),
        };
        by_hand.execute_unprepared(&format!("UPDATE run SET finished_at = 1 WHERE id = {id}")).await.unwrap();
        let since = store.delegations(&wrong.ctx).delegation(wrong.delegation).await.unwrap().view.seq;

        let found = store.repair_slots().await.unwrap();
        assert_eq!(found.iter().map(|pool| (pool.account, pool.rows, pool.stranded)).collect::<Vec<_>>(), [((0, 4), (0, 4), 4)]);
        let now = rows(&store, &wrong, &all).await;
        let (disconnected, new) = ((Connection::Disconnected, None, false), (Connection::Available, None, false));
        assert_eq!(now.iter().map(|row| (row.connection, row.reason, row.busy)).collect::<Vec<_>>(), [disconnected, disconnected, new, new]);
        let snapshot = store.mailboxes(&wrong.ctx).snapshot(wrong.delegation).await.unwrap();
        assert_eq!((snapshot.pools[0].used, snapshot.pools[0].reserved), (0, 0));
        // The log reports the changes.
        let Since::Events(events) = store.delegations(&wrong.ctx).events_since(wrong.delegation, since).await.unwrap() else {
            panic!("no events")
        };
        let (mut logged, mut counts, mut pools) = (Vec::new(), None, None);
        for change in events.iter().map(|event| event.change().unwrap()) {
            match change {
                Change::Mailbox(row) => logged.push(*row),
                Change::Counts(now) => counts = Some(now),
                Change::Slots(now) => pools = Some(now),
                other => panic!("{other:?}"),
            }
        }
        logged.sort_by_key(|row| row.row);
        assert_eq!((logged, counts, pools), (now, Some(snapshot.counts), Some(snapshot.pools)));
        let log = store.activity(&wrong.ctx).page(&ActivityQuery::default(), 100).await.unwrap().entries;
        assert_eq!(log.iter().filter(|entry| entry.what == "slots.repair").count(), 1);
        assert_eq!(untouched().await, before);
        assert!(store.repair_slots().await.unwrap().is_empty());
        // The mailboxes can be connected again.
        let new = NewRun { delegation: wrong.delegation, kind: RunKind::Connect, rows: &all, key: None };
        assert_eq!(store.runs(&wrong.ctx).accept_run(&new).await.unwrap().counts.skipped, 0);
    }

    async fn all_pools_of_a_workspace_are_repaired_with_one_audit_entry(database: TestDatabase) {
        let store = database.store().await;
        let pool = |id: &str| NewPool { plan_type_id: id.into(), name: id.into(), limit: Some(5), used_elsewhere: 1 };
        let (workspace, owner) = store.create_workspace("Contoso", "Olga", &[pool("b"), pool("a")]).await.unwrap();
        let link = store.create_enter_link(workspace, owner).await.unwrap();
        let ctx = store.session(&store.enter(&link, arrival()).await.unwrap()).await.unwrap().expect("a session").ctx;
        let by_hand = Database::connect(&database.url).await.unwrap();
        by_hand.execute_unprepared("UPDATE slot_account SET used = 2, reserved = 3").await.unwrap();
        let found: Vec<_> = store.repair_slots().await.unwrap().into_iter().map(|pool| (pool.plan_type_id, pool.account)).collect();
        assert_eq!(found, [("a".to_owned(), (2, 3)), ("b".to_owned(), (2, 3))]);
        let pools = store.slots(&ctx).pools().await.unwrap();
        let seen: Vec<_> = pools.iter().map(|pool| (pool.name.as_str(), pool.used, pool.reserved, pool.used_elsewhere)).collect();
        assert_eq!(seen, [("a", 0, 0, 1), ("b", 0, 0, 1)]);
        // A statement of the host about one pool does not change the other.
        let statement = SlotPush { plan_type_id: "b".into(), ..plan(9, 4, 1) };
        assert!(store.push_slots(workspace, &statement).await.unwrap());
        let limits: Vec<_> = store.slots(&ctx).pools().await.unwrap().iter().map(|pool| (pool.limit, pool.used_elsewhere)).collect();
        assert_eq!(limits, [(Some(5), 1), (Some(9), 4)]);
        let unknown = SlotPush { plan_type_id: "c".into(), ..plan(9, 4, 1) };
        assert!(matches!(store.push_slots(workspace, &unknown).await, Err(StoreError::NotFound)));
        let log = store.activity(&ctx).page(&ActivityQuery::default(), 100).await.unwrap().entries;
        assert_eq!(log.iter().filter(|entry| entry.what == "slots.repair").count(), 1);
    }
}
