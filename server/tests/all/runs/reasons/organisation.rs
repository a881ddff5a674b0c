//! Reasons of the whole organisation: one state of the delegation changes; mailboxes and slots do not.

use domain::{
    Reason,
    delegation::DelegationState::{self, Active, Broken, Degraded, Propagating},
    schedule::{HOUR, MINUTE},
};
use serde_json::{Value, json};

use super::{Where, assert_all};
use crate::support::test_server::TestServer;
use store_testing::on_both_databases;

/// A control of the simulator, and its body.
type Control = (&'static str, Value);

struct Case {
    reason: Reason,
    state: DelegationState,
    cause: Control,
    heal: Control,
}

fn cases() -> Vec<Case> {
    let case = |reason, state, at, cause, heal| Case { reason, state, cause: (at, cause), heal: (at, heal) };
    let consent = "tenants/o.example/consent";
    let some = ["User.Read.All", "Organization.Read.All", "Mail.ReadWrite", "MailboxSettings.Read"];
    let granted = json!({ "granted": true });
    vec![
        case(Reason::ConsentRevoked, Broken, consent, json!({ "granted": false }), granted.clone()),
        case(
            Reason::PermissionMissing,
            Degraded,
            consent,
            json!({ "granted": true, "roles": some }),
            granted,
        ),
        case(
            Reason::AppDisabledInTenant,
            Broken,
            consent,
            json!({ "disabled": true }),
            json!({ "disabled": false }),
        ),
        case(
            Reason::BlockedByPolicy,
            Broken,
            consent,
            json!({ "blocked": true }),
            json!({ "blocked": false }),
        ),
        case(
            Reason::OurCredentialProblem,
            Broken,
            "application",
            json!({ "secret_expired": true }),
            json!({ "secret_expired": false }),
        ),
    ]
}

on_both_databases! {
    async fn reasons_are_one_state_and_recover_by_themselves(database: TestDatabase) {
        let cases = cases();
        assert_all(Where::Organisation, cases.iter().map(|case| case.reason).chain([Reason::PropagationPending]));
        let server = TestServer::start(database).await;
        let (caller, delegation, rows) = server.connected("o.example", 5).await;
        let before = caller.mailboxes.snapshot(delegation.id).await.unwrap();
        let people = caller.mailboxes.rows(delegation.id, &rows).await.unwrap();
        let becomes = async |state: DelegationState, reason: Option<Reason>| {
            server
                .wait_until("the organisation changes its state", async || {
                    let now = caller.mailboxes.snapshot(delegation.id).await.unwrap();
                    // An unfinished sync would schedule the next one by the clock at its end.
                    let settled = !now.delegation.syncing;
                    (settled && (now.delegation.state, now.delegation.reason) == (state, reason)).then_some(now)
                })
                .await
        };
        for Case { reason, state, cause, heal } in cases {
            server.sim(cause.0, cause.1).await;
            server.advance_clock(2 * HOUR);
            let now = becomes(state, Some(reason)).await;
            assert_eq!((&now.counts, &now.pools), (&before.counts, &before.pools), "{reason}");
            server.sim(heal.0, heal.1).await;
            server.advance_clock(2 * HOUR);
            let now = becomes(Active, None).await;
            assert_eq!((now.counts, now.pools), (before.counts, before.pools.clone()), "{reason}");
            assert_eq!(caller.mailboxes.rows(delegation.id, &rows).await.unwrap(), people, "{reason}");
        }
    }

    async fn an_approval_that_is_still_propagating_is_shown_as_such(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("p.example", 3).await;
        server.sim("tenants/p.example/propagation", json!({ "seconds": 40 })).await;
        let (_, caller) = server.caller(10).await;
        server.approved(&caller, "p.example").await;
        let delegation = caller.setup.connect_tenant("admin@p.example").await.unwrap().id;
        let becomes = async |state: DelegationState, reason: Option<Reason>| {
            server
                .wait_until("Microsoft applies the approval", async || {
                    let now = caller.mailboxes.snapshot(delegation).await.unwrap().delegation;
                    ((now.state, now.reason) == (state, reason)).then_some(now)
                })
                .await
        };
        becomes(Propagating, Some(Reason::PropagationPending)).await;
        server.sim("clock", json!({ "advance_seconds": 60 })).await;
        server.advance_clock(MINUTE);
        becomes(Active, None).await;
    }
}
