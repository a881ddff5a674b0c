//! Every statement and every COMMIT of a write fails, one at a time and in every way that a database has: nothing of the
//! write is stored and no lock stays behind, and the next attempt is stored.

mod injection;

use domain::{
    ids::{RowNumber, SessionId},
    run::RunKind,
};
use store::{Lease, NewRun, Store, StoreError, Urgency, WorkItem};

use self::injection::{Fault, Outside};
use super::races::done;
use store_testing::{
    on_both_databases,
    organisation::{Organisation, connectable, organisation, plan},
};

/// The writes of a connect run, of a statement of slots and of a sign-out, in this order.
#[derive(Clone, Copy, Debug)]
enum Write {
    Accept,
    Claim,
    Settle,
    Finish,
    Disconnect,
    Undo,
    PushSlots,
    AddAddress,
    SignOut,
}

impl Write {
    const ALL: [Self; 9] = [
        Self::Accept,
        Self::Claim,
        Self::Settle,
        Self::Finish,
        Self::Disconnect,
        Self::Undo,
        Self::PushSlots,
        Self::AddAddress,
        Self::SignOut,
    ];
}

/// An organisation between two writes.
struct World {
    store: Store,
    organisation: Organisation,
    rows: Vec<RowNumber>,
    session: SessionId,
    lease: Option<Lease>,
    items: Vec<WorkItem>,
    disconnect: Option<domain::ids::RunId>,
}

impl World {
    async fn new(store: &Store) -> Self {
        let organisation = organisation(store, Some(30), 6).await;
        let rows = connectable(store, &organisation).await;
        let session = store.people(&organisation.ctx).sessions().await.unwrap()[0].id;
        let store = store.clone();
        Self { store, organisation, rows, session, lease: None, items: Vec::new(), disconnect: None }
    }

    fn new_run(&self, kind: RunKind) -> NewRun<'_> {
        NewRun { delegation: self.organisation.delegation, kind, rows: &self.rows, key: None }
    }

    async fn write(&mut self, write: Write) -> Result<(), StoreError> {
        let (store, ctx) = (self.store.clone(), self.organisation.ctx.clone());
        match write {
            Write::Accept => store.runs(&ctx).accept_run(&self.new_run(RunKind::Connect)).await.map(drop),
            Write::Claim => {
                let lease = store.claim_run("test", Urgency::Any).await?.expect("a due run");
                self.items = store.leased(&lease).work(50).await?.items;
                self.lease = Some(lease);
                Ok(())
            }
            Write::Settle => store.leased(self.leased()).settle(&done(&self.items)).await.map(drop),
            Write::Finish => store.leased(self.leased()).finish_run(false).await.map(drop),
            Write::Disconnect => {
                let run = store.runs(&ctx).accept_run(&self.new_run(RunKind::Disconnect)).await?;
                self.disconnect = Some(run.id);
                Ok(())
            }
            Write::Undo => store.runs(&ctx).undo_run(self.disconnect.expect("a run")).await.map(drop),
            Write::PushSlots => {
                store.push_slots(self.organisation.workspace, &plan(6, 0, 1)).await.map(|new| assert!(new))
            }
            Write::AddAddress => store.notifications(&ctx).add_alert_address("it@contoso.com").await,
            Write::SignOut => store.people(&ctx).end_session(self.session).await,
        }
    }

    fn leased(&self) -> &Lease {
        self.lease.as_ref().expect("a lease")
    }
}

on_both_databases! {
    async fn a_write_that_fails_leaves_nothing_and_the_next_attempt_is_stored(database: TestDatabase) {
        let store = database.store().await;
        let outside = Outside::connect(&database.url).await;
        // What each write changes, from an organisation in which nothing fails.
        outside.record().await;
        let mut world = World::new(&store).await;
        outside.recorded().await;
        let mut changes = Vec::new();
        for write in Write::ALL {
            world.write(write).await.unwrap();
            changes.push((write, outside.recorded().await));
        }
        outside.stop_recording().await;

        let mut world = World::new(&store).await;
        let mut faults = 0;
        for (write, changes) in changes {
            assert!(!changes.is_empty(), "{write:?} changes nothing");
            for change in changes {
                for fault in Fault::of(outside.is_postgres()) {
                    let before = outside.all().await;
                    outside.arm(&change, *fault).await;
                    let outcome = world.write(write).await;
                    outside.disarm(&change).await;
                    assert!(outcome.is_err(), "{write:?}, {change:?}, {fault:?}: nothing failed");
                    assert_eq!(outside.all().await, before, "{write:?}, {change:?}, {fault:?}");
                    outside.assert_unlocked().await;
                    faults += 1;
                }
            }
            let before = outside.all().await;
            world.write(write).await.unwrap_or_else(|error| panic!("{write:?} after its faults: {error}"));
            assert_ne!(outside.all().await, before, "{write:?} was not stored");
            outside.assert_unlocked().await;
        }
        println!("{faults} faults in {} writes", Write::ALL.len());
    }
}
