//! Faults of all mailboxes or all users of an organisation: the organisation shows them, with the right reason, and one
//! alarm leaves if it is broken.

use app::ports::Caller;
use domain::{
    Reason,
    delegation::{
        DelegationState,
        DelegationState::{Broken, Degraded},
        DelegationView,
    },
    list::Tab,
    run::{RunKind, RunState},
    schedule::CONFIRM_FAILURE_AFTER,
};
use sea_orm::{ConnectionTrait, Database, Statement};
use serde_json::json;

use super::blast_radius::{follow, get, start};
use crate::support::test_server::TestServer;
use store_testing::{database::TestDatabase, on_both_databases, organisation::confirmed_alerts};

/// Faults that every mailbox of an organisation has, with the state and the reason of the organisation once a run has
/// met them. The others are those of mailboxes: each mailbox says so for itself, and throttled ones make the run wait.
const EVERYWHERE: [(u16, &str, DelegationState, Reason); 4] = [
    (401, "NoPermissionsInAccessToken", Degraded, Reason::PermissionMissing),
    (401, "OrganizationFromTenantGuidNotFound", Broken, Reason::NoExchangeLicense),
    (403, "accessDenied", Degraded, Reason::PermissionMissing),
    (403, "Authorization_IdentityDisabled", Broken, Reason::AppDisabledInTenant),
];

on_both_databases! {
    async fn a_fault_of_all_mailboxes_concerns_the_organisation(database: TestDatabase) {
        let server = TestServer::start(database).await;
        let mut broken = 0;
        for (n, (status, code, state, reason)) in EVERYWHERE.into_iter().enumerate() {
            let (caller, view) = small(&server, &format!("all-{n}.example")).await;
            let fault = json!({ "all": true, "code": code, "status": status, "message": "x" });
            server.sim(&format!("tenants/all-{n}.example/mailboxes/break"), fault).await;
            let rows = server.rows(&caller, &view, Tab::Available).await;
            let run = start(&caller, &view, RunKind::Connect, rows).await;
            let paused = server
                .wait_until("the run is paused", async || {
                    let run = caller.runs.detail(run).await.unwrap().run;
                    (run.state == RunState::Paused).then_some(run)
                })
                .await;
            assert_eq!((paused.reason, paused.counts.settled()), (Some(reason), 0), "{code}: {paused:?}");
            let now = caller.mailboxes.snapshot(view.id).await.unwrap().delegation;
            assert_eq!((now.state, now.reason), (state, Some(reason)), "{code}");
            broken += i64::from(state == Broken);
            assert_eq!(alarms(&server).await, broken, "{code}");
        }
    }
}

/// Answers that no documentation names, about all mailboxes and about all users: a second sync confirms them. Takes half
/// a minute of waits between calls, so the two organisations wait together, and on one database.
#[tokio::test]
async fn an_odd_answer_about_all_of_them_is_confirmed_by_a_second_sync() {
    let server = TestServer::start(TestDatabase::sqlite().await).await;
    let (mail, mail_view) = small(&server, "odd-mail.example").await;
    let odd = json!({ "all": true, "code": "ErrorOfTomorrow", "status": 418, "message": "x" });
    server.sim("tenants/odd-mail.example/mailboxes/break", odd).await;
    let (users, users_view) = small(&server, "odd-users.example").await;
    server.sim("tenants/odd-users.example/expire", json!({ "what": "delta" })).await;
    let truth = get(&server, "tenants/odd-users.example/truth?limit=1000").await;
    for user in truth["users"].as_array().unwrap() {
        let path = format!("tenants/odd-users.example/users/{}/odd", user["id"].as_str().unwrap());
        server.sim(&path, json!({ "set": { "displayName": 7 } })).await;
    }
    for (state, expected) in [(Degraded, 0), (Broken, 2)] {
        let sync = async |caller: &Caller, view: &DelegationView| {
            let run = start(caller, view, RunKind::Sync, vec![]).await;
            let run = follow(&server, caller, run).await;
            let now = caller.mailboxes.snapshot(view.id).await.unwrap();
            assert_eq!((run.state, run.reason), (RunState::Failed, Some(Reason::Unknown)), "{run:?}");
            assert_eq!((now.delegation.state, now.delegation.reason), (state, Some(Reason::Unknown)));
            assert_eq!((now.counts.all, now.counts.attention), (24, 0));
        };
        tokio::join!(sync(&mail, &mail_view), sync(&users, &users_view));
        assert_eq!(alarms(&server).await, expected);
        server.advance_clock(CONFIRM_FAILURE_AFTER);
    }
}

/// The alarms that were queued for all workspaces.
async fn alarms(server: &TestServer) -> i64 {
    let on = Database::connect(&server.database.url).await.unwrap();
    let text = "SELECT COUNT(*) AS n FROM alert WHERE topic = 'organisation.broken'";
    let row = on.query_one_raw(Statement::from_string(on.get_database_backend(), text)).await.unwrap();
    row.unwrap().try_get("", "n").unwrap()
}

/// A linked organisation of 24 people, in a workspace with an address for alerts.
async fn small(server: &TestServer, domain: &str) -> (Caller, DelegationView) {
    server.tenant(domain, 24).await;
    let (ctx, caller) = server.caller(100).await;
    let address = format!("it@{domain}");
    confirmed_alerts(&server.state.store, &ctx, &address).await;
    let view = server.linked(&caller, domain).await;
    (caller, view)
}
