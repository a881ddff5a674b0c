//! Throttling makes runs wait, and never fail.

use domain::{
    Reason,
    list::Tab,
    run::{RunKind, RunState},
};
use serde_json::json;

use crate::support::test_server::TestServer;
use store_testing::on_both_databases;

on_both_databases! {
    async fn a_throttled_run_waits_and_fails_no_mailbox(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("n.example", 100).await;
        let (_, caller) = server.caller(200).await;
        let delegation = server.linked(&caller, "n.example").await;
        let rows = server.rows(&caller, &delegation, Tab::Available).await;
        let total = u32::try_from(rows.len()).unwrap();
        server.sim("tenants/n.example/throttle", json!({ "seconds": 3, "retry_after": 2, "for": "mailboxes" })).await;
        let request = app::ports::RunRequest { delegation: delegation.id, kind: RunKind::Connect, rows, key: "t".into() };
        let run = caller.runs.start(request).await.unwrap();
        let waiting = server
            .wait_until("the run is waiting", async || {
                let run = caller.runs.detail(run.id).await.unwrap().run;
                (run.state == RunState::Waiting).then_some(run)
            })
            .await;
        assert_eq!(waiting.reason, Some(Reason::Throttled));
        assert!(waiting.waiting_until.is_some());
        let run = server.ended(&caller, run.id).await;
        assert_eq!((run.state, run.counts.succeeded, run.counts.failed), (RunState::Completed, total, 0));
    }

    async fn a_thousand_mailboxes_connect_at_the_pace_that_exchange_allows(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("pace.example", 1_000).await;
        let (_, caller) = server.caller(1_000).await;
        let delegation = server.linked(&caller, "pace.example").await;
        let rows = server.rows(&caller, &delegation, Tab::Available).await;
        let total = u32::try_from(rows.len()).unwrap();
        server.sim("tenants/pace.example/limits", json!({ "exchange_per_second": 60, "exchange_burst": 60 })).await;
        let run = server.run_over(&caller, &delegation, RunKind::Connect, rows).await;
        assert_eq!((run.state, run.counts.succeeded, run.counts.failed), (RunState::Completed, total, 0));
        let tid = delegation.tid.clone().unwrap();
        let log = format!("{}/_sim/requests?tenant={tid}&status=429&limit=1000", server.simulator.base_url);
        let log: serde_json::Value = serde_json::from_str(&server.client.get(log).send().await.unwrap().text().await.unwrap()).unwrap();
        assert!(log["count"].as_u64().unwrap() > 0, "Exchange throttled no request");
    }
}
