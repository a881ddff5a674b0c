//! A mailbox that breaks in Microsoft 365 is found by the next check, and works again after one reconnect.

use app::ports::RunRequest;
use domain::{
    Reason,
    connection::Connection,
    delegation::DelegationState,
    list::Tab,
    run::{RunKind, RunState},
};
use serde_json::json;

use crate::support::test_server::TestServer;
use store_testing::on_both_databases;

on_both_databases! {
    async fn a_broken_mailbox_needs_attention_and_reconnects_once_fixed(database: TestDatabase) {
        let server = TestServer::start(database).await;
        let (caller, delegation, rows) = server.connected("d.example", 10).await;
        let first = caller.mailboxes.rows(delegation.id, &rows[..1]).await.unwrap().remove(0);
        server.sim(&format!("tenants/d.example/mailboxes/{}/break", first.address), json!({ "code": "ErrorAccessDenied:RAOP" })).await;
        server.run_over(&caller, &delegation, RunKind::Verify, vec![]).await;
        let now = caller.mailboxes.rows(delegation.id, &rows[..1]).await.unwrap().remove(0);
        assert_eq!((now.connection, now.reason), (Connection::NeedsAttention, Some(Reason::OutOfScope)));
        assert_eq!(server.rows(&caller, &delegation, Tab::Attention).await, vec![first.row]);

        let failed = server.run_over(&caller, &delegation, RunKind::Reconnect, vec![first.row]).await;
        assert_eq!((failed.state, failed.counts.failed), (RunState::CompletedWithErrors, 1));
        server.sim(&format!("tenants/d.example/mailboxes/{}/mend", first.address), json!({})).await;
        let fixed = server.run_over(&caller, &delegation, RunKind::Reconnect, vec![first.row]).await;
        assert_eq!(fixed.counts.succeeded, 1);
        let snapshot = caller.mailboxes.snapshot(delegation.id).await.unwrap();
        let all = u32::try_from(rows.len()).unwrap();
        assert_eq!((snapshot.counts.attention, snapshot.pools[0].used), (0, all));
    }

    async fn withdrawn_consent_pauses_the_run_and_changes_no_mailbox(database: TestDatabase) {
        let server = TestServer::start(database).await;
        let (caller, delegation, rows) = server.connected("e.example", 60).await;
        server.sim("tenants/e.example/consent", json!({ "granted": false })).await;
        server.state.microsoft.invalidate_token(&delegation.tid.clone().unwrap().parse().unwrap());
        let request = RunRequest { delegation: delegation.id, kind: RunKind::Verify, rows: vec![], key: "v".into() };
        let run = caller.runs.start(request).await.unwrap();
        let paused = server
            .wait_until("the run pauses", async || {
                let run = caller.runs.detail(run.id).await.unwrap().run;
                (run.state == RunState::Paused).then_some(run)
            })
            .await;
        assert_eq!((paused.reason, paused.counts.failed), (Some(Reason::ConsentRevoked), 0));
        let snapshot = caller.mailboxes.snapshot(delegation.id).await.unwrap();
        assert_eq!(snapshot.counts.connected, u32::try_from(rows.len()).unwrap());
        assert_eq!(
            (snapshot.delegation.state, snapshot.delegation.reason),
            (DelegationState::Broken, Some(Reason::ConsentRevoked))
        );
    }

    async fn a_reconnect_checks_the_organisation_first(database: TestDatabase) {
        let server = TestServer::start(database).await;
        let (caller, delegation, rows) = server.connected("g.example", 10).await;
        let two = caller.mailboxes.rows(delegation.id, &rows[..2]).await.unwrap();
        for row in &two {
            server.sim(&format!("tenants/g.example/mailboxes/{}/break", row.address), json!({ "code": "ErrorAccessDenied:RAOP" })).await;
        }
        server.run_over(&caller, &delegation, RunKind::Verify, vec![]).await;
        for row in &two {
            server.sim(&format!("tenants/g.example/mailboxes/{}/mend", row.address), json!({})).await;
        }
        let request = |key: &str| RunRequest { delegation: delegation.id, kind: RunKind::Reconnect, rows: rows[..2].to_vec(), key: key.to_owned() };
        let state = async || caller.mailboxes.snapshot(delegation.id).await.unwrap().delegation;

        server.sim("tenants/g.example/consent", json!({ "granted": false })).await;
        let refused = caller.runs.start(request("a")).await.unwrap_err();
        assert_eq!(refused.reason(), Some(Reason::ConsentRevoked));
        assert!(refused.to_string().contains("Nothing was changed"), "{refused}");
        // The console shows it too, after a sync that the refusal has requested.
        server.wait_until("the organisation is broken", async || {
            (state().await.state == DelegationState::Broken).then_some(())
        }).await;
        let runs = caller.runs.list(delegation.id).await.unwrap();
        assert!(runs.iter().all(|run| run.kind != RunKind::Reconnect), "{runs:?}");

        server.sim("tenants/g.example/consent", json!({ "granted": true })).await;
        let run = server.run_over(&caller, &delegation, RunKind::Reconnect, rows[..1].to_vec()).await;
        assert_eq!(run.counts.succeeded, 1);
        server.wait_until("the organisation works", async || {
            (state().await.state == DelegationState::Active).then_some(())
        }).await;

        server.sim("tenants/g.example/consent", json!({ "granted": true, "roles": ["User.Read.All", "Organization.Read.All", "MailboxSettings.Read", "Mail.Send"] })).await;
        let refused = caller.runs.start(request("b")).await.unwrap_err();
        assert_eq!(refused.reason(), Some(Reason::PermissionMissing));
        let slots = caller.mailboxes.snapshot(delegation.id).await.unwrap().pools[0].used;
        assert_eq!(slots, u32::try_from(rows.len()).unwrap());
    }

    async fn the_next_sync_adds_new_users_and_removes_deleted_ones(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("f.example", 8).await;
        let (_, caller) = server.caller(100).await;
        let delegation = server.linked(&caller, "f.example").await;
        let before = server.rows(&caller, &delegation, Tab::All).await.len();
        server.sim("tenants/f.example/users", json!({ "displayName": "Nadia Newcomer", "local_part": "nadia" })).await;
        server
            .client
            .delete(format!("{}/_sim/tenants/f.example/users/adele.vance@f.example", server.simulator.base_url))
            .send()
            .await
            .unwrap();
        server.run_over(&caller, &delegation, RunKind::Sync, vec![]).await;
        let rows = server.rows(&caller, &delegation, Tab::All).await;
        assert_eq!(rows.len(), before);
        let people = caller.mailboxes.rows(delegation.id, &rows).await.unwrap();
        assert!(people.iter().any(|row| row.address == "nadia@f.example"));
        assert!(people.iter().all(|row| !row.address.starts_with("adele.vance")));
    }
}
