//! Taking an organisation away: everything it held is free at once, nobody finds it, and its people are forgotten.

use domain::{
    activity::ActivityQuery, connection::Connection, delegation::DelegationState, ids::Seq, live::Change,
    run::RunKind,
};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use server::store::{
    Db, DirectoryEntry, Fate, NewRun, Recount, Settled, Since, Store, StoreError, Urgency, recount,
};

use crate::support::{
    clock::TestClock,
    on_both_databases,
    organisation::{
        Organisation, authorised, carry_out, claim, connectable, entry, organisation, rows, sync,
    },
};

const TID: &str = "11111111-2222-3333-4444-555555555555";

/// The second organisation of a workspace, with these people.
async fn second(store: &Store, people: &[DirectoryEntry]) -> Organisation {
    let first = organisation(store, Some(1_000), 6).await;
    let delegation = authorised(store, &first.ctx, TID).await;
    store.name_delegation(&first.ctx, delegation, "fabrikam.com", "ada@fabrikam.com").await.unwrap();
    sync(store, &first.ctx, delegation, people).await;
    first.of(delegation)
}

/// How many rows a question about the tables finds.
async fn found(by_hand: &DatabaseConnection, question: &str) -> i64 {
    let text = format!("SELECT COUNT(*) AS n FROM {question}");
    let row = by_hand.query_one_raw(sea_orm::Statement::from_string(by_hand.get_database_backend(), text));
    row.await.unwrap().unwrap().try_get("", "n").unwrap()
}

on_both_databases! {
    async fn what_a_removed_organisation_held_is_free_and_its_run_is_over(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let people: Vec<_> = (1..=5).map(entry).collect();
        let removed = second(&store, &people).await;
        let gone = removed.delegation;
        let mailboxes = connectable(&store, &removed).await;
        carry_out(&store, &clock, &removed, RunKind::Connect, &mailboxes[..2]).await;
        // A second run is in somebody's hands.
        let new = NewRun { delegation: gone, kind: RunKind::Connect, rows: &mailboxes[2..], key: None };
        store.accept_run(&removed.ctx, &new).await.unwrap();
        let lease = claim(&store).await;
        let work = store.work(&lease, 10).await.unwrap().items;
        let pool = &store.pools(&removed.ctx).await.unwrap()[0];
        assert_eq!((pool.used, pool.reserved), (2, 3));
        let head = store.delegation(&removed.ctx, gone).await.unwrap().view.seq;

        assert_eq!(store.remove_delegation(&removed.ctx, gone).await.unwrap(), 2);
        let pool = &store.pools(&removed.ctx).await.unwrap()[0];
        assert_eq!((pool.used, pool.reserved), (0, 0));
        let db = Db::open_read_only(&database.url).await.unwrap();
        assert!(recount(&db).await.unwrap().iter().all(Recount::is_exact));

        // Whoever follows it hears of it, and nobody else finds it.
        let Since::Events(events) = store.events_since(&removed.ctx, gone, head).await.unwrap() else {
            panic!("no events")
        };
        let Change::Delegation(last) = events.last().unwrap().change().unwrap() else { panic!("another event") };
        assert_eq!((last.state, last.tid), (DelegationState::Removing, None));
        assert_eq!(store.delegations(&removed.ctx).await.unwrap().len(), 1);
        assert!(matches!(store.snapshot(&removed.ctx, gone).await, Err(StoreError::NotFound)));
        let again = NewRun { delegation: gone, kind: RunKind::Connect, rows: &mailboxes[..1], key: None };
        assert!(matches!(store.accept_run(&removed.ctx, &again).await, Err(StoreError::NotFound)));
        assert!(matches!(store.remove_delegation(&removed.ctx, gone).await, Err(StoreError::NotFound)));

        // The answers that still come are nobody's any more.
        let results: Vec<Settled> =
            work.iter().map(|item| Settled { mailbox: item.mailbox, fate: Fate::Done }).collect();
        assert!(matches!(store.settle(&lease, &results).await, Err(StoreError::NotFound)));
        assert!(store.claim_run("another", Urgency::Any).await.unwrap().is_none());
        let entries = store.activity(&removed.ctx, &ActivityQuery::default(), 10).await.unwrap().entries;
        assert_eq!(entries[0].words(), "Removed an organisation");
    }

    async fn its_people_are_forgotten_and_the_tenant_can_be_linked_again(database: TestDatabase) {
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
        carry_out(&store, &clock, &removed, RunKind::Connect, &mailboxes[..20]).await;
        let head = store.delegation(&removed.ctx, gone).await.unwrap().view.seq;
        store.remove_delegation(&removed.ctx, gone).await.unwrap();

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
        // Whoever did not hear of it in time is told to load everything again, and finds nothing.
        assert!(matches!(store.events_since(&removed.ctx, gone, head).await, Ok(Since::Reset { .. })));

        // Others are as they were.
        let first = store.delegations(&removed.ctx).await.unwrap().remove(0).id;
        let other = removed.of(first);
        let still = connectable(&store, &other).await;
        for row in rows(&store, &other, &still).await {
            assert!(row.name.starts_with("Person") && row.connection == Connection::Available);
        }
        let again = authorised(&store, &other.ctx, TID).await;
        assert_ne!(again, gone);
        assert!(store.delegation(&other.ctx, again).await.unwrap().view.seq > Seq(0));
    }
}
