//! What breaks in Microsoft 365 is found by the next check, and mended by one reconnect.

use domain::{
    Reason,
    connection::Connection,
    delegation::DelegationState,
    list::Tab,
    run::{RunKind, RunState},
};
use serde_json::json;

use crate::support::{on_both_databases, world::World};

on_both_databases! {
    async fn a_broken_mailbox_needs_attention_and_reconnects_once_mended(database: TestDatabase) {
        let world = World::start(database).await;
        let (desk, delegation, rows) = world.connected("d.example", 10).await;
        let first = desk.mailboxes.rows(delegation.id, &rows[..1]).await.unwrap().remove(0);
        world.sim(&format!("tenants/d.example/mailboxes/{}/break", first.address), json!({ "code": "ErrorAccessDenied:RAOP" })).await;
        world.run_over(&desk, &delegation, RunKind::Verify, vec![]).await;
        let now = desk.mailboxes.rows(delegation.id, &rows[..1]).await.unwrap().remove(0);
        assert_eq!((now.connection, now.reason), (Connection::NeedsAttention, Some(Reason::OutOfScope)));
        assert_eq!(world.rows(&desk, &delegation, Tab::Attention).await, vec![first.row]);

        let failed = world.run_over(&desk, &delegation, RunKind::Reconnect, vec![first.row]).await;
        assert_eq!((failed.state, failed.counts.failed), (RunState::CompletedWithErrors, 1));
        world.sim(&format!("tenants/d.example/mailboxes/{}/mend", first.address), json!({})).await;
        let mended = world.run_over(&desk, &delegation, RunKind::Reconnect, vec![first.row]).await;
        assert_eq!(mended.counts.succeeded, 1);
        let snapshot = desk.mailboxes.snapshot(delegation.id).await.unwrap();
        let all = u32::try_from(rows.len()).unwrap();
        assert_eq!((snapshot.counts.attention, snapshot.pools[0].used), (0, all));
    }

    async fn withdrawn_consent_pauses_the_run_and_rewrites_no_mailbox(database: TestDatabase) {
        let world = World::start(database).await;
        let (desk, delegation, rows) = world.connected("e.example", 60).await;
        world.sim("tenants/e.example/consent", json!({ "granted": false })).await;
        world.state.microsoft.forget_token(&delegation.tid.clone().unwrap().parse().unwrap());
        let request = app::ports::RunRequest { delegation: delegation.id, kind: RunKind::Verify, rows: vec![], key: "v".into() };
        let run = desk.runs.start(request).await.unwrap();
        let paused = world
            .until("the run pauses", async || {
                let run = desk.runs.detail(run.id).await.unwrap().run;
                (run.state == RunState::Paused).then_some(run)
            })
            .await;
        assert_eq!((paused.reason, paused.counts.failed), (Some(Reason::ConsentRevoked), 0));
        let snapshot = desk.mailboxes.snapshot(delegation.id).await.unwrap();
        assert_eq!(snapshot.counts.connected, u32::try_from(rows.len()).unwrap());
        assert_eq!(
            (snapshot.delegation.state, snapshot.delegation.reason),
            (DelegationState::Broken, Some(Reason::ConsentRevoked))
        );
    }

    async fn the_next_sync_brings_newcomers_and_takes_leavers_off(database: TestDatabase) {
        let world = World::start(database).await;
        world.tenant("f.example", 8).await;
        let (_, desk) = world.desk(100).await;
        let delegation = world.linked(&desk, "f.example").await;
        let before = world.rows(&desk, &delegation, Tab::All).await.len();
        world.sim("tenants/f.example/users", json!({ "displayName": "Nadia Newcomer", "local_part": "nadia" })).await;
        world
            .client
            .delete(format!("{}/_sim/tenants/f.example/users/adele.vance@f.example", world.simulator.base_url))
            .send()
            .await
            .unwrap();
        world.run_over(&desk, &delegation, RunKind::Sync, vec![]).await;
        let rows = world.rows(&desk, &delegation, Tab::All).await;
        assert_eq!(rows.len(), before);
        let people = desk.mailboxes.rows(delegation.id, &rows).await.unwrap();
        assert!(people.iter().any(|row| row.address == "nadia@f.example"));
        assert!(people.iter().all(|row| !row.address.starts_with("adele.vance")));
    }
}
