//! Linking a tenant: what the second tab decides and what *Connect* then answers.

use domain::{AppError, Reason, consent::AttemptState, permissions::scopes_text};
use serde_json::json;

use crate::support::{on_both_databases, world::World};

fn reason(error: &AppError) -> Option<Reason> {
    error.reason()
}

on_both_databases! {
    async fn without_an_approval_connect_says_so_and_knows_nothing_of_others(database: TestDatabase) {
        let world = World::start(database).await;
        world.tenant("g.example", 5).await;
        let (_, theirs) = world.desk(10).await;
        world.linked(&theirs, "g.example").await;
        let (_, mine) = world.desk(10).await;
        let linked_elsewhere = mine.setup.connect_tenant("eve@g.example").await.unwrap_err();
        world.tenant("h.example", 5).await;
        let not_linked = mine.setup.connect_tenant("eve@h.example").await.unwrap_err();
        assert_eq!(reason(&linked_elsewhere), Some(Reason::ConsentMissing));
        assert_eq!(linked_elsewhere.to_string().replace("g.example", "h.example"), not_linked.to_string());
    }

    async fn a_second_workspace_that_proves_control_is_refused_without_a_name(database: TestDatabase) {
        let world = World::start(database).await;
        world.tenant("i.example", 5).await;
        let (_, first) = world.desk(10).await;
        world.linked(&first, "i.example").await;
        let (_, second) = world.desk(10).await;
        let client = second.setup.add_api_client(&simulator::Options::CLIENT_ID.to_string(), &scopes_text()).await.unwrap();
        let authorization = second.setup.authorize(client.id).await.unwrap();
        world.consent(&authorization.url, "admin@i.example", "accept").await;
        let attempt = second.setup.attempt(authorization.attempt.id).await.unwrap();
        assert_eq!((attempt.state, attempt.reason), (AttemptState::Refused, Some(Reason::AlreadyConnectedElsewhere)));
    }

    async fn every_way_to_say_no_has_its_own_answer(database: TestDatabase) {
        let world = World::start(database).await;
        world.tenant("j.example", 5).await;
        let (_, desk) = world.desk(10).await;
        let client = desk.setup.add_api_client(&simulator::Options::CLIENT_ID.to_string(), &scopes_text()).await.unwrap();
        for (account, decision, expected) in [
            ("admin@j.example", "cancel", Reason::ConsentDeclined),
            ("adele.vance@j.example", "accept", Reason::NotAdmin),
            ("appadmin@j.example", "accept", Reason::NotAdmin),
        ] {
            let authorization = desk.setup.authorize(client.id).await.unwrap();
            world.consent(&authorization.url, account, decision).await;
            let attempt = desk.setup.attempt(authorization.attempt.id).await.unwrap();
            assert_eq!((attempt.state, attempt.reason), (AttemptState::Refused, Some(expected)), "{account} {decision}");
        }
        for (email, expected) in [
            ("admin@nowhere-at-all.example", Reason::TenantUnknown),
            ("somebody@gmail.com", Reason::TenantUnknown),
            ("it@treyresearch.us", Reason::NationalCloud),
            ("admin@j.example", Reason::ConsentMissing),
        ] {
            assert_eq!(reason(&desk.setup.connect_tenant(email).await.unwrap_err()), Some(expected), "{email}");
        }
    }

    async fn an_approval_for_another_organisation_is_named_as_such(database: TestDatabase) {
        let world = World::start(database).await;
        world.tenant("k.example", 5).await;
        world.tenant("l.example", 5).await;
        let (_, desk) = world.desk(10).await;
        let client = desk.setup.add_api_client(&simulator::Options::CLIENT_ID.to_string(), &scopes_text()).await.unwrap();
        let authorization = desk.setup.authorize(client.id).await.unwrap();
        world.consent(&authorization.url, "admin@k.example", "accept").await;
        let refusal = desk.setup.connect_tenant("admin@l.example").await.unwrap_err();
        assert_eq!(reason(&refusal), Some(Reason::WrongTenant));
        assert!(refusal.to_string().contains("admin@k.example"), "{refusal}");
        desk.setup.connect_tenant("admin@k.example").await.unwrap();
    }

    async fn a_forged_tenant_in_the_callback_links_nothing(database: TestDatabase) {
        let world = World::start(database).await;
        let victim = world.tenant("victim.example", 5).await;
        world.tenant("attacker.example", 5).await;
        world.sim("tenants/victim.example/consent", json!({ "granted": true })).await;
        let (_, desk) = world.desk(10).await;
        let client = desk.setup.add_api_client(&simulator::Options::CLIENT_ID.to_string(), &scopes_text()).await.unwrap();
        let authorization = desk.setup.authorize(client.id).await.unwrap();
        // The attacker signs in with an account of their own and stops before the consent page…
        let tab = World::browser();
        let to_microsoft = tab.get(&authorization.url).send().await.unwrap();
        let sign_in = to_microsoft.headers()["location"].to_str().unwrap().to_owned();
        let signed_in = tab.post(&sign_in).form(&[("account", "admin@attacker.example")]).send().await.unwrap();
        let back = signed_in.headers()["location"].to_str().unwrap().to_owned();
        let consent = tab.get(&back).send().await.unwrap();
        let consent = reqwest::Url::parse(consent.headers()["location"].to_str().unwrap()).unwrap();
        let state = consent.query_pairs().find(|(key, _)| key == "state").unwrap().1.into_owned();
        // …and calls our callback with the victim's tenant.
        let forged = format!(
            "{}/connect/microsoft/consented?admin_consent=True&tenant={}&state={state}",
            world.base,
            victim["tid"].as_str().unwrap()
        );
        tab.get(&forged).send().await.unwrap();
        let attempt = desk.setup.attempt(authorization.attempt.id).await.unwrap();
        assert_eq!((attempt.state, attempt.reason), (AttemptState::Refused, Some(Reason::WrongTenant)));
        assert_eq!(reason(&desk.setup.connect_tenant("admin@victim.example").await.unwrap_err()), Some(Reason::ConsentMissing));
        // Replayed with the attacker's own tenant it is used up.
        let replay = tab.get(forged.replace(victim["tid"].as_str().unwrap(), "x")).send().await.unwrap().text().await.unwrap();
        assert!(replay.contains("does not work any more"), "{replay}");
    }

    async fn a_missing_permission_is_red_and_the_rest_goes_on(database: TestDatabase) {
        let world = World::start(database).await;
        world.tenant("m.example", 5).await;
        let (_, desk) = world.desk(10).await;
        let view = world.linked(&desk, "m.example").await;
        let roles = ["User.Read.All", "Organization.Read.All", "Mail.ReadWrite", "MailboxSettings.Read"];
        world.sim("tenants/m.example/consent", json!({ "granted": true, "roles": roles })).await;
        desk.setup.connect_tenant("admin@m.example").await.unwrap();
        let view = world
            .until("the checklist tells", async || {
                let now = desk.mailboxes.snapshot(view.id).await.unwrap().delegation;
                (now.reason == Some(Reason::PermissionMissing) && !now.syncing).then_some(now)
            })
            .await;
        let red: Vec<&str> = view.checklist.iter().filter(|c| !c.is_good()).map(|c| c.permission.as_str()).collect();
        assert_eq!(red, vec!["Mail.Send"]);
    }
}
