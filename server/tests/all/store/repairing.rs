//! Accounts that somebody has spoilt are found and put right, and nothing else is touched.

use domain::{activity::ActivityQuery, connection::Connection, live::Change, run::RunKind};
use sea_orm::{ConnectionTrait, Database};
use server::store::{Db, NewPool, NewRun, Since, SlotPush, StoreError, recount};

use crate::support::{
    clock::TestClock,
    on_both_databases,
    organisation::{arrival, carry_out, connectable, organisation, plan, rows},
};

on_both_databases! {
    async fn a_spoilt_account_is_found_and_put_right(database: TestDatabase) {
        let store = database.store().await;
        let sound = organisation(&store, Some(10), 3).await;
        let spoilt = organisation(&store, Some(10), 5).await;
        let rows = connectable(&store, &spoilt).await;
        for rows in [&rows[..2], &rows[2..4]] {
            let new = NewRun { delegation: spoilt.delegation, kind: RunKind::Connect, rows, key: None };
            store.accept_run(&spoilt.ctx, &new).await.unwrap();
        }
        // By hand: a run that is over, mailboxes that are still reserved for it, and counters from nowhere.
        let by_hand = Database::connect(&database.url).await.unwrap();
        let run = store.runs(&spoilt.ctx, spoilt.delegation, 10).await.unwrap().remove(0).id;
        let id = match database.url.starts_with("sqlite") {
            true => format!("X'{}'", run.0.simple()),
            false => format!("'{run}'"),
        };
        by_hand.execute_unprepared(&format!("UPDATE run SET finished_at = 1 WHERE id = {id}")).await.unwrap();
        by_hand.execute_unprepared("UPDATE slot_account SET used = 7 WHERE reserved = 4").await.unwrap();
        let before = store.snapshot(&sound.ctx, sound.delegation).await.unwrap().delegation.seq;

        let db = Db::open_read_only(&database.url).await.unwrap();
        let off: Vec<_> = recount(&db).await.unwrap().into_iter().filter(|pool| !pool.is_exact()).collect();
        assert_eq!(off.len(), 1);
        assert_eq!((off[0].account, off[0].rows, off[0].stranded), ((7, 4), (0, 4), 2));

        assert_eq!(store.repair_slots().await.unwrap(), off);
        assert!(recount(&db).await.unwrap().iter().all(server::store::Recount::is_exact));
        let snapshot = store.snapshot(&spoilt.ctx, spoilt.delegation).await.unwrap();
        assert_eq!((snapshot.pools[0].used, snapshot.pools[0].reserved, snapshot.counts.connecting), (0, 2, 2));
        let connections: Vec<_> = store.rows(&spoilt.ctx, spoilt.delegation, &rows).await.unwrap().iter().map(|row| (row.connection, row.busy)).collect();
        assert_eq!(connections.iter().filter(|now| **now == (Connection::Available, false)).count(), 3);
        assert_eq!(connections.iter().filter(|now| **now == (Connection::Queued, true)).count(), 2);

        assert!(store.repair_slots().await.unwrap().is_empty(), "the second time nothing is off");
        assert_eq!(store.snapshot(&sound.ctx, sound.delegation).await.unwrap().delegation.seq, before);
    }

    async fn a_repair_puts_mailboxes_where_they_came_from_tells_it_and_is_in_the_audit_log(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let (spoilt, other) = (organisation(&store, Some(10), 4).await, organisation(&store, Some(10), 2).await);
        let all = connectable(&store, &spoilt).await;
        carry_out(&store, &clock, &spoilt, RunKind::Connect, &all[..2]).await;
        carry_out(&store, &clock, &spoilt, RunKind::Disconnect, &all[..2]).await;
        let new = NewRun { delegation: spoilt.delegation, kind: RunKind::Connect, rows: &all, key: None };
        store.accept_run(&spoilt.ctx, &new).await.unwrap();
        let elsewhere = connectable(&store, &other).await;
        let new = NewRun { delegation: other.delegation, rows: &elsewhere, ..new };
        store.accept_run(&other.ctx, &new).await.unwrap();
        let untouched = async || format!("{:?}", store.snapshot(&other.ctx, other.delegation).await.unwrap());
        let before = untouched().await;
        let by_hand = Database::connect(&database.url).await.unwrap();
        let run = store.runs(&spoilt.ctx, spoilt.delegation, 1).await.unwrap().remove(0).id;
        let id = match database.url.starts_with("sqlite") {
            true => format!("X'{}'", run.0.simple()),
            false => format!("'{run}'"),
        };
        by_hand.execute_unprepared(&format!("UPDATE run SET finished_at = 1 WHERE id = {id}")).await.unwrap();
        let since = store.delegation(&spoilt.ctx, spoilt.delegation).await.unwrap().view.seq;

        let found = store.repair_slots().await.unwrap();
        assert_eq!(found.iter().map(|pool| (pool.account, pool.rows, pool.stranded)).collect::<Vec<_>>(), [((0, 4), (0, 4), 4)]);
        let now = rows(&store, &spoilt, &all).await;
        let (taken_off, new) = ((Connection::Disconnected, None, false), (Connection::Available, None, false));
        assert_eq!(now.iter().map(|row| (row.connection, row.reason, row.busy)).collect::<Vec<_>>(), [taken_off, taken_off, new, new]);
        let snapshot = store.snapshot(&spoilt.ctx, spoilt.delegation).await.unwrap();
        assert_eq!((snapshot.pools[0].used, snapshot.pools[0].reserved), (0, 0));
        // The pages hear of it.
        let Since::Events(events) = store.events_since(&spoilt.ctx, spoilt.delegation, since).await.unwrap() else {
            panic!("no events")
        };
        let (mut told, mut counts, mut pools) = (Vec::new(), None, None);
        for change in events.iter().map(|event| event.change().unwrap()) {
            match change {
                Change::Mailbox(row) => told.push(*row),
                Change::Counts(now) => counts = Some(now),
                Change::Slots(now) => pools = Some(now),
                other => panic!("{other:?}"),
            }
        }
        told.sort_by_key(|row| row.row);
        assert_eq!((told, counts, pools), (now, Some(snapshot.counts), Some(snapshot.pools)));
        let log = store.activity(&spoilt.ctx, &ActivityQuery::default(), 100).await.unwrap().entries;
        assert_eq!(log.iter().filter(|entry| entry.what == "slots.repair").count(), 1);
        assert_eq!(untouched().await, before);
        assert!(store.repair_slots().await.unwrap().is_empty());
        // They can be connected as ever.
        let new = NewRun { delegation: spoilt.delegation, kind: RunKind::Connect, rows: &all, key: None };
        assert_eq!(store.accept_run(&spoilt.ctx, &new).await.unwrap().counts.skipped, 0);
    }

    async fn each_of_several_pools_is_counted_and_repaired_and_its_workspace_once(database: TestDatabase) {
        let store = database.store().await;
        let pool = |id: &str| NewPool { plan_type_id: id.into(), name: id.into(), limit: Some(5), used_elsewhere: 1 };
        let (workspace, owner) = store.create_workspace("Contoso", "Olga", &[pool("b"), pool("a")]).await.unwrap();
        let link = store.create_enter_link(workspace, owner).await.unwrap();
        let ctx = store.session(&store.enter(&link, arrival()).await.unwrap()).await.unwrap().expect("a session").ctx;
        let by_hand = Database::connect(&database.url).await.unwrap();
        by_hand.execute_unprepared("UPDATE slot_account SET used = 2, reserved = 3").await.unwrap();
        let found: Vec<_> = store.repair_slots().await.unwrap().into_iter().map(|pool| (pool.plan_type_id, pool.account)).collect();
        assert_eq!(found, [("a".to_owned(), (2, 3)), ("b".to_owned(), (2, 3))]);
        let pools = store.pools(&ctx).await.unwrap();
        let seen: Vec<_> = pools.iter().map(|pool| (pool.name.as_str(), pool.used, pool.reserved, pool.used_elsewhere)).collect();
        assert_eq!(seen, [("a", 0, 0, 1), ("b", 0, 0, 1)]);
        // The host's word on one is no word on the other.
        let word = SlotPush { plan_type_id: "b".into(), ..plan(9, 4, 1) };
        assert!(store.push_slots(workspace, &word).await.unwrap());
        let limits: Vec<_> = store.pools(&ctx).await.unwrap().iter().map(|pool| (pool.limit, pool.used_elsewhere)).collect();
        assert_eq!(limits, [(Some(5), 1), (Some(9), 4)]);
        let unknown = SlotPush { plan_type_id: "c".into(), ..plan(9, 4, 1) };
        assert!(matches!(store.push_slots(workspace, &unknown).await, Err(StoreError::NotFound)));
        let log = store.activity(&ctx, &ActivityQuery::default(), 100).await.unwrap().entries;
        assert_eq!(log.iter().filter(|entry| entry.what == "slots.repair").count(), 1);
    }
}
