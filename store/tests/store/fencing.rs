//! A process that has lost a lease cannot write: no result, no verdict, no page, no end.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use domain::{
    Reason,
    delegation::DelegationState,
    ids::{Millis, RowNumber},
    run::{RunKind, RunState},
};
use store::clock::{Clock, Sources};
use store::{Db, ItemResult, LEASE, Lease, NewRun, Signals, Store, StoreError, SyncPage, Verdict};

use store_testing::{
    on_both_databases,
    organisation::{Organisation, claim, connectable, entry, organisation},
};

/// A clock that stands still until the test moves it.
struct ManualClock(AtomicI64);

impl Clock for ManualClock {
    fn now(&self) -> Millis {
        self.0.load(Ordering::SeqCst)
    }
}

impl ManualClock {
    fn past_a_lease(&self) {
        self.0.fetch_add(i64::try_from(LEASE.as_millis()).unwrap() + 1, Ordering::SeqCst);
    }
}

async fn started(store: &Store, organisation: &Organisation, kind: RunKind, rows: &[RowNumber]) -> Lease {
    let new = NewRun { delegation: organisation.delegation, kind, rows, key: None };
    store.runs(&organisation.ctx).accept_run(&new).await.unwrap();
    claim(store).await
}

fn fenced<T: std::fmt::Debug>(what: &str, outcome: Result<T, StoreError>) {
    let error = outcome.expect_err(what);
    assert!(matches!(error, StoreError::Fenced), "{what}: {error:?}");
}

/// The state that the console would show.
async fn shown(store: &Store, organisation: &Organisation) -> String {
    format!("{:?}", store.mailboxes(&organisation.ctx).snapshot(organisation.delegation).await.unwrap())
}

on_both_databases! {
    async fn every_write_to_a_run_is_refused_after_its_lease_was_lost(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(20), 10).await;
        let rows = connectable(&store, &organisation).await;
        for (kind, rows) in [(RunKind::Connect, rows.as_slice()), (RunKind::Sync, &[])] {
            let old = started(&store, &organisation, kind, rows).await;
            let results: Vec<ItemResult> = store.leased(&old).work(10).await.unwrap().items.iter()
                .map(|item| ItemResult::new(item.mailbox, store::ItemOutcome::Done)).collect();
            store.leased(&old).release().await.unwrap();
            let new = store.claim_run("another", store::Urgency::Any).await.unwrap().expect("free again");
            let before = shown(&store, &organisation).await;
            let verdict = Verdict {
                state: DelegationState::Broken,
                reason: Some(Reason::ConsentRevoked),
                checklist: None,
                organisation: Some("Fabrikam".into()),
                service_principal: None,
            };
            let later = store.now() + 1_000;
            let page = SyncPage { generation: 9, entries: &[entry(77)], removed: &["entra-1".into()], unreadable: &[], cursor: None };
            fenced("settle", store.leased(&old).settle(&results).await);
            fenced("renew", store.leased(&old).renew().await);
            fenced("judge", store.leased(&old).record_verdict(&verdict).await);
            fenced("wake", store.leased(&old).wake_paused().await);
            fenced("wait", store.leased(&old).show_waiting(later).await);
            fenced("page", store.leased(&old).write_page(&page).await);
            fenced("clear the delta link", store.leased(&old).clear_delta_link().await);
            fenced("end of the sync", store.leased(&old).finish_sync(9, true, "https://graph/late").await);
            fenced("end of the sync run", store.leased(&old).finish_sync_run(None).await);
            fenced("park", store.leased(&old).park_run(RunState::Paused, None, later).await);
            fenced("hand back", store.leased(&old).release().await);
            fenced("finish", store.leased(&old).finish_run(true).await);
            assert_eq!(before, shown(&store, &organisation).await);
            // The new lease is not affected.
            store.leased(&new).renew().await.unwrap();
            store.leased(&new).finish_run(true).await.unwrap();
        }
    }

    async fn an_expired_lease_is_valid_until_another_process_works_on_the_delegation(database: TestDatabase) {
        let clock = Arc::new(ManualClock(AtomicI64::new(Sources::system().now())));
        let db = Db::open(&database.url).await.unwrap();
        let store = Store::new(db, Signals::default(), Sources::with_clock(clock.clone()));
        let organisation = organisation(&store, Some(100), 80).await;
        let rows = connectable(&store, &organisation).await;
        let (most, few) = rows.split_at(78);
        let slow = started(&store, &organisation, RunKind::Connect, most).await;
        clock.past_a_lease();
        store.leased(&slow).renew().await.unwrap();
        clock.past_a_lease();
        // A small run is claimed first: now another process works on the delegation.
        let new = NewRun { delegation: organisation.delegation, kind: RunKind::Connect, rows: few, key: None };
        let urgent = store.runs(&organisation.ctx).accept_run(&new).await.unwrap();
        let other = store.claim_run("another", store::Urgency::Any).await.unwrap().expect("a run that is due");
        assert_eq!(other.run, urgent.id);
        fenced("renew", store.leased(&slow).renew().await);
        fenced("hand back", store.leased(&slow).release().await);
        store.leased(&other).finish_run(true).await.unwrap();
        // No process works on the delegation now, and the slow run was not claimed.
        store.leased(&slow).release().await.unwrap();
    }

    async fn a_lease_is_lost_after_a_hand_back_even_if_the_same_process_claims_the_run_again(database: TestDatabase) {
        let store = database.store().await;
        let organisation = organisation(&store, Some(100), 6).await;
        let rows = connectable(&store, &organisation).await;
        // Two runs of one process, of the same age.
        let old = started(&store, &organisation, RunKind::Connect, &rows[..3]).await;
        let beside = started(&store, &organisation, RunKind::Connect, &rows[3..]).await;
        assert_ne!(old.run, beside.run);
        let results: Vec<ItemResult> = store.leased(&old).work(10).await.unwrap().items.iter()
            .map(|item| ItemResult::new(item.mailbox, store::ItemOutcome::Done)).collect();
        store.leased(&old).release().await.unwrap();
        fenced("the run is not leased", store.leased(&old).settle(&results).await);
        let new = claim(&store).await;
        assert_eq!(new.run, old.run);
        fenced("the same process has it again", store.leased(&old).settle(&results).await);
        fenced("the same process has it again", store.leased(&old).renew().await);
        store.leased(&beside).renew().await.unwrap();
        store.leased(&new).settle(&results).await.unwrap();
        assert!(store.leased(&new).finish_run(false).await.unwrap().is_some());
        fenced("the run is finished", store.leased(&new).renew().await);
    }

    async fn an_expired_lease_stays_valid_beside_leases_of_other_delegations_and_of_its_own_process(database: TestDatabase) {
        let clock = Arc::new(ManualClock(AtomicI64::new(Sources::system().now())));
        let db = Db::open(&database.url).await.unwrap();
        let store = Store::new(db, Signals::default(), Sources::with_clock(clock.clone()));
        let (mine, theirs) = (organisation(&store, Some(100), 9).await, organisation(&store, Some(100), 3).await);
        let rows = connectable(&store, &mine).await;
        let late = started(&store, &mine, RunKind::Connect, &rows[..3]).await;
        clock.past_a_lease();
        // Another process leases another delegation, and our own process leases another run of this one.
        let elsewhere = connectable(&store, &theirs).await;
        let new = NewRun { delegation: theirs.delegation, kind: RunKind::Connect, rows: &elsewhere, key: None };
        store.runs(&theirs.ctx).accept_run(&new).await.unwrap();
        // Renewed, so that no other process claims the expired run meanwhile.
        store.leased(&late).renew().await.unwrap();
        let other = store.claim_run("another", store::Urgency::Any).await.unwrap().expect("theirs");
        assert_eq!(other.delegation, theirs.delegation);
        let own = started(&store, &mine, RunKind::Connect, &rows[3..6]).await;
        clock.past_a_lease();
        store.leased(&other).renew().await.unwrap();
        store.leased(&own).renew().await.unwrap();
        store.leased(&late).renew().await.unwrap();
        // A process that had leased both runs of this delegation has died, and one of them is taken over.
        store.leased(&other).finish_run(true).await.unwrap().expect("cancelled");
        store.leased(&late).release().await.unwrap();
        store.leased(&own).release().await.unwrap();
        for _ in 0..2 {
            store.claim_run("dead", store::Urgency::Any).await.unwrap().expect("ours");
        }
        clock.past_a_lease();
        let taken_over = claim(&store).await;
        clock.past_a_lease();
        store.leased(&taken_over).renew().await.unwrap();
    }
}
