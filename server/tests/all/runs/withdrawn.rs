//! Consent is withdrawn for an organisation with 50,000 connected mailboxes: one state changes, and no mailbox is
//! written.

use app::ports::Caller;
use domain::{
    Reason,
    delegation::DelegationState,
    ids::DelegationId,
    list::Tab,
    run::RunKind,
    schedule::{HOUR, MINUTE},
    workspace::Snapshot,
};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use serde_json::json;
use server::{live, worker::Runner};
use tokio_util::sync::CancellationToken;

use crate::support::test_server::TestServer;
use store_testing::{clock::TestClock, on_both_databases, organisation::complete_run_as};

const MAILBOXES: u32 = 50_000;
/// The maximum number of events: for the organisation's state, its counts, and the data that streams need to show them;
/// none per mailbox.
const EVENTS: i64 = 8;

/// A runner that works until it is stopped.
struct ActiveRunner {
    stop: CancellationToken,
    done: tokio::task::JoinHandle<()>,
}

impl ActiveRunner {
    fn start(server: &TestServer) -> Self {
        let (stop, state) = (CancellationToken::new(), &server.state);
        let runner = Runner::new(state.store.clone(), state.microsoft.clone(), "many".into(), stop.clone());
        Self { stop, done: tokio::spawn(runner.run()) }
    }

    async fn stop(self) {
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

async fn becomes(server: &TestServer, caller: &Caller, id: DelegationId, state: DelegationState) -> Snapshot {
    server
        .wait_until("the organisation changes its state", async || {
            let now = caller.mailboxes.snapshot(id).await.unwrap();
            (now.delegation.state == state && !now.delegation.syncing).then_some(now)
        })
        .await
}

on_both_databases! {
    async fn consent_of_fifty_thousand_mailboxes_is_one_state_and_recovers_without_a_click(database: TestDatabase) {
        let (clock, url) = (TestClock::default(), database.url.clone());
        let store = database.store_at(clock.sources()).await;
        let server = TestServer::quiet(database, store.clone(), live::Options::default()).await;
        server.tenant("many.example", MAILBOXES).await;
        let (ctx, caller) = server.caller(MAILBOXES).await;
        let runner = ActiveRunner::start(&server);
        let delegation = server.linked(&caller, "many.example").await;
        runner.stop().await;
        let rows = server.rows(&caller, &delegation, Tab::Available).await;
        for rows in rows.chunks(1_000) {
            complete_run_as(&store, &clock, &ctx, delegation.id, RunKind::Connect, rows).await;
        }
        let on = Database::connect(&url).await.unwrap();
        let (before, written) = (caller.mailboxes.snapshot(delegation.id).await.unwrap(), newest(&on).await);
        let connected = u32::try_from(rows.len()).unwrap();
        assert!(connected > MAILBOXES * 9 / 10, "only {connected} could be connected");
        assert_eq!((before.counts.connected, before.pools[0].used), (connected, connected));

        let runner = ActiveRunner::start(&server);
        server.sim("tenants/many.example/consent", json!({ "granted": false })).await;
        clock.advance(2 * HOUR);
        let broken = becomes(&server, &caller, delegation.id, DelegationState::Broken).await;
        assert_eq!(broken.delegation.reason, Some(Reason::ConsentRevoked));
        let events = broken.delegation.seq.0 - before.delegation.seq.0;
        assert!(events <= EVENTS, "{events} events");
        assert_eq!((newest(&on).await, &broken.counts, &broken.pools), (written, &before.counts, &before.pools));
        // The snapshot for a page does not grow.
        let size = |snapshot: &Snapshot| serde_json::to_string(snapshot).unwrap().len();
        assert!(size(&broken) < size(&before) + 1_024, "{} bytes", size(&broken));

        server.sim("tenants/many.example/consent", json!({ "granted": true })).await;
        clock.advance(10 * MINUTE);
        let healed = becomes(&server, &caller, delegation.id, DelegationState::Active).await;
        assert_eq!((healed.delegation.reason, newest(&on).await), (None, written));
        assert_eq!((healed.counts, healed.pools), (before.counts, before.pools));
        runner.stop().await;
    }
}
