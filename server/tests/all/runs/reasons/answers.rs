//! Reasons that answer somebody who sets Warmy up: said at once, and gone with the next right step.

use domain::{Reason, consent::AttemptState};

use super::{Where, assert_all};
use crate::support::{on_both_databases, world::World};

/// Who signs in on Microsoft's pages, and what they press.
const APPROVALS: [(Reason, &str, &str); 2] = [
    (Reason::ConsentDeclined, "admin@q.example", "cancel"),
    (Reason::NotAdmin, "adele.vance@q.example", "accept"),
];

/// What is typed as the admin e-mail, after an approval for another organisation or none.
const ADDRESSES: [(Reason, &str); 4] = [
    (Reason::TenantUnknown, "admin@nowhere-at-all.example"),
    (Reason::NationalCloud, "it@treyresearch.us"),
    (Reason::ConsentMissing, "admin@q.example"),
    (Reason::WrongTenant, "admin@q.example"),
];

on_both_databases! {
    async fn is_said_at_once_and_leaves_nothing_behind(database: TestDatabase) {
        let elsewhere = Reason::AlreadyConnectedElsewhere;
        let causes = APPROVALS.iter().map(|case| case.0).chain(ADDRESSES.iter().map(|case| case.0));
        assert_all(Where::Answer, causes.chain([elsewhere]));

        let world = World::start(database).await;
        for domain in ["q.example", "r.example"] {
            world.tenant(domain, 3).await;
        }
        let (_, desk) = world.desk(10).await;
        let client = desk
            .setup
            .add_api_client(&simulator::Options::CLIENT_ID.to_string(), &domain::permissions::scopes_text())
            .await
            .unwrap();
        let approve = async |account: &str, decision: &str| {
            let authorization = desk.setup.authorize(client.id).await.unwrap();
            world.consent(&authorization.url, account, decision).await;
            desk.setup.attempt(authorization.attempt.id).await.unwrap()
        };
        for (reason, account, decision) in APPROVALS {
            let attempt = approve(account, decision).await;
            assert_eq!((attempt.state, attempt.reason), (AttemptState::Refused, Some(reason)));
        }
        for (reason, address) in ADDRESSES {
            if reason == Reason::WrongTenant {
                assert_eq!(approve("admin@r.example", "accept").await.state, AttemptState::Granted);
            }
            let refusal = desk.setup.connect_tenant(address).await.unwrap_err();
            assert_eq!(refusal.reason(), Some(reason), "{address}");
        }
        // The right step, after all these wrong ones.
        let mine = world.linked(&desk, "q.example").await.id;

        // Another workspace is told so as long as this one has the organisation.
        let (_, theirs) = world.desk(10).await;
        let client = theirs
            .setup
            .add_api_client(&simulator::Options::CLIENT_ID.to_string(), &domain::permissions::scopes_text())
            .await
            .unwrap();
        let authorization = theirs.setup.authorize(client.id).await.unwrap();
        world.consent(&authorization.url, "admin@q.example", "accept").await;
        let attempt = theirs.setup.attempt(authorization.attempt.id).await.unwrap();
        assert_eq!((attempt.state, attempt.reason), (AttemptState::Refused, Some(elsewhere)));
        desk.setup.remove_delegation(mine).await.unwrap();
        world.linked(&theirs, "q.example").await;
    }
}
