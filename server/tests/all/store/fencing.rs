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
}
