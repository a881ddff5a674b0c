//! What breaks in Microsoft 365 is found by the next check, and mended by one reconnect.

use app::ports::RunRequest;
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
        let request = RunRequest { delegation: delegation.id, kind: RunKind::Verify, rows: vec![], key: "v".into() };
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

    async fn a_reconnect_asks_the_organisation_first(database: TestDatabase) {
        let world = World::start(database).await;
        let (desk, delegation, rows) = world.connected("g.example", 10).await;
        let two = desk.mailboxes.rows(delegation.id, &rows[..2]).await.unwrap();
        for row in &two {
            world.sim(&format!("tenants/g.example/mailboxes/{}/break", row.address), json!({ "code": "ErrorAccessDenied:RAOP" })).await;
        }
        world.run_over(&desk, &delegation, RunKind::Verify, vec![]).await;
        for row in &two {
            world.sim(&format!("tenants/g.example/mailboxes/{}/mend", row.address), json!({})).await;
        }
        let request = |key: &str| RunRequest { delegation: delegation.id, kind: RunKind::Reconnect, rows: rows[..2].to_vec(), key: key.to_owned() };
        let state = async || desk.mailboxes.snapshot(delegation.id).await.unwrap().delegation;

        world.sim("tenants/g.example/consent", json!({ "granted": false })).await;
        let refused = desk.runs.start(request("a")).await.unwrap_err();
        assert_eq!(refused.reason(), Some(Reason::ConsentRevoked));
        assert!(refused.to_string().contains("Nothing was changed"), "{refused}");
        // The console learns it as well, without anybody asking.
        world.until("the organisation is broken", async || {
            (state().await.state == DelegationState::Broken).then_some(())
        }).await;
        let told = desk.runs.list(delegation.id).await.unwrap();
        assert!(told.iter().all(|run| run.kind != RunKind::Reconnect), "{told:?}");

        world.sim("tenants/g.example/consent", json!({ "granted": true })).await;
        let run = world.run_over(&desk, &delegation, RunKind::Reconnect, rows[..1].to_vec()).await;
        assert_eq!(run.counts.succeeded, 1);
        world.until("the organisation works", async || {
            (state().await.state == DelegationState::Active).then_some(())
        }).await;

        world.sim("tenants/g.example/consent", json!({ "granted": true, "roles": ["User.Read.All", "Organization.Read.All", "MailboxSettings.Read", "Mail.Send"] })).await;
        let refused = desk.runs.start(request("b")).await.unwrap_err();
        assert_eq!(refused.reason(), Some(Reason::PermissionMissing));
        let slots = desk.mailboxes.snapshot(delegation.id).await.unwrap().pools[0].used;
        assert_eq!(slots, u32::try_from(rows.len()).unwrap());
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
