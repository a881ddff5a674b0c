//! Removing an organisation: its slots are free at once, reads do not find it, and its personal data is deleted.

use domain::{
    activity::ActivityQuery, connection::Connection, delegation::DelegationState, ids::Seq, live::Change,
    run::RunKind,
};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};
use store::{
    Db, DirectoryEntry, ItemOutcome, ItemResult, NewRun, Recount, Since, Store, StoreError, Urgency, recount,
};

use store_testing::{
    clock::TestClock,
    on_both_databases,
    organisation::{
        Organisation, authorised, claim, complete_run, connectable, entry, organisation, rows, sync,
    },
};

const TID: &str = "11111111-2222-3333-4444-555555555555";

/// The second organisation of a workspace, with these people.
async fn second(store: &Store, people: &[DirectoryEntry]) -> Organisation {
    let first = organisation(store, Some(1_000), 6).await;
    let delegation = authorised(store, &first.ctx, TID).await;
    store
        .delegations(&first.ctx)
        .name_delegation(delegation, "fabrikam.com", "ada@fabrikam.com")
        .await
        .unwrap();
    sync(store, &first.ctx, delegation, people).await;
    first.of(delegation)
}

/// Counts the rows of a table with a condition.
async fn found(by_hand: &DatabaseConnection, source: &str) -> i64 {
    let text = format!("SELECT COUNT(*) AS n FROM {source}");
    let row = by_hand.query_one_raw(sea_orm::Statement::from_string(by_hand.get_database_backend(), text));
    row.await.unwrap().unwrap().try_get("", "n").unwrap()
}

/// The names of a table's text columns.
async fn text_columns(by_hand: &DatabaseConnection, table: &str) -> Vec<String> {
    let backend = by_hand.get_database_backend();
    let text = match backend {
        DbBackend::Sqlite => {
            format!("SELECT name FROM pragma_table_info('{table}') WHERE lower(type) = 'text'")
        }
        _ => format!(
            "SELECT column_name AS name FROM information_schema.columns WHERE table_schema = current_schema() \
             AND table_name = '{table}' AND data_type = 'text'"
        ),
    };
    let rows = by_hand.query_all_raw(Statement::from_string(backend, text)).await.unwrap();
    rows.iter().map(|row| row.try_get("", "name").unwrap()).collect()
}

on_both_databases! {
    async fn removing_an_organisation_frees_its_slots_and_ends_its_runs(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let people: Vec<_> = (1..=5).map(entry).collect();
        let removed = second(&store, &people).await;
        let gone = removed.delegation;
        let mailboxes = connectable(&store, &removed).await;
        complete_run(&store, &clock, &removed, RunKind::Connect, &mailboxes[..2]).await;
        // A second run is leased.
        let new = NewRun { delegation: gone, kind: RunKind::Connect, rows: &mailboxes[2..], key: None };
        store.runs(&removed.ctx).accept_run(&new).await.unwrap();
        let lease = claim(&store).await;
        let work = store.leased(&lease).work(10).await.unwrap().items;
        let pool = &store.slots(&removed.ctx).pools().await.unwrap()[0];
        assert_eq!((pool.used, pool.reserved), (2, 3));
        let head = store.delegations(&removed.ctx).delegation(gone).await.unwrap().view.seq;

        assert_eq!(store.delegations(&removed.ctx).remove_delegation(gone).await.unwrap(), 2);
        let pool = &store.slots(&removed.ctx).pools().await.unwrap()[0];
        assert_eq!((pool.used, pool.reserved), (0, 0));
        let db = Db::open_read_only(&database.url).await.unwrap();
        assert!(recount(&db).await.unwrap().iter().all(Recount::is_exact));

        // Readers of its log see the removal, and other calls do not find it.
        let Since::Events(events) = store.delegations(&removed.ctx).events_since(gone, head).await.unwrap() else {
            panic!("no events")
        };
        let Change::Delegation(last) = events.last().unwrap().change().unwrap() else { panic!("another event") };
        assert_eq!((last.state, last.tid), (DelegationState::Removing, None));
        assert_eq!(store.delegations(&removed.ctx).list().await.unwrap().len(), 1);
        assert!(matches!(store.mailboxes(&removed.ctx).snapshot(gone).await, Err(StoreError::NotFound)));
        let again = NewRun { delegation: gone, kind: RunKind::Connect, rows: &mailboxes[..1], key: None };
        assert!(matches!(store.runs(&removed.ctx).accept_run(&again).await, Err(StoreError::NotFound)));
        assert!(matches!(store.delegations(&removed.ctx).remove_delegation(gone).await, Err(StoreError::NotFound)));

        // Results that arrive later are refused.
        let results: Vec<ItemResult> =
            work.iter().map(|item| ItemResult::new(item.mailbox, ItemOutcome::Done)).collect();
        assert!(matches!(store.leased(&lease).settle(&results).await, Err(StoreError::NotFound)));
        assert!(store.claim_run("another", Urgency::Any).await.unwrap().is_none());
        let entries = store.activity(&removed.ctx).page(&ActivityQuery::default(), 10).await.unwrap().entries;
        assert_eq!(entries[0].words(), "Removed an organisation");
    }

    async fn personal_data_is_deleted_and_the_tenant_can_be_linked_again(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let people: Vec<_> = (1..=700).map(|n| {
            let mut person = entry(n);
            person.name = format!("Forget {n}");
            person.address = format!("forget{n}@fabrikam.com");
            person.aliases = vec![format!("forget.{n}@fabrikam.onmicrosoft.com")];
            person.entra_id = format!("forget-{n}");
            person
        }).collect();
        let removed = second(&store, &people).await;
        let gone = removed.delegation;
        let mailboxes = connectable(&store, &removed).await;
        complete_run(&store, &clock, &removed, RunKind::Connect, &mailboxes[..20]).await;
        let head = store.delegations(&removed.ctx).delegation(gone).await.unwrap().view.seq;
        store.delegations(&removed.ctx).remove_delegation(gone).await.unwrap();

        let by_hand = Database::connect(&database.url).await.unwrap();
        let named = "mailbox WHERE name LIKE 'Forget%' OR address LIKE 'forget%' OR entra_id LIKE 'forget%' \
                     OR search_norm LIKE '%forget%' OR aliases LIKE '%forget%'";
        assert_eq!(found(&by_hand, named).await, 700);
        assert!(found(&by_hand, "event WHERE payload LIKE '%forget%'").await > 0);
        assert_eq!(store.purge_removed().await.unwrap(), 1);
        assert_eq!(found(&by_hand, named).await, 0);
        assert_eq!(found(&by_hand, "event WHERE payload LIKE '%forget%'").await, 0);
        assert_eq!(found(&by_hand, "delegation WHERE state = 'removed' AND organisation IS NULL AND tid IS NULL").await, 1);
        assert_eq!(store.purge_removed().await.unwrap(), 0);
        // A reader that did not see the removal in time must take a new snapshot, which is not found.
        assert!(matches!(store.delegations(&removed.ctx).events_since(gone, head).await, Ok(Since::Reset { .. })));

        // Other organisations have not changed.
        let first = store.delegations(&removed.ctx).list().await.unwrap().remove(0).id;
        let other = removed.of(first);
        let still = connectable(&store, &other).await;
        for row in rows(&store, &other, &still).await {
            assert!(row.name.starts_with("Person") && row.connection == Connection::Available);
        }
        let again = authorised(&store, &other.ctx, TID).await;
        assert_ne!(again, gone);
        assert!(store.delegations(&other.ctx).delegation(again).await.unwrap().view.seq > Seq(0));
    }

    async fn no_text_of_a_removed_organisation_stays_but_states(database: TestDatabase) {
        let store = database.store_at(TestClock::default().sources()).await;
        let removed = organisation(&store, Some(10), 3).await;
        store.delegations(&removed.ctx).remove_delegation(removed.delegation).await.unwrap();

        let by_hand = Database::connect(&database.url).await.unwrap();
        let mut texts = Vec::new();
        for column in text_columns(&by_hand, "mailbox").await {
            // The database itself refuses other texts than states in some columns.
            if by_hand.execute_unprepared(&format!("UPDATE mailbox SET {column} = 'secret' || row_no")).await.is_ok() {
                texts.push(column);
            }
        }
        assert!(texts.len() > 10, "{texts:?}");
        assert_eq!(store.purge_removed().await.unwrap(), 1);
        let mut left = Vec::new();
        for column in texts {
            if found(&by_hand, &format!("mailbox WHERE {column} LIKE 'secret%'")).await > 0 {
                left.push(column);
            }
        }
        left.sort_unstable();
        assert_eq!(left, ["excluded_from", "excluded_reason", "kind", "obstacle", "reason"]);
    }
}
