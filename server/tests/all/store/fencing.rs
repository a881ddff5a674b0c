//! Whoever has lost a lease writes nothing: no result, no verdict, no page, no end.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use domain::{
    Reason,
    delegation::DelegationState,
    ids::{Millis, RowNo},
    run::{RunKind, RunState},
};
use server::{
    live::Hub,
    sources::{Clock, Sources},
    store::{Db, LEASE, Lease, NewRun, Settled, Store, StoreError, SyncPage, Verdict},
};

use crate::support::{
    on_both_databases,
    organisation::{Organisation, claim, connectable, entry, organisation},
};

/// A clock that stands until it is moved.
struct Hands(AtomicI64);

impl Clock for Hands {
    fn now(&self) -> Millis {
        self.0.load(Ordering::SeqCst)
    }
}

impl Hands {
    fn past_a_lease(&self) {
        self.0.fetch_add(i64::try_from(LEASE.as_millis()).unwrap() + 1, Ordering::SeqCst);
    }
}

async fn started(store: &Store, organisation: &Organisation, kind: RunKind, rows: &[RowNo]) -> Lease {
    let new = NewRun { delegation: organisation.delegation, kind, rows, key: None };
    store.accept_run(&organisation.ctx, &new).await.unwrap();
    claim(store).await
}

fn fenced<T: std::fmt::Debug>(what: &str, outcome: Result<T, StoreError>) {
    let error = outcome.expect_err(what);
    assert!(matches!(error, StoreError::Fenced), "{what}: {error:?}");
}

/// What the console would show.
async fn shown(store: &Store, organisation: &Organisation) -> String {
    format!("{:?}", store.snapshot(&organisation.ctx, organisation.delegation).await.unwrap())
}

on_both_databases! {
    async fn no_write_of_a_run_is_left_to_whoever_has_lost_it(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(20), 10).await;
        let rows = connectable(&store, &organisation).await;
        for (kind, rows) in [(RunKind::Connect, rows.as_slice()), (RunKind::Sync, &[])] {
            let old = started(&store, &organisation, kind, rows).await;
            let results: Vec<Settled> = store.work(&old, 10).await.unwrap().items.iter()
                .map(|item| Settled { mailbox: item.mailbox, fate: server::store::Fate::Done }).collect();
            store.hand_back(&old).await.unwrap();
            let new = store.claim_run("another", server::store::Urgency::Any).await.unwrap().expect("free again");
            let before = shown(&store, &organisation).await;
            let verdict = Verdict {
                state: DelegationState::Broken,
                reason: Some(Reason::ConsentRevoked),
                checklist: None,
                organisation: Some("Fabrikam".into()),
                service_principal: None,
            };
            let later = store.now() + 1_000;
            let page = SyncPage { generation: 9, entries: &[entry(77)], removed: &["entra-1".into()], cursor: None };
            fenced("settle", store.settle(&old, &results).await);
            fenced("renew", store.renew(&old).await);
            fenced("judge", store.judge_delegation(&old, &verdict).await);
            fenced("wake", store.wake_paused(&old).await);
            fenced("wait", store.show_waiting(&old, later).await);
            fenced("page", store.write_page(&old, &page).await);
            fenced("forget", store.forget_delta(&old).await);
            fenced("end of the sync", store.finish_sync(&old, 9, true, "https://graph/late").await);
            fenced("end of the sync run", store.finish_sync_run(&old, None).await);
            fenced("park", store.park_run(&old, RunState::Paused, None, later).await);
            fenced("hand back", store.hand_back(&old).await);
            fenced("finish", store.finish_run(&old, true).await);
            assert_eq!(before, shown(&store, &organisation).await);
            // The other one is not disturbed.
            store.renew(&new).await.unwrap();
            store.finish_run(&new, true).await.unwrap();
        }
    }

    async fn a_lease_that_ran_out_stands_until_somebody_else_works_on_the_delegation(database: TestDatabase) {
        let clock = Arc::new(Hands(AtomicI64::new(Sources::system().now())));
        let db = Db::open(&database.url).await.unwrap();
        let store = Store::new(db, Hub::default(), Sources::with_clock(clock.clone()));
        let organisation = organisation(&store, Some(100), 80).await;
        let rows = connectable(&store, &organisation).await;
        let (most, few) = rows.split_at(78);
        let slow = started(&store, &organisation, RunKind::Connect, most).await;
        clock.past_a_lease();
        store.renew(&slow).await.unwrap();
        clock.past_a_lease();
        // A small run goes first; with it the delegation is another's.
        let new = NewRun { delegation: organisation.delegation, kind: RunKind::Connect, rows: few, key: None };
        let urgent = store.accept_run(&organisation.ctx, &new).await.unwrap();
        let other = store.claim_run("another", server::store::Urgency::Any).await.unwrap().expect("a run that is due");
        assert_eq!(other.run, urgent.id);
        fenced("renew", store.renew(&slow).await);
        fenced("hand back", store.hand_back(&slow).await);
        store.finish_run(&other, true).await.unwrap();
        // Nobody has it now, and nobody has taken the slow run.
        store.hand_back(&slow).await.unwrap();
    }

    async fn a_lease_handed_back_or_claimed_again_is_lost_also_to_the_process_that_had_it(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 6).await;
        let rows = connectable(&store, &organisation).await;
        // Two runs of one process, of the same age.
        let old = started(&store, &organisation, RunKind::Connect, &rows[..3]).await;
        let beside = started(&store, &organisation, RunKind::Connect, &rows[3..]).await;
        assert_ne!(old.run, beside.run);
        let results: Vec<Settled> = store.work(&old, 10).await.unwrap().items.iter()
            .map(|item| Settled { mailbox: item.mailbox, fate: server::store::Fate::Done }).collect();
        store.hand_back(&old).await.unwrap();
        fenced("nobody has it", store.settle(&old, &results).await);
        let new = claim(&store).await;
        assert_eq!(new.run, old.run);
        fenced("the same process has it again", store.settle(&old, &results).await);
        fenced("the same process has it again", store.renew(&old).await);
        store.renew(&beside).await.unwrap();
        store.settle(&new, &results).await.unwrap();
        assert!(store.finish_run(&new, false).await.unwrap().is_some());
        fenced("it is over", store.renew(&new).await);
    }

    async fn a_lease_that_ran_out_stands_beside_others_that_do_not_have_the_delegation(database: TestDatabase) {
        let clock = Arc::new(Hands(AtomicI64::new(Sources::system().now())));
        let db = Db::open(&database.url).await.unwrap();
        let store = Store::new(db, Hub::default(), Sources::with_clock(clock.clone()));
        let (mine, theirs) = (organisation(&store, Some(100), 9).await, organisation(&store, Some(100), 3).await);
        let rows = connectable(&store, &mine).await;
        let late = started(&store, &mine, RunKind::Connect, &rows[..3]).await;
        clock.past_a_lease();
        // Another delegation is in another's hands, and another run of this one in our own.
        let elsewhere = connectable(&store, &theirs).await;
        let new = NewRun { delegation: theirs.delegation, kind: RunKind::Connect, rows: &elsewhere, key: None };
        store.accept_run(&theirs.ctx, &new).await.unwrap();
        // Nobody takes up what ran out in the meantime.
        store.renew(&late).await.unwrap();
        let other = store.claim_run("another", server::store::Urgency::Any).await.unwrap().expect("theirs");
        assert_eq!(other.delegation, theirs.delegation);
        let own = started(&store, &mine, RunKind::Connect, &rows[3..6]).await;
        clock.past_a_lease();
        store.renew(&other).await.unwrap();
        store.renew(&own).await.unwrap();
        store.renew(&late).await.unwrap();
        // Another who had both runs of this delegation has died since, and one of them was taken over.
        store.finish_run(&other, true).await.unwrap().expect("cancelled");
        store.hand_back(&late).await.unwrap();
        store.hand_back(&own).await.unwrap();
        for _ in 0..2 {
            store.claim_run("dead", server::store::Urgency::Any).await.unwrap().expect("ours");
        }
        clock.past_a_lease();
        let taken_over = claim(&store).await;
        clock.past_a_lease();
        store.renew(&taken_over).await.unwrap();
    }
}
