//! Reasons in answers during the set-up: they are shown at once, and disappear with the next correct step.

use domain::{Reason, consent::AttemptState};

use super::{Where, assert_all};
use crate::support::test_server::TestServer;
use store_testing::on_both_databases;

/// The account that signs in on Microsoft's pages, and its decision: at Microsoft, or `decline` on our page after it.
const APPROVALS: [(Reason, &str, &str); 3] = [
    (Reason::ConsentDeclined, "admin@q.example", "cancel"),
    (Reason::ConsentNotUsed, "admin@q.example", "decline"),
    (Reason::NotAdmin, "adele.vance@q.example", "accept"),
];

/// The admin e-mail that is entered, without an approval or with one for another organisation.
const ADDRESSES: [(Reason, &str); 4] = [
    (Reason::TenantUnknown, "admin@nowhere-at-all.example"),
    (Reason::NationalCloud, "it@treyresearch.us"),
    (Reason::ConsentMissing, "admin@q.example"),
    (Reason::WrongTenant, "admin@q.example"),
];

on_both_databases! {
    async fn reasons_are_shown_at_once_and_leave_no_state_behind(database: TestDatabase) {
        let elsewhere = Reason::AlreadyConnectedElsewhere;
        let reasons = APPROVALS.iter().map(|case| case.0).chain(ADDRESSES.iter().map(|case| case.0));
        assert_all(Where::Answer, reasons.chain([elsewhere]));

        let server = TestServer::start(database).await;
        for domain in ["q.example", "r.example"] {
            server.tenant(domain, 3).await;
        }
        let (_, caller) = server.caller(10).await;
        let client = caller
            .setup
            .add_api_client(&simulator::Options::CLIENT_ID.to_string(), &domain::permissions::scopes_text())
            .await
            .unwrap();
        let approve = async |account: &str, decision: &str| {
            let authorization = caller.setup.authorize(client.id).await.unwrap();
            server.consent(&authorization.url, account, decision).await;
            caller.setup.attempt(authorization.attempt.id).await.unwrap()
        };
        for (reason, account, decision) in APPROVALS {
            let attempt = approve(account, decision).await;
            assert_eq!((attempt.state, attempt.reason), (AttemptState::Refused, Some(reason)));
        }
        for (reason, address) in ADDRESSES {
            if reason == Reason::WrongTenant {
                assert_eq!(approve("admin@r.example", "accept").await.state, AttemptState::Granted);
            }
            let refusal = caller.setup.connect_tenant(address).await.unwrap_err();
            assert_eq!(refusal.reason(), Some(reason), "{address}");
        }
        // The correct step, after all the wrong ones.
        let mine = server.linked(&caller, "q.example").await.id;

        // Another workspace is refused while this one has the organisation.
        let (_, theirs) = server.caller(10).await;
        let client = theirs
            .setup
            .add_api_client(&simulator::Options::CLIENT_ID.to_string(), &domain::permissions::scopes_text())
            .await
            .unwrap();
        let authorization = theirs.setup.authorize(client.id).await.unwrap();
        server.consent(&authorization.url, "admin@q.example", "accept").await;
        let attempt = theirs.setup.attempt(authorization.attempt.id).await.unwrap();
        assert_eq!((attempt.state, attempt.reason), (AttemptState::Refused, Some(elsewhere)));
        caller.setup.remove_delegation(mine).await.unwrap();
        server.linked(&theirs, "q.example").await;
    }
}
