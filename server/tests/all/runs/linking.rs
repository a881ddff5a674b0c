//! Tests of linking a tenant: the decision on Microsoft's pages, and the answer of *Connect*.

use domain::{AppError, Reason, consent::AttemptState, permissions::scopes_text};
use serde_json::json;

use crate::support::test_server::TestServer;
use store_testing::on_both_databases;

fn reason(error: &AppError) -> Option<Reason> {
    error.reason()
}

on_both_databases! {
    async fn connect_without_an_approval_reveals_nothing_about_other_workspaces(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("g.example", 5).await;
        let (_, theirs) = server.caller(10).await;
        server.linked(&theirs, "g.example").await;
        let (_, mine) = server.caller(10).await;
        let linked_elsewhere = mine.setup.connect_tenant("eve@g.example").await.unwrap_err();
        server.tenant("h.example", 5).await;
        let not_linked = mine.setup.connect_tenant("eve@h.example").await.unwrap_err();
        assert_eq!(reason(&linked_elsewhere), Some(Reason::ConsentMissing));
        assert_eq!(linked_elsewhere.to_string().replace("g.example", "h.example"), not_linked.to_string());
    }

    async fn a_second_workspace_that_proves_control_is_refused_without_a_name(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("i.example", 5).await;
        let (_, first) = server.caller(10).await;
        server.linked(&first, "i.example").await;
        let (_, second) = server.caller(10).await;
        let client = second.setup.add_api_client(&simulator::Options::CLIENT_ID.to_string(), &scopes_text()).await.unwrap();
        let authorization = second.setup.authorize(client.id).await.unwrap();
        server.consent(&authorization.url, "admin@i.example", "accept").await;
        let attempt = second.setup.attempt(authorization.attempt.id).await.unwrap();
        assert_eq!((attempt.state, attempt.reason), (AttemptState::Refused, Some(Reason::AlreadyConnectedElsewhere)));
    }

    async fn every_refusal_has_its_own_reason(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("j.example", 5).await;
        let (_, caller) = server.caller(10).await;
        let client = caller.setup.add_api_client(&simulator::Options::CLIENT_ID.to_string(), &scopes_text()).await.unwrap();
        for (account, decision, expected) in [
            ("admin@j.example", "cancel", Reason::ConsentDeclined),
            ("adele.vance@j.example", "accept", Reason::NotAdmin),
            ("appadmin@j.example", "accept", Reason::NotAdmin),
        ] {
            let authorization = caller.setup.authorize(client.id).await.unwrap();
            server.consent(&authorization.url, account, decision).await;
            let attempt = caller.setup.attempt(authorization.attempt.id).await.unwrap();
            assert_eq!((attempt.state, attempt.reason), (AttemptState::Refused, Some(expected)), "{account} {decision}");
        }
        for (email, expected) in [
            ("admin@nowhere-at-all.example", Reason::TenantUnknown),
            ("somebody@gmail.com", Reason::TenantUnknown),
            ("it@treyresearch.us", Reason::NationalCloud),
            ("admin@j.example", Reason::ConsentMissing),
        ] {
            assert_eq!(reason(&caller.setup.connect_tenant(email).await.unwrap_err()), Some(expected), "{email}");
        }
    }

    async fn an_approval_for_another_organisation_is_reported_with_its_account(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("k.example", 5).await;
        server.tenant("l.example", 5).await;
        let (_, caller) = server.caller(10).await;
        let client = caller.setup.add_api_client(&simulator::Options::CLIENT_ID.to_string(), &scopes_text()).await.unwrap();
        let authorization = caller.setup.authorize(client.id).await.unwrap();
        server.consent(&authorization.url, "admin@k.example", "accept").await;
        let refusal = caller.setup.connect_tenant("admin@l.example").await.unwrap_err();
        assert_eq!(reason(&refusal), Some(Reason::WrongTenant));
        assert!(refusal.to_string().contains("admin@k.example"), "{refusal}");
        caller.setup.connect_tenant("admin@k.example").await.unwrap();
    }

    async fn a_forged_tenant_in_the_callback_links_nothing(database: TestDatabase) {
        let server = TestServer::start(database).await;
        let victim = server.tenant("victim.example", 5).await;
        server.tenant("attacker.example", 5).await;
        server.sim("tenants/victim.example/consent", json!({ "granted": true })).await;
        let (_, caller) = server.caller(10).await;
        let client = caller.setup.add_api_client(&simulator::Options::CLIENT_ID.to_string(), &scopes_text()).await.unwrap();
        let authorization = caller.setup.authorize(client.id).await.unwrap();
        // The attacker signs in with an account of their own and stops before the consent page…
        let tab = TestServer::browser();
        let link = authorization.url.rsplit('/').next().unwrap();
        let begin = tab.post(format!("{}/connect/microsoft", server.base)).form(&[("link", link)]);
        let to_microsoft = begin.send().await.unwrap();
        let sign_in = to_microsoft.headers()["location"].to_str().unwrap().to_owned();
        let signed_in = tab.post(&sign_in).form(&[("account", "admin@attacker.example")]).send().await.unwrap();
        let back = signed_in.headers()["location"].to_str().unwrap().to_owned();
        let consent = tab.get(&back).send().await.unwrap();
        let consent = reqwest::Url::parse(consent.headers()["location"].to_str().unwrap()).unwrap();
        let state = consent.query_pairs().find(|(key, _)| key == "state").unwrap().1.into_owned();
        // …and calls our callback with the victim's tenant.
        let forged = format!(
            "{}/connect/microsoft/consented?admin_consent=True&tenant={}&state={state}",
            server.base,
            victim["tid"].as_str().unwrap()
        );
        tab.get(&forged).send().await.unwrap();
        let attempt = caller.setup.attempt(authorization.attempt.id).await.unwrap();
        assert_eq!((attempt.state, attempt.reason), (AttemptState::Refused, Some(Reason::WrongTenant)));
        assert_eq!(reason(&caller.setup.connect_tenant("admin@victim.example").await.unwrap_err()), Some(Reason::ConsentMissing));
        // A replay with the attacker's own tenant fails: the state is used up.
        let replay = tab.get(forged.replace(victim["tid"].as_str().unwrap(), "x")).send().await.unwrap().text().await.unwrap();
        assert!(replay.contains("does not work any more"), "{replay}");
    }

    async fn a_missing_permission_fails_only_its_own_check(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("m.example", 5).await;
        let (_, caller) = server.caller(10).await;
        let view = server.linked(&caller, "m.example").await;
        let roles = ["User.Read.All", "Organization.Read.All", "Mail.ReadWrite", "MailboxSettings.Read"];
        server.sim("tenants/m.example/consent", json!({ "granted": true, "roles": roles })).await;
        caller.setup.connect_tenant("admin@m.example").await.unwrap();
        let view = server
            .wait_until("the checklist shows it", async || {
                let now = caller.mailboxes.snapshot(view.id).await.unwrap().delegation;
                (now.reason == Some(Reason::PermissionMissing) && !now.syncing).then_some(now)
            })
            .await;
        let failed: Vec<&str> = view.checklist.iter().filter(|c| !c.is_good()).map(|c| c.permission.as_str()).collect();
        assert_eq!(failed, vec!["Mail.Send"]);
    }
}
