//! Consent withdrawn from an organisation of which 50,000 mailboxes are connected: one state, and nothing else is written.

use app::ports::Desk;
use domain::{
    Reason,
    cadence::{HOUR, MINUTE},
    delegation::DelegationState,
    ids::DelegationId,
    list::Tab,
    run::RunKind,
    workspace::Snapshot,
};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use serde_json::json;
use server::{live, runs::Runner};
use tokio_util::sync::CancellationToken;

use crate::support::{clock::TestClock, on_both_databases, organisation::carry_out_as, world::World};

const MAILBOXES: u32 = 50_000;
/// The organisation's state, the counts of its page, and what a stream needs to say so: not one a mailbox.
const EVENTS: i64 = 8;

/// Works on what is due until it is dropped.
struct AtWork {
    stop: CancellationToken,
    done: tokio::task::JoinHandle<()>,
}

impl AtWork {
    fn begin(world: &World) -> Self {
        let (stop, state) = (CancellationToken::new(), &world.state);
        let runner = Runner::new(state.store.clone(), state.microsoft.clone(), "many".into(), stop.clone());
        Self { stop, done: tokio::spawn(runner.run()) }
    }

    async fn end(self) {
        self.stop.cancel();
        self.done.await.unwrap();
    }
}

/// The newest change of any mailbox, and the newest check.
async fn newest(on: &DatabaseConnection) -> (i64, i64) {
    let text = "SELECT MAX(rev) AS rev, MAX(checked_at) AS checked FROM mailbox";
    let row =
        on.query_one_raw(Statement::from_string(on.get_database_backend(), text)).await.unwrap().unwrap();
    (row.try_get("", "rev").unwrap(), row.try_get("", "checked").unwrap())
}

async fn becomes(world: &World, desk: &Desk, id: DelegationId, state: DelegationState) -> Snapshot {
    world
        .until("the organisation changes its state", async || {
            let now = desk.mailboxes.snapshot(id).await.unwrap();
            (now.delegation.state == state && !now.delegation.syncing).then_some(now)
        })
        .await
}

on_both_databases! {
    async fn from_fifty_thousand_is_one_state_and_heals_without_a_click(database: TestDatabase) {
        let (clock, url) = (TestClock::default(), database.url.clone());
        let store = database.store_at(clock.sources()).await;
        let world = World::quiet(database, store.clone(), live::Options::default()).await;
        world.tenant("many.example", MAILBOXES).await;
        let (ctx, desk) = world.desk(MAILBOXES).await;
        let at_work = AtWork::begin(&world);
        let delegation = world.linked(&desk, "many.example").await;
        at_work.end().await;
        let rows = world.rows(&desk, &delegation, Tab::Available).await;
        for rows in rows.chunks(1_000) {
            carry_out_as(&store, &clock, &ctx, delegation.id, RunKind::Connect, rows).await;
        }
        let on = Database::connect(&url).await.unwrap();
        let (before, written) = (desk.mailboxes.snapshot(delegation.id).await.unwrap(), newest(&on).await);
        let connected = u32::try_from(rows.len()).unwrap();
        assert!(connected > MAILBOXES * 9 / 10, "only {connected} could be connected");
        assert_eq!((before.counts.connected, before.pools[0].used), (connected, connected));

        let at_work = AtWork::begin(&world);
        world.sim("tenants/many.example/consent", json!({ "granted": false })).await;
        clock.put_forward(2 * HOUR);
        let broken = becomes(&world, &desk, delegation.id, DelegationState::Broken).await;
        assert_eq!(broken.delegation.reason, Some(Reason::ConsentRevoked));
        let told = broken.delegation.seq.0 - before.delegation.seq.0;
        assert!(told <= EVENTS, "{told} events");
        assert_eq!((newest(&on).await, &broken.counts, &broken.pools), (written, &before.counts, &before.pools));
        // What a page needs to say so is as small as before.
        let size = |snapshot: &Snapshot| serde_json::to_string(snapshot).unwrap().len();
        assert!(size(&broken) < size(&before) + 1_024, "{} bytes", size(&broken));

        world.sim("tenants/many.example/consent", json!({ "granted": true })).await;
        clock.put_forward(10 * MINUTE);
        let healed = becomes(&world, &desk, delegation.id, DelegationState::Active).await;
        assert_eq!((healed.delegation.reason, newest(&on).await), (None, written));
        assert_eq!((healed.counts, healed.pools), (before.counts, before.pools));
        at_work.end().await;
    }
}
