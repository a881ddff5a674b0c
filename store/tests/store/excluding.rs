//! Excluding mailboxes, undoing that at once, including them later, and syncs meanwhile.

use domain::{
    Reason,
    bulk::BulkKind,
    connection::Connection,
    ids::{ExclusionId, RowNumber},
    list::{ListQuery, Tab},
    live::Change,
    mailbox::MailboxRow,
    run::RunKind,
    undo::{ExclusionTarget, UNDO},
};
use sea_orm::{ConnectionTrait, Database};
use store::clock::Sources;
use store::{DirectoryEntry, ItemOutcome, ItemResult, NewExclusion, NewRun, Since, Store, StoreError};
use tokio::spawn;

use super::races::{clear, exact, pair, rounds};
use store_testing::{
    clock::TestClock,
    database::TestDatabase,
    on_both_databases,
    organisation::{Organisation, claim, complete_run, connectable, entry, organisation, rows, sync},
};

fn fresh() -> ExclusionId {
    ExclusionId(Sources::system().id())
}

fn exclusion<'a>(
    organisation: &Organisation,
    id: ExclusionId,
    target: &'a ExclusionTarget,
) -> NewExclusion<'a> {
    NewExclusion { id, delegation: organisation.delegation, target }
}

/// Two available, two failed, two disconnected, one connected: seven rows.
async fn mixed(store: &Store, clock: &TestClock) -> (Organisation, Vec<RowNumber>) {
    let organisation = organisation(store, Some(30), 7).await;
    let all = connectable(store, &organisation).await;
    let new =
        NewRun { delegation: organisation.delegation, kind: RunKind::Connect, rows: &all[2..4], key: None };
    store.runs(&organisation.ctx).accept_run(&new).await.unwrap();
    let lease = claim(store).await;
    let failed: Vec<ItemResult> = store
        .leased(&lease)
        .work(10)
        .await
        .unwrap()
        .items
        .iter()
        .map(|item| ItemResult::new(item.mailbox, ItemOutcome::Failed(Reason::OutOfScope)))
        .collect();
    store.leased(&lease).settle(&failed).await.unwrap();
    store.leased(&lease).finish_run(false).await.unwrap();
    complete_run(store, clock, &organisation, RunKind::Connect, &all[4..]).await;
    complete_run(store, clock, &organisation, RunKind::Disconnect, &all[4..6]).await;
    (organisation, all)
}

async fn states(
    store: &Store,
    organisation: &Organisation,
    numbers: &[RowNumber],
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
    async fn mailboxes_without_a_slot_are_excluded_and_an_undo_restores_all_states(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let (organisation, all) = mixed(&store, &clock).await;
        let before = states(&store, &organisation, &all).await;
        assert_eq!(before[2], (Connection::Failed, Some(Reason::OutOfScope)));
        assert_eq!(before[4], (Connection::Disconnected, None));
        let since = store.delegations(&organisation.ctx).delegation(organisation.delegation).await.unwrap().view.seq;
        let (id, target) = (fresh(), ExclusionTarget::Rows(all.clone()));
        let done = store.mailboxes(&organisation.ctx).exclude(&exclusion(&organisation, id, &target)).await.unwrap();
        assert_eq!((done.excluded, done.left), (6, 1));
        let after = states(&store, &organisation, &all).await;
        assert!(after[..6].iter().all(|state| *state == (Connection::Excluded, None)), "{after:?}");
        assert_eq!(after[6], before[6]);
        exact(&store, &database, &organisation, (1, 0)).await;
        // One event per mailbox, with the state in the table, and one entry in the audit log.
        let Since::Events(events) = store.delegations(&organisation.ctx).events_since(organisation.delegation, since).await.unwrap()
        else { panic!("no events") };
        let now = rows(&store, &organisation, &all).await;
        let changes = events.iter().map(|event| event.change().unwrap());
        let logged: Vec<MailboxRow> =
            changes.filter_map(|c| if let Change::Mailbox(row) = c { Some(*row) } else { None }).collect();
        assert_eq!(logged.len(), 6);
        assert!(logged.iter().all(|row| now.contains(row)));
        assert_eq!(audited(&database, "mailbox.exclude").await, 1);
        // Repeating the exclusion changes nothing.
        assert_eq!(store.mailboxes(&organisation.ctx).exclude(&exclusion(&organisation, id, &target)).await.unwrap(), done);
        let other = store.mailboxes(&organisation.ctx).exclude(&exclusion(&organisation, fresh(), &target)).await.unwrap();
        assert_eq!((other.excluded, other.left), (0, 7));
        assert_eq!(audited(&database, "mailbox.exclude").await, 1);

        clock.advance(UNDO);
        assert_eq!(store.mailboxes(&organisation.ctx).undo_exclusion(organisation.delegation, id).await.unwrap(), 6);
        assert_eq!(states(&store, &organisation, &all).await, before);
        assert_eq!(store.mailboxes(&organisation.ctx).undo_exclusion(organisation.delegation, id).await.unwrap(), 0);
        assert_eq!(audited(&database, "mailbox.exclude.undo").await, 1);
    }

    async fn excluded_mailboxes_are_listed_and_searchable_but_not_connectable(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 5).await;
        let all = connectable(&store, &organisation).await;
        let target = ExclusionTarget::Rows(all[..2].to_vec());
        store.mailboxes(&organisation.ctx).exclude(&exclusion(&organisation, fresh(), &target)).await.unwrap();
        for (tab, listed) in [(Tab::Excluded, 2), (Tab::Cannot, 0), (Tab::All, 5), (Tab::Available, 3)] {
            let list_order = store.mailboxes(&organisation.ctx).list_order(organisation.delegation, &ListQuery { tab, ..ListQuery::default() }).await.unwrap();
            assert_eq!(list_order.order.len(), listed, "{tab:?}");
            assert!(list_order.connectable.iter().all(|row| !all[..2].contains(row)));
            assert_eq!(list_order.excluded.len(), if matches!(tab, Tab::Excluded | Tab::All) { 2 } else { 0 });
        }
        let search = ListQuery { tab: Tab::All, search: "person 00001".into(), ..ListQuery::default() };
        assert_eq!(store.mailboxes(&organisation.ctx).list_order(organisation.delegation, &search).await.unwrap().excluded, vec![all[0]]);
        let connect = NewRun { delegation: organisation.delegation, kind: RunKind::Connect, rows: &all, key: None };
        let run = store.runs(&organisation.ctx).accept_run(&connect).await.unwrap();
        assert_eq!((run.counts.total, run.counts.skipped), (5, 2));
    }

    async fn a_sync_keeps_exclusions_and_including_sets_the_directorys_state(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let (organisation, all) = mixed(&store, &clock).await;
        let (id, target) = (fresh(), ExclusionTarget::Rows(all[..6].to_vec()));
        store.mailboxes(&organisation.ctx).exclude(&exclusion(&organisation, id, &target)).await.unwrap();
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
        clock.advance(2 * UNDO);
        let late = store.mailboxes(&organisation.ctx).undo_exclusion(organisation.delegation, id).await;
        assert!(matches!(late, Err(StoreError::TooLateToInclude)), "{late:?}");
        assert_eq!(store.mailboxes(&organisation.ctx).include(organisation.delegation, &target).await.unwrap(), 6);
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
        assert_eq!(store.mailboxes(&organisation.ctx).include(organisation.delegation, &target).await.unwrap(), 0);
    }

    async fn an_undo_after_a_sync_sets_the_directorys_state(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(30), 3).await;
        let all = connectable(&store, &organisation).await;
        let (id, target) = (fresh(), ExclusionTarget::Rows(all.clone()));
        store.mailboxes(&organisation.ctx).exclude(&exclusion(&organisation, id, &target)).await.unwrap();
        let mut people: Vec<DirectoryEntry> = (1..=3).map(entry).collect();
        people[0].obstacle = Some(Reason::MailboxOnPremises);
        people.pop();
        sync(&store, &organisation.ctx, organisation.delegation, &people).await;
        assert_eq!(store.mailboxes(&organisation.ctx).undo_exclusion(organisation.delegation, id).await.unwrap(), 3);
        let expected = [(Connection::Ineligible, Some(Reason::MailboxOnPremises)), (Connection::Available, None), (Connection::Removed, None)];
        assert_eq!(states(&store, &organisation, &all).await, expected);
        // The exclusion has ended: a user who returns is not excluded.
        sync(&store, &organisation.ctx, organisation.delegation, &(1..=3).map(entry).collect::<Vec<_>>()).await;
        assert!(states(&store, &organisation, &all).await.iter().all(|state| *state == (Connection::Available, None)));
    }

    async fn all_matching_mailboxes_are_excluded_however_many(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let organisation = organisation(&store, Some(30), 2_300).await;
        let all = connectable(&store, &organisation).await;
        let (id, target) = (fresh(), ExclusionTarget::Matching(ListQuery { search: "person 0".into(), ..ListQuery::default() }));
        let done = store.mailboxes(&organisation.ctx).exclude(&exclusion(&organisation, id, &target)).await.unwrap();
        assert_eq!((done.excluded, done.left), (2_300, 0));
        assert_eq!(store.mailboxes(&organisation.ctx).snapshot(organisation.delegation).await.unwrap().counts.excluded, 2_300);
        // The first of its transactions was long before the last: an undo counts from the end.
        let on = Database::connect(&database.url).await.unwrap();
        let first = "UPDATE mailbox SET excluded_at = excluded_at - 5000 WHERE row_no <= 1000";
        on.execute_unprepared(first).await.unwrap();
        clock.advance(UNDO);
        assert_eq!(store.mailboxes(&organisation.ctx).undo_exclusion(organisation.delegation, id).await.unwrap(), 2_300);
        assert_eq!(connectable(&store, &organisation).await, all);
        store.mailboxes(&organisation.ctx).exclude(&exclusion(&organisation, fresh(), &target)).await.unwrap();
        let cannot = ExclusionTarget::Matching(ListQuery { tab: Tab::Excluded, ..ListQuery::default() });
        assert_eq!(store.mailboxes(&organisation.ctx).include(organisation.delegation, &cannot).await.unwrap(), 2_300);
        let too_many = ExclusionTarget::Rows(all[..1_001].to_vec());
        let refusal = store.mailboxes(&organisation.ctx).exclude(&exclusion(&organisation, fresh(), &too_many)).await;
        assert!(matches!(refusal, Err(StoreError::LimitExceeded { requested: 1_001, limit: 1_000 })), "{refusal:?}");
        let missing = ExclusionTarget::Rows(vec![RowNumber(1), RowNumber(9_999)]);
        let refusal = store.mailboxes(&organisation.ctx).exclude(&exclusion(&organisation, fresh(), &missing)).await;
        assert!(matches!(refusal, Err(StoreError::NotFound)), "{refusal:?}");
        assert_eq!(connectable(&store, &organisation).await.len(), 2_300);
    }

    async fn an_exclusion_is_reviewed_by_what_it_would_do(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let (organisation, all) = mixed(&store, &clock).await;
        let mailboxes = || store.mailboxes(&organisation.ctx);
        let review = async |kind, target: &ExclusionTarget| {
            let review = mailboxes().review_exclusion(organisation.delegation, target, kind).await.unwrap();
            assert_eq!((review.pools.len(), review.seconds, review.beyond), (0, None, 0));
            (review.takes, review.skipped)
        };
        let everything = ExclusionTarget::Matching(ListQuery { tab: Tab::All, ..ListQuery::default() });
        let connected = vec![("Already connected".to_owned(), 1)];
        for target in [&everything, &ExclusionTarget::Rows(all.clone())] {
            assert_eq!(review(BulkKind::Exclude, target).await, (6, connected.clone()));
        }
        let some = ExclusionTarget::Rows(all[..3].to_vec());
        mailboxes().exclude(&exclusion(&organisation, fresh(), &some)).await.unwrap();
        let (takes, skipped) = review(BulkKind::Exclude, &everything).await;
        assert_eq!((takes, skipped), (3, vec![connected[0].clone(), ("Excluded".to_owned(), 3)]));
        let (takes, skipped) = review(BulkKind::Include, &everything).await;
        assert_eq!((takes, skipped), (3, vec![connected[0].clone(), ("Not connected".to_owned(), 3)]));
        let too_many = ExclusionTarget::Rows((1..=1_001).map(RowNumber).collect());
        let refusal = mailboxes().review_exclusion(organisation.delegation, &too_many, BulkKind::Exclude).await;
        assert!(matches!(refusal, Err(StoreError::LimitExceeded { .. })), "{refusal:?}");
    }

    async fn of_a_concurrent_exclusion_and_a_run_exactly_one_gets_each_mailbox(database: TestDatabase) {
        let (one, other) = pair(&database).await;
        let (mut excluded, mut connecting) = (0, 0);
        for round in 0..rounds() {
            let organisation = organisation(&one, Some(30), 12).await;
            let all = connectable(&one, &organisation).await;
            let exclude = |store: Store| {
                let (ctx, delegation, target) = (organisation.ctx.clone(), organisation.delegation, ExclusionTarget::Rows(all[..8].to_vec()));
                spawn(async move { store.mailboxes(&ctx).exclude(&NewExclusion { id: fresh(), delegation, target: &target }).await })
            };
            let connect = |store: Store| {
                let (ctx, delegation, rows) = (organisation.ctx.clone(), organisation.delegation, all[4..].to_vec());
                spawn(async move { store.runs(&ctx).accept_run(&NewRun { delegation, kind: RunKind::Connect, rows: &rows, key: None }).await })
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
