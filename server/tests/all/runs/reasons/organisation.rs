//! Reasons of the whole organisation: one state of the delegation, no mailbox rewritten, slots kept.

use domain::{
    Reason,
    cadence::{HOUR, MINUTE},
    delegation::DelegationState::{self, Active, Broken, Degraded, Propagating},
};
use serde_json::{Value, json};

use super::{Where, assert_all};
use crate::support::{on_both_databases, world::World};

/// A control of the simulator, and what it is told.
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
    async fn is_one_state_and_heals_by_itself(database: TestDatabase) {
        let cases = cases();
        assert_all(Where::Organisation, cases.iter().map(|case| case.reason).chain([Reason::PropagationPending]));
        let world = World::start(database).await;
        let (desk, delegation, rows) = world.connected("o.example", 5).await;
        let before = desk.mailboxes.snapshot(delegation.id).await.unwrap();
        let people = desk.mailboxes.rows(delegation.id, &rows).await.unwrap();
        let becomes = async |state: DelegationState, reason: Option<Reason>| {
            world
                .until("the organisation changes its state", async || {
                    let now = desk.mailboxes.snapshot(delegation.id).await.unwrap();
                    // A sync that is not through yet plans the next one by the clock of its end.
                    let settled = !now.delegation.syncing;
                    (settled && (now.delegation.state, now.delegation.reason) == (state, reason)).then_some(now)
                })
                .await
        };
        for Case { reason, state, cause, heal } in cases {
            world.sim(cause.0, cause.1).await;
            world.later(2 * HOUR);
            let now = becomes(state, Some(reason)).await;
            assert_eq!((&now.counts, &now.pools), (&before.counts, &before.pools), "{reason}");
            world.sim(heal.0, heal.1).await;
            world.later(2 * HOUR);
            let now = becomes(Active, None).await;
            assert_eq!((now.counts, now.pools), (before.counts, before.pools.clone()), "{reason}");
            assert_eq!(desk.mailboxes.rows(delegation.id, &rows).await.unwrap(), people, "{reason}");
        }
    }

    async fn an_approval_that_is_on_its_way_says_so(database: TestDatabase) {
        let world = World::start(database).await;
        world.tenant("p.example", 3).await;
        world.sim("tenants/p.example/propagation", json!({ "seconds": 40 })).await;
        let (_, desk) = world.desk(10).await;
        world.approved(&desk, "p.example").await;
        let delegation = desk.setup.connect_tenant("admin@p.example").await.unwrap().id;
        let becomes = async |state: DelegationState, reason: Option<Reason>| {
            world
                .until("Microsoft acts on the approval", async || {
                    let now = desk.mailboxes.snapshot(delegation).await.unwrap().delegation;
                    ((now.state, now.reason) == (state, reason)).then_some(now)
                })
                .await
        };
        becomes(Propagating, Some(Reason::PropagationPending)).await;
        world.sim("clock", json!({ "advance_seconds": 60 })).await;
        world.later(MINUTE);
        becomes(Active, None).await;
    }
}
