//! Undoing a disconnect: exactly as before, or too late; never half.

use domain::{
    Reason,
    connection::Connection,
    ids::RowNo,
    live::Change,
    run::{RunKind, RunState, RunView},
    undo::UNDO,
};
use server::store::{Fate, NewRun, Settled, Since, Store, StoreError, Urgency};
use tokio::spawn;

use super::races::{done, exact, rounds};
use crate::support::{
    clock::TestClock,
    on_both_databases,
    organisation::{Organisation, carry_out, claim, connectable, organisation, rows},
};

/// Eight people, six of them connected; of these two need attention.
async fn connected(store: &Store, clock: &TestClock) -> (Organisation, Vec<RowNo>) {
    let organisation = organisation(store, Some(30), 8).await;
    let all = connectable(store, &organisation).await;
    carry_out(store, clock, &organisation, RunKind::Connect, &all[..6]).await;
    let check =
        NewRun { delegation: organisation.delegation, kind: RunKind::Verify, rows: &all[..2], key: None };
    store.accept_run(&organisation.ctx, &check).await.unwrap();
    let lease = claim(store).await;
    let items = store.work(&lease, 10).await.unwrap().items;
    let broken: Vec<Settled> = items
        .iter()
        .map(|item| Settled { mailbox: item.mailbox, fate: Fate::Failed(Reason::OutOfScope) })
        .collect();
    store.settle(&lease, &broken).await.unwrap();
    store.finish_run(&lease, false).await.unwrap();
    (organisation, all[..6].to_vec())
}

async fn disconnect(store: &Store, organisation: &Organisation, rows: &[RowNo]) -> RunView {
    let new = NewRun { delegation: organisation.delegation, kind: RunKind::Disconnect, rows, key: None };
    store.accept_run(&organisation.ctx, &new).await.unwrap()
}

/// The rows without the number of the event that made them.
async fn seen(store: &Store, organisation: &Organisation, numbers: &[RowNo]) -> String {
    let mut rows = rows(store, organisation, numbers).await;
    for row in &mut rows {
        row.rev = domain::ids::Seq(0);
    }
    format!("{rows:?}")
}

on_both_databases! {
    async fn a_disconnect_waits_ten_seconds_with_its_mailboxes_busy_and_nothing_given_back(database: TestDatabase) {
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
        // By itself, once the time has passed.
        clock.put_forward(UNDO);
        let lease = claim(&store).await;
        let results = done(&store.work(&lease, 10).await.unwrap().items);
        store.settle(&lease, &results).await.unwrap();
        store.finish_run(&lease, false).await.unwrap().expect("finished");
        exact(&store, &database, &organisation, (0, 0)).await;
    }

    async fn undone_everything_is_exactly_as_before(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let (organisation, all) = connected(&store, &clock).await;
        let before = seen(&store, &organisation, &all).await;
        let run = disconnect(&store, &organisation, &all).await;
        let since = store.delegation(&organisation.ctx, organisation.delegation).await.unwrap().view.seq;
        let undone = store.undo_run(&organisation.ctx, run.id).await.unwrap();
        assert_eq!((undone.state, undone.counts.cancelled, undone.counts.pending()), (RunState::Cancelled, 6, 0));
        assert_eq!(seen(&store, &organisation, &all).await, before);
        exact(&store, &database, &organisation, (6, 0)).await;
        // One event a mailbox, each with the state that the table has.
        let Since::Events(events) =
            store.events_since(&organisation.ctx, organisation.delegation, since).await.unwrap()
        else {
            panic!("no events")
        };
        let now = rows(&store, &organisation, &all).await;
        let told: Vec<_> = events
            .iter()
            .map(|event| event.change().unwrap())
            .filter_map(|change| if let Change::Mailbox(row) = change { Some(row) } else { None })
            .collect();
        assert_eq!(told.len(), 6);
        assert!(told.iter().all(|row| now.contains(row)), "{told:?} {now:?}");
        let log = store.activity(&organisation.ctx, &domain::activity::ActivityQuery::default(), 1).await.unwrap().entries;
        assert_eq!((log[0].what.as_str(), log[0].target.as_ref()), ("run.undo", Some(&run.id.to_string())));
        // A second press and a worker come to the same; nobody disconnects anybody any more.
        assert_eq!(store.undo_run(&organisation.ctx, run.id).await.unwrap(), undone);
        clock.put_forward(UNDO);
        assert!(store.claim_run("late", Urgency::Any).await.unwrap().is_none());
        let again = disconnect(&store, &organisation, &all).await;
        assert_eq!(store.cancel_run(&organisation.ctx, again.id).await.unwrap().state, RunState::Cancelled);
        assert_eq!(seen(&store, &organisation, &all).await, before);
    }

    async fn too_late_is_said_and_changes_nothing(database: TestDatabase) {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let (organisation, all) = connected(&store, &clock).await;
        let run = disconnect(&store, &organisation, &all).await;
        clock.put_forward(UNDO);
        let lease = claim(&store).await;
        let late = store.undo_run(&organisation.ctx, run.id).await;
        assert!(matches!(late, Err(StoreError::Disconnected)), "{late:?}");
        store.settle(&lease, &done(&store.work(&lease, 10).await.unwrap().items)).await.unwrap();
        store.finish_run(&lease, false).await.unwrap();
        let late = store.undo_run(&organisation.ctx, run.id).await;
        assert!(matches!(late, Err(StoreError::Disconnected)), "{late:?}");
        assert!(rows(&store, &organisation, &all).await.iter().all(|row| row.connection == Connection::Disconnected));
    }

    async fn undo_and_the_worker_at_the_same_moment_one_of_them_wins_all(database: TestDatabase) {
        let clock = TestClock::default();
        let one = database.store_at(clock.sources()).await;
        let other = if database.url.starts_with("sqlite") { one.clone() } else { database.store_at(clock.sources()).await };
        let (organisation, all) = connected(&one, &clock).await;
        let (mut undone, mut begun) = (0, 0);
        for round in 0..rounds() {
            let before = seen(&one, &organisation, &all).await;
            let run = disconnect(&one, &organisation, &all).await;
            clock.put_forward(UNDO);
            let undo = |store: Store| {
                let (ctx, id) = (organisation.ctx.clone(), run.id);
                spawn(async move { store.undo_run(&ctx, id).await })
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
                    // Wound up as cancelled, for the next round.
                    one.cancel_run(&organisation.ctx, lease.run).await.unwrap();
                    other.finish_run(&lease, true).await.unwrap().expect("finished");
                }
                outcome => panic!("both or neither: {outcome:?}"),
            }
            exact(&one, &database, &organisation, (6, 0)).await;
        }
        println!("undone {undone} times, begun {begun} times");
    }
}
