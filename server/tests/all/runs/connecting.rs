//! Connecting a whole organisation, disconnecting, cancelling.

use domain::{
    list::Tab,
    run::{RunKind, RunState},
};

use crate::support::{on_both_databases, world::World};

on_both_databases! {
    async fn a_thousand_mailboxes_connect_and_every_number_agrees(database: TestDatabase) {
        let world = World::start(database).await;
        world.tenant("a.example", 1_050).await;
        let (_, desk) = world.desk(2_000).await;
        let delegation = world.linked(&desk, "a.example").await;
        assert!(World::is_well(&delegation), "{:?}", delegation.checklist);
        let rows = world.rows(&desk, &delegation, Tab::Available).await;
        assert!(rows.len() >= 1_000, "{}", rows.len());
        let run = world.run_over(&desk, &delegation, RunKind::Connect, rows[..1_000].to_vec()).await;
        assert_eq!((run.state, run.counts.succeeded), (RunState::Completed, 1_000));
        let snapshot = desk.mailboxes.snapshot(delegation.id).await.unwrap();
        assert_eq!((snapshot.pools[0].used, snapshot.pools[0].reserved), (1_000, 0));
        assert_eq!((snapshot.counts.connected, snapshot.counts.connecting), (1_000, 0));
        assert_eq!(world.rows(&desk, &delegation, Tab::Connected).await.len(), 1_000);
    }

    async fn disconnecting_frees_the_slots_and_connecting_again_takes_them(database: TestDatabase) {
        let world = World::start(database).await;
        world.tenant("b.example", 30).await;
        let (_, desk) = world.desk(20).await;
        let delegation = world.linked(&desk, "b.example").await;
        let rows: Vec<_> = world.rows(&desk, &delegation, Tab::Available).await.into_iter().take(20).collect();
        for (kind, used) in [(RunKind::Connect, 20), (RunKind::Disconnect, 0), (RunKind::Reconnect, 20)] {
            let run = world.run_over(&desk, &delegation, kind, rows.clone()).await;
            assert_eq!((run.state, run.counts.succeeded), (RunState::Completed, 20), "{kind}");
            let pool = desk.mailboxes.snapshot(delegation.id).await.unwrap().pools.remove(0);
            assert_eq!((pool.used, pool.reserved), (used, 0), "{kind}");
        }
    }

    async fn a_cancelled_run_keeps_what_is_connected_and_gives_the_rest_back(database: TestDatabase) {
        let world = World::start(database).await;
        world.tenant("c.example", 400).await;
        let (_, desk) = world.desk(500).await;
        let delegation = world.linked(&desk, "c.example").await;
        world.sim("tenants/c.example/latency", serde_json::json!({ "ms": 200 })).await;
        let rows = world.rows(&desk, &delegation, Tab::Available).await;
        let request = app::ports::RunRequest { delegation: delegation.id, kind: RunKind::Connect, rows, key: "k".into() };
        let run = desk.runs.start(request).await.unwrap();
        world
            .until("something is connected", async || {
                (desk.runs.detail(run.id).await.unwrap().run.counts.succeeded > 0).then_some(())
            })
            .await;
        desk.runs.cancel(run.id).await.unwrap();
        let run = world.ended(&desk, run.id).await;
        assert_eq!(run.state, RunState::Cancelled);
        assert_eq!(run.counts.pending(), 0);
        let snapshot = desk.mailboxes.snapshot(delegation.id).await.unwrap();
        assert_eq!(snapshot.pools[0].used, run.counts.succeeded);
        assert_eq!((snapshot.pools[0].reserved, snapshot.counts.connecting), (0, 0));
    }
}
