//! Keeping mailboxes out, taking that back at once and later, and what a sync makes of them.

use domain::{
    Reason,
    connection::Connection,
    ids::{ExclusionId, RowNo},
    list::{ListQuery, Tab},
    live::Change,
    mailbox::MailboxRow,
    run::RunKind,
    undo::{UNDO, Whom},
};
use sea_orm::{ConnectionTrait, Database};
use server::{
    sources::Sources,
    store::{DirectoryEntry, Fate, NewExclusion, NewRun, Settled, Since, Store, StoreError},
};
use tokio::spawn;

use super::races::{clear, exact, pair, rounds};
use crate::support::{
    clock::TestClock,
    database::TestDatabase,
    on_both_databases,
    organisation::{Organisation, carry_out, claim, connectable, entry, organisation, rows, sync},
};

fn fresh() -> ExclusionId {
    ExclusionId(Sources::system().id())
}

fn exclusion<'a>(organisation: &Organisation, id: ExclusionId, whom: &'a Whom) -> NewExclusion<'a> {
    NewExclusion { id, delegation: organisation.delegation, whom }
}

/// Two available, two failed, two disconnected, one connected: seven rows.
async fn mixed(store: &Store, clock: &TestClock) -> (Organisation, Vec<RowNo>) {
    let organisation = organisation(store, Some(30), 7).await;
    let all = connectable(store, &organisation).await;
    let new =
        NewRun { delegation: organisation.delegation, kind: RunKind::Connect, rows: &all[2..4], key: None };
    store.accept_run(&organisation.ctx, &new).await.unwrap();
    let lease = claim(store).await;
    let failed: Vec<Settled> = store
        .work(&lease, 10)
        .await
        .unwrap()
        .items
        .iter()
        .map(|item| Settled { mailbox: item.mailbox, fate: Fate::Failed(Reason::OutOfScope) })
        .collect();
    store.settle(&lease, &failed).await.unwrap();
    store.finish_run(&lease, false).await.unwrap();
    carry_out(store, clock, &organisation, RunKind::Connect, &all[4..]).await;
    carry_out(store, clock, &organisation, RunKind::Disconnect, &all[4..6]).await;
    (organisation, all)
}

async fn states(
    store: &Store,
    organisation: &Organisation,
    numbers: &[RowNo],
) -> Vec<(Connection, Option<Reason>)> {
    rows(store, organisation, numbers).await.into_iter().map(|row| (row.connection, row.reason)).collect()
}

async fn audited(database: &TestDatabase, what: &str) -> i64 {
    let on = Database::connect(&database.url).await.unwrap();
    let text = format!("SELECT COUNT(*) AS n FROM audit WHERE what = '{what}'");
    let found =
        on.query_one_raw(sea_orm::Statement::from_string(on.get_database_backend(), text)).await.unwrap();
    found.unwrap().try_get("", "n").unwrap()
}

on_both_databases! {
    async fn whoever_holds_no_slot_is_kept_out_and_undo_puts_everybody_back_exactly(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let (organisation, all) = mixed(&store, &clock).await;
        let before = states(&store, &organisation, &all).await;
        assert_eq!(before[2], (Connection::Failed, Some(Reason::OutOfScope)));
        assert_eq!(before[4], (Connection::Disconnected, None));
        let since = store.delegation(&organisation.ctx, organisation.delegation).await.unwrap().view.seq;
        let (id, whom) = (fresh(), Whom::Rows(all.clone()));
        let done = store.exclude(&organisation.ctx, &exclusion(&organisation, id, &whom)).await.unwrap();
        assert_eq!((done.excluded, done.left), (6, 1));
        let after = states(&store, &organisation, &all).await;
        assert!(after[..6].iter().all(|state| *state == (Connection::Excluded, None)), "{after:?}");
        assert_eq!(after[6], before[6]);
        exact(&store, &database, &organisation, (1, 0)).await;
        // An event each, with the state that the table has, and one line in the audit log.
        let Since::Events(events) = store.events_since(&organisation.ctx, organisation.delegation, since).await.unwrap()
        else { panic!("no events") };
        let now = rows(&store, &organisation, &all).await;
        let changes = events.iter().map(|event| event.change().unwrap());
        let told: Vec<MailboxRow> =
            changes.filter_map(|c| if let Change::Mailbox(row) = c { Some(*row) } else { None }).collect();
        assert_eq!(told.len(), 6);
        assert!(told.iter().all(|row| now.contains(row)));
        assert_eq!(audited(&database, "mailbox.exclude").await, 1);
        // Twice is once.
        assert_eq!(store.exclude(&organisation.ctx, &exclusion(&organisation, id, &whom)).await.unwrap(), done);
        let other = store.exclude(&organisation.ctx, &exclusion(&organisation, fresh(), &whom)).await.unwrap();
        assert_eq!((other.excluded, other.left), (0, 7));
        assert_eq!(audited(&database, "mailbox.exclude").await, 1);

        clock.put_forward(UNDO);
        assert_eq!(store.undo_exclusion(&organisation.ctx, organisation.delegation, id).await.unwrap(), 6);
        assert_eq!(states(&store, &organisation, &all).await, before);
        assert_eq!(store.undo_exclusion(&organisation.ctx, organisation.delegation, id).await.unwrap(), 0);
        assert_eq!(audited(&database, "mailbox.exclude.undo").await, 1);
    }

    async fn kept_out_they_are_listed_and_findable_and_never_connectable(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 5).await;
        let all = connectable(&store, &organisation).await;
        let whom = Whom::Rows(all[..2].to_vec());
        store.exclude(&organisation.ctx, &exclusion(&organisation, fresh(), &whom)).await.unwrap();
        for (tab, listed) in [(Tab::Cannot, 2), (Tab::All, 5), (Tab::Available, 3)] {
            let spine = store.spine(&organisation.ctx, organisation.delegation, &ListQuery { tab, ..ListQuery::default() }).await.unwrap();
            assert_eq!(spine.order.len(), listed, "{tab:?}");
            assert!(spine.connectable.iter().all(|row| !all[..2].contains(row)));
            assert_eq!(spine.excluded.len(), if tab == Tab::Available { 0 } else { 2 });
        }
        let search = ListQuery { tab: Tab::All, search: "person 00001".into(), ..ListQuery::default() };
        assert_eq!(store.spine(&organisation.ctx, organisation.delegation, &search).await.unwrap().excluded, vec![all[0]]);
        let connect = NewRun { delegation: organisation.delegation, kind: RunKind::Connect, rows: &all, key: None };
        let run = store.accept_run(&organisation.ctx, &connect).await.unwrap();
        assert_eq!((run.counts.total, run.counts.skipped), (5, 2));
    }

    async fn a_sync_lets_them_be_and_include_brings_them_to_where_the_directory_says(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let (organisation, all) = mixed(&store, &clock).await;
        let (id, whom) = (fresh(), Whom::Rows(all[..6].to_vec()));
        store.exclude(&organisation.ctx, &exclusion(&organisation, id, &whom)).await.unwrap();
        // The second loses its licence, the fourth leaves and comes back.
        let people: Vec<DirectoryEntry> = (1..=7).map(entry).collect();
        let mut unlicensed = people.clone();
        unlicensed[1].obstacle = Some(Reason::NoExchangeLicense);
        let mut one_left = unlicensed.clone();
        one_left.remove(3);
        sync(&store, &organisation.ctx, organisation.delegation, &one_left).await;
        assert_eq!(states(&store, &organisation, &all[3..4]).await[0].0, Connection::Removed);
        sync(&store, &organisation.ctx, organisation.delegation, &unlicensed).await;
        let now = states(&store, &organisation, &all[..6]).await;
        assert!(now.iter().all(|state| *state == (Connection::Excluded, None)), "{now:?}");
        clock.put_forward(2 * UNDO);
        let late = store.undo_exclusion(&organisation.ctx, organisation.delegation, id).await;
        assert!(matches!(late, Err(StoreError::ExcludedForGood)), "{late:?}");
        assert_eq!(store.include(&organisation.ctx, organisation.delegation, &whom).await.unwrap(), 6);
        assert_eq!(
            states(&store, &organisation, &all[..6]).await,
            vec![
                (Connection::Available, None),
                (Connection::Ineligible, Some(Reason::NoExchangeLicense)),
                (Connection::Available, None),
                (Connection::Available, None),
                (Connection::Disconnected, None),
                (Connection::Disconnected, None),
            ]
        );
        assert_eq!(store.include(&organisation.ctx, organisation.delegation, &whom).await.unwrap(), 0);
    }

    async fn undo_after_a_sync_believes_the_directory(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 3).await;
        let all = connectable(&store, &organisation).await;
        let (id, whom) = (fresh(), Whom::Rows(all.clone()));
        store.exclude(&organisation.ctx, &exclusion(&organisation, id, &whom)).await.unwrap();
        let mut people: Vec<DirectoryEntry> = (1..=3).map(entry).collect();
        people[0].obstacle = Some(Reason::MailboxOnPremises);
        people.pop();
        sync(&store, &organisation.ctx, organisation.delegation, &people).await;
        assert_eq!(store.undo_exclusion(&organisation.ctx, organisation.delegation, id).await.unwrap(), 3);
        let expected = [(Connection::Ineligible, Some(Reason::MailboxOnPremises)), (Connection::Available, None), (Connection::Removed, None)];
        assert_eq!(states(&store, &organisation, &all).await, expected);
        // Undone for good: who comes back is not kept out.
        sync(&store, &organisation.ctx, organisation.delegation, &(1..=3).map(entry).collect::<Vec<_>>()).await;
        assert!(states(&store, &organisation, &all).await.iter().all(|state| *state == (Connection::Available, None)));
    }

    async fn everybody_who_matches_is_kept_out_however_many(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 2_300).await;
        let all = connectable(&store, &organisation).await;
        let (id, whom) = (fresh(), Whom::Matching(ListQuery { search: "person 0".into(), ..ListQuery::default() }));
        let done = store.exclude(&organisation.ctx, &exclusion(&organisation, id, &whom)).await.unwrap();
        assert_eq!((done.excluded, done.left), (2_300, 0));
        assert_eq!(store.snapshot(&organisation.ctx, organisation.delegation).await.unwrap().counts.cannot, 2_300);
        assert_eq!(store.undo_exclusion(&organisation.ctx, organisation.delegation, id).await.unwrap(), 2_300);
        assert_eq!(connectable(&store, &organisation).await, all);
        store.exclude(&organisation.ctx, &exclusion(&organisation, fresh(), &whom)).await.unwrap();
        let cannot = Whom::Matching(ListQuery { tab: Tab::Cannot, ..ListQuery::default() });
        assert_eq!(store.include(&organisation.ctx, organisation.delegation, &cannot).await.unwrap(), 2_300);
        let too_many = Whom::Rows(all[..1_001].to_vec());
        let refusal = store.exclude(&organisation.ctx, &exclusion(&organisation, fresh(), &too_many)).await;
        assert!(matches!(refusal, Err(StoreError::TooMany { requested: 1_001, limit: 1_000 })), "{refusal:?}");
        let missing = Whom::Rows(vec![RowNo(1), RowNo(9_999)]);
        let refusal = store.exclude(&organisation.ctx, &exclusion(&organisation, fresh(), &missing)).await;
        assert!(matches!(refusal, Err(StoreError::NotFound)), "{refusal:?}");
        assert_eq!(connectable(&store, &organisation).await.len(), 2_300);
    }

    async fn excluding_and_connecting_the_same_at_the_same_moment_each_mailbox_goes_one_way(database: TestDatabase) {
        let (one, other) = pair(&database).await;
        let (mut excluded, mut connecting) = (0, 0);
        for round in 0..rounds() {
            let organisation = organisation(&one, Some(30), 12).await;
            let all = connectable(&one, &organisation).await;
            let exclude = |store: Store| {
                let (ctx, delegation, whom) = (organisation.ctx.clone(), organisation.delegation, Whom::Rows(all[..8].to_vec()));
                spawn(async move { store.exclude(&ctx, &NewExclusion { id: fresh(), delegation, whom: &whom }).await })
            };
            let connect = |store: Store| {
                let (ctx, delegation, rows) = (organisation.ctx.clone(), organisation.delegation, all[4..].to_vec());
                spawn(async move { store.accept_run(&ctx, &NewRun { delegation, kind: RunKind::Connect, rows: &rows, key: None }).await })
            };
            let (excluding, accepting) = if round % 2 == 0 {
                let first = exclude(one.clone());
                (first, connect(other.clone()))
            } else {
                let first = connect(other.clone());
                (exclude(one.clone()), first)
            };
            let (exclusion, run) = (excluding.await.unwrap().unwrap(), accepting.await.unwrap().unwrap());
            let taken = run.counts.total - run.counts.skipped;
            assert_eq!(exclusion.excluded + taken, 12);
            let both = states(&one, &organisation, &all[4..8]).await;
            if exclusion.excluded == 8 {
                excluded += 1;
                assert!(both.iter().all(|state| state.0 == Connection::Excluded), "{both:?}");
            } else {
                connecting += 1;
                assert!(both.iter().all(|state| state.0 == Connection::Queued), "{both:?}");
            }
            exact(&one, &database, &organisation, (0, taken)).await;
            clear(&one).await;
        }
        println!("excluded first {excluded} times, connecting first {connecting} times");
    }
}
