//! Tests of connecting a whole organisation, disconnecting, and cancelling.

use domain::{
    list::Tab,
    run::{RunKind, RunState},
};

use crate::support::test_server::TestServer;
use store_testing::on_both_databases;

on_both_databases! {
    async fn a_thousand_mailboxes_connect_and_every_number_agrees(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("a.example", 1_050).await;
        let (_, caller) = server.caller(2_000).await;
        let delegation = server.linked(&caller, "a.example").await;
        assert!(TestServer::is_healthy(&delegation), "{:?}", delegation.checklist);
        let rows = server.rows(&caller, &delegation, Tab::Available).await;
        assert!(rows.len() >= 1_000, "{}", rows.len());
        let run = server.run_over(&caller, &delegation, RunKind::Connect, rows[..1_000].to_vec()).await;
        assert_eq!((run.state, run.counts.succeeded), (RunState::Completed, 1_000));
        let snapshot = caller.mailboxes.snapshot(delegation.id).await.unwrap();
        assert_eq!((snapshot.pools[0].used, snapshot.pools[0].reserved), (1_000, 0));
        assert_eq!((snapshot.counts.connected, snapshot.counts.connecting), (1_000, 0));
        assert_eq!(server.rows(&caller, &delegation, Tab::Connected).await.len(), 1_000);
    }

    async fn disconnecting_frees_the_slots_and_connecting_again_takes_them(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("b.example", 30).await;
        let (_, caller) = server.caller(20).await;
        let delegation = server.linked(&caller, "b.example").await;
        let rows: Vec<_> = server.rows(&caller, &delegation, Tab::Available).await.into_iter().take(20).collect();
        for (kind, used) in [(RunKind::Connect, 20), (RunKind::Disconnect, 0), (RunKind::Reconnect, 20)] {
            let run = server.run_over(&caller, &delegation, kind, rows.clone()).await;
            assert_eq!((run.state, run.counts.succeeded), (RunState::Completed, 20), "{kind}");
            let pool = caller.mailboxes.snapshot(delegation.id).await.unwrap().pools.remove(0);
            assert_eq!((pool.used, pool.reserved), (used, 0), "{kind}");
        }
    }

    async fn a_cancelled_run_keeps_connected_mailboxes_and_releases_the_other_slots(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("c.example", 400).await;
        let (_, caller) = server.caller(500).await;
        let delegation = server.linked(&caller, "c.example").await;
        server.sim("tenants/c.example/latency", serde_json::json!({ "ms": 200 })).await;
        let rows = server.rows(&caller, &delegation, Tab::Available).await;
        let request = app::ports::RunRequest { delegation: delegation.id, kind: RunKind::Connect, rows, key: "k".into() };
        let run = caller.runs.start(request).await.unwrap();
        server
            .wait_until("a mailbox is connected", async || {
                (caller.runs.detail(run.id).await.unwrap().run.counts.succeeded > 0).then_some(())
            })
            .await;
        caller.runs.cancel(run.id).await.unwrap();
        let run = server.ended(&caller, run.id).await;
        assert_eq!(run.state, RunState::Cancelled);
        assert_eq!(run.counts.pending(), 0);
        let snapshot = caller.mailboxes.snapshot(delegation.id).await.unwrap();
        assert_eq!(snapshot.pools[0].used, run.counts.succeeded);
        assert_eq!((snapshot.pools[0].reserved, snapshot.counts.connecting), (0, 0));
    }
}
