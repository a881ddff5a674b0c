//! Throttling is waiting, never failing.

use domain::{
    Reason,
    list::Tab,
    run::{RunKind, RunState},
};
use serde_json::json;

use crate::support::{on_both_databases, world::World};

on_both_databases! {
    async fn a_throttled_run_waits_and_fails_nobody(database: TestDatabase) {
        let world = World::start(database).await;
        world.tenant("n.example", 100).await;
        let (_, desk) = world.desk(200).await;
        let delegation = world.linked(&desk, "n.example").await;
        let rows = world.rows(&desk, &delegation, Tab::Available).await;
        let total = u32::try_from(rows.len()).unwrap();
        world.sim("tenants/n.example/throttle", json!({ "seconds": 3, "retry_after": 2, "for": "mailboxes" })).await;
        let request = app::ports::RunRequest { delegation: delegation.id, kind: RunKind::Connect, rows, key: "t".into() };
        let run = desk.runs.start(request).await.unwrap();
        let waiting = world
            .until("the run says that it waits", async || {
                let run = desk.runs.detail(run.id).await.unwrap().run;
                (run.state == RunState::Waiting).then_some(run)
            })
            .await;
        assert_eq!(waiting.reason, Some(Reason::Throttled));
        assert!(waiting.waiting_until.is_some());
        let run = world.ended(&desk, run.id).await;
        assert_eq!((run.state, run.counts.succeeded, run.counts.failed), (RunState::Completed, total, 0));
    }

    async fn a_thousand_mailboxes_connect_at_the_pace_that_exchange_allows(database: TestDatabase) {
        let world = World::start(database).await;
        world.tenant("pace.example", 1_000).await;
        let (_, desk) = world.desk(1_000).await;
        let delegation = world.linked(&desk, "pace.example").await;
        let rows = world.rows(&desk, &delegation, Tab::Available).await;
        let total = u32::try_from(rows.len()).unwrap();
        world.sim("tenants/pace.example/limits", json!({ "exchange_per_second": 150, "exchange_burst": 100 })).await;
        let run = world.run_over(&desk, &delegation, RunKind::Connect, rows).await;
        assert_eq!((run.state, run.counts.succeeded, run.counts.failed), (RunState::Completed, total, 0));
        let tid = delegation.tid.clone().unwrap();
        let log = format!("{}/_sim/requests?tenant={tid}&status=429&limit=1000", world.simulator.base_url);
        let log: serde_json::Value = serde_json::from_str(&world.client.get(log).send().await.unwrap().text().await.unwrap()).unwrap();
        assert!(log["count"].as_u64().unwrap() > 0, "Exchange never said no");
    }
}
