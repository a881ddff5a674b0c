//! Accounts that somebody has spoilt are found and put right, and nothing else is touched.

use domain::{connection::Connection, run::RunKind};
use sea_orm::{ConnectionTrait, Database};
use server::store::{Db, NewRun, recount};

use crate::support::{
    on_both_databases,
    organisation::{connectable, organisation},
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
}
