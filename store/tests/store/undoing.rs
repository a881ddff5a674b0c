//! Undoing a disconnect: all mailboxes are as before, or it is too late for all of them.

use domain::{
    Reason,
    connection::Connection,
    ids::RowNumber,
    live::Change,
    run::{RunKind, RunState, RunView},
    undo::{DISCONNECTS_AFTER, REQUEST_TIME, UNDO},
};
use store::{ItemOutcome, ItemResult, NewRun, Since, Store, StoreError, Urgency};
use tokio::spawn;

use super::races::{done, exact, rounds};
use store_testing::{
    clock::TestClock,
    on_both_databases,
    organisation::{Organisation, claim, complete_run, connectable, organisation, rows},
};

/// Eight mailboxes, six of them connected; of these two need attention.
async fn connected(store: &Store, clock: &TestClock) -> (Organisation, Vec<RowNumber>) {
    let organisation = organisation(store, Some(30), 8).await;
    let all = connectable(store, &organisation).await;
    complete_run(store, clock, &organisation, RunKind::Connect, &all[..6]).await;
    let check =
        NewRun { delegation: organisation.delegation, kind: RunKind::Verify, rows: &all[..2], key: None };
    store.runs(&organisation.ctx).accept_run(&check).await.unwrap();
    let lease = claim(store).await;
    let items = store.leased(&lease).work(10).await.unwrap().items;
    let broken: Vec<ItemResult> = items
        .iter()
        .map(|item| ItemResult::new(item.mailbox, ItemOutcome::Failed(Reason::OutOfScope)))
        .collect();
    store.leased(&lease).settle(&broken).await.unwrap();
    store.leased(&lease).finish_run(false).await.unwrap();
    (organisation, all[..6].to_vec())
}

async fn disconnect(store: &Store, organisation: &Organisation, rows: &[RowNumber]) -> RunView {
    let new = NewRun { delegation: organisation.delegation, kind: RunKind::Disconnect, rows, key: None };
    store.runs(&organisation.ctx).accept_run(&new).await.unwrap()
}

/// The rows as text, without the sequence numbers of their last changes.
async fn seen(store: &Store, organisation: &Organisation, numbers: &[RowNumber]) -> String {
    let mut rows = rows(store, organisation, numbers).await;
    for row in &mut rows {
        row.rev = domain::ids::Seq(0);
    }
    format!("{rows:?}")
}

on_both_databases! {
    async fn a_disconnect_waits_ten_seconds_with_busy_mailboxes_that_keep_their_slots(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let (organisation, all) = connected(&store, &clock).await;
        let run = disconnect(&store, &organisation, &all).await;
        assert_eq!((run.state, run.undo_until()), (RunState::Queued, Some(run.created_at + UNDO)));
        assert!(store.claim_run("early", Urgency::Any).await.unwrap().is_none());
        exact(&store, &database, &organisation, (6, 0)).await;
        for row in rows(&store, &organisation, &all).await {
            assert!(row.busy && row.connection.holds() == domain::connection::Hold::Used, "{row:?}");
        }
        // The disconnect begins when an undo of the last moment has had time to arrive.
        clock.advance(UNDO);
        assert!(store.claim_run("early", Urgency::Any).await.unwrap().is_none());
        clock.advance(REQUEST_TIME);
        let lease = claim(&store).await;
        let results = done(&store.leased(&lease).work(10).await.unwrap().items);
        store.leased(&lease).settle(&results).await.unwrap();
        store.leased(&lease).finish_run(false).await.unwrap().expect("finished");
        exact(&store, &database, &organisation, (0, 0)).await;
    }

    async fn an_undo_restores_every_mailbox(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let (organisation, all) = connected(&store, &clock).await;
        let before = seen(&store, &organisation, &all).await;
        let run = disconnect(&store, &organisation, &all).await;
        let since = store.delegations(&organisation.ctx).delegation(organisation.delegation).await.unwrap().view.seq;
        clock.advance(DISCONNECTS_AFTER - 1);
        let undone = store.runs(&organisation.ctx).undo_run(run.id).await.unwrap();
        assert_eq!((undone.state, undone.counts.cancelled, undone.counts.pending()), (RunState::Cancelled, 6, 0));
        assert_eq!(seen(&store, &organisation, &all).await, before);
        exact(&store, &database, &organisation, (6, 0)).await;
        // One event per mailbox, with the state in the table.
        let Since::Events(events) =
            store.delegations(&organisation.ctx).events_since(organisation.delegation, since).await.unwrap()
        else {
            panic!("no events")
        };
        let now = rows(&store, &organisation, &all).await;
        let logged: Vec<_> = events
            .iter()
            .map(|event| event.change().unwrap())
            .filter_map(|change| if let Change::Mailbox(row) = change { Some(row) } else { None })
            .collect();
        assert_eq!(logged.len(), 6);
        assert!(logged.iter().all(|row| now.contains(row)), "{logged:?} {now:?}");
        let log = store.activity(&organisation.ctx).page(&domain::activity::ActivityQuery::default(), 1).await.unwrap().entries;
        assert_eq!((log[0].what.as_str(), log[0].target.as_ref()), ("run.undo", Some(&run.id.to_string())));
        // A second undo changes nothing, and no worker disconnects the mailboxes.
        assert_eq!(store.runs(&organisation.ctx).undo_run(run.id).await.unwrap(), undone);
        clock.advance(DISCONNECTS_AFTER);
        assert!(store.claim_run("late", Urgency::Any).await.unwrap().is_none());
        let again = disconnect(&store, &organisation, &all).await;
        assert_eq!(store.runs(&organisation.ctx).cancel_run(again.id).await.unwrap().state, RunState::Cancelled);
        assert_eq!(seen(&store, &organisation, &all).await, before);
    }

    async fn a_late_undo_is_refused_and_changes_nothing(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let (organisation, all) = connected(&store, &clock).await;
        let run = disconnect(&store, &organisation, &all).await;
        clock.advance(DISCONNECTS_AFTER);
        let lease = claim(&store).await;
        let late = store.runs(&organisation.ctx).undo_run(run.id).await;
        assert!(matches!(late, Err(StoreError::Disconnected)), "{late:?}");
        store.leased(&lease).settle(&done(&store.leased(&lease).work(10).await.unwrap().items)).await.unwrap();
        store.leased(&lease).finish_run(false).await.unwrap();
        let late = store.runs(&organisation.ctx).undo_run(run.id).await;
        assert!(matches!(late, Err(StoreError::Disconnected)), "{late:?}");
        assert!(rows(&store, &organisation, &all).await.iter().all(|row| row.connection == Connection::Disconnected));
    }

    async fn of_a_concurrent_undo_and_a_worker_exactly_one_gets_all_mailboxes(database: TestDatabase) {
        let clock = TestClock::default();
        let one = database.store_at(clock.sources()).await;
        let other = if database.url.starts_with("sqlite") { one.clone() } else { database.store_at(clock.sources()).await };
        let (organisation, all) = connected(&one, &clock).await;
        let (mut undone, mut begun) = (0, 0);
        for round in 0..rounds() {
            let before = seen(&one, &organisation, &all).await;
            let run = disconnect(&one, &organisation, &all).await;
            clock.advance(DISCONNECTS_AFTER);
            let undo = |store: Store| {
                let (ctx, id) = (organisation.ctx.clone(), run.id);
                spawn(async move { store.runs(&ctx).undo_run(id).await })
            };
            let claim = |store: Store| spawn(async move { store.claim_run("worker", Urgency::Any).await });
            let (undoing, claiming) = if round % 2 == 0 {
                let first = undo(one.clone());
                (first, claim(other.clone()))
            } else {
                let first = claim(other.clone());
                (undo(one.clone()), first)
            };
            match (undoing.await.unwrap(), claiming.await.unwrap().unwrap()) {
                (Ok(run), None) => {
                    undone += 1;
                    assert_eq!(run.state, RunState::Cancelled);
                    assert_eq!(seen(&one, &organisation, &all).await, before);
                }
                (Err(StoreError::Disconnected), Some(lease)) => {
                    begun += 1;
                    // Cancelled, for the next round.
                    one.runs(&organisation.ctx).cancel_run(lease.run).await.unwrap();
                    other.leased(&lease).finish_run(true).await.unwrap().expect("finished");
                }
                outcome => panic!("both or neither: {outcome:?}"),
            }
            exact(&one, &database, &organisation, (6, 0)).await;
        }
        println!("undone {undone} times, begun {begun} times");
    }
}
