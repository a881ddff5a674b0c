//! Attempts to take over another company's tenant or account, against the simulated Microsoft: all are refused.

use domain::{Reason, consent::AttemptState, permissions::scopes_text};
use reqwest::{Client, Url};

use crate::support::test_server::TestServer;
use store_testing::on_both_databases;

/// Goes through the pages up to the redirect back to us that ends with `leaf`, which is returned and not followed.
async fn stopped_at(server: &TestServer, tab: &Client, start: &str, account: &str, leaf: &str) -> Url {
    let answer = tab.get(start).send().await.unwrap();
    let stop = |next: &Url| next.as_str().starts_with(&server.base) && next.path().ends_with(leaf);
    let (url, text) = server.approve(tab, answer, (account, "accept"), stop).await;
    assert!(text.is_empty(), "not stopped: {text}");
    url
}

fn with_param(url: &Url, key: &str, value: &str) -> Url {
    let pairs: Vec<(String, String)> = url
        .query_pairs()
        .map(
            |(k, v)| {
                if k == key { (k.into_owned(), value.to_owned()) } else { (k.into_owned(), v.into_owned()) }
            },
        )
        .collect();
    let mut url = url.clone();
    url.query_pairs_mut().clear().extend_pairs(pairs);
    url
}

fn param(url: &Url, key: &str) -> String {
    url.query_pairs().find(|(k, _)| k == key).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

on_both_databases! {
    async fn a_forged_tenant_a_used_state_and_a_swapped_one_link_nothing(database: TestDatabase) {
        let server = TestServer::start(database).await;
        let victim = server.tenant("victim.example", 5).await["tid"].as_str().unwrap().to_owned();
        server.tenant("attacker.example", 5).await;
        let (_, theirs) = server.caller(10).await;
        server.linked(&theirs, "victim.example").await;
        let (_, mine) = server.caller(10).await;
        let client = mine.setup.add_api_client(&simulator::Options::CLIENT_ID.to_string(), &scopes_text()).await.unwrap();
        let attempt = async || mine.setup.authorize(client.id).await.unwrap();

        let tab = TestServer::browser();
        // Forged: the attacker's approval returns with the victim's tenant, which has really consented to the app.
        let first = attempt().await;
        let back = stopped_at(&server, &tab, &first.url, "admin@attacker.example", "consented").await;
        tab.get(with_param(&back, "tenant", &victim)).send().await.unwrap();
        let view = mine.setup.attempt(first.attempt.id).await.unwrap();
        assert_eq!((view.state, view.reason), (AttemptState::Refused, Some(Reason::WrongTenant)));
        // Replayed: the same state again, with the true tenant.
        let page = tab.get(back.clone()).send().await.unwrap().text().await.unwrap();
        assert!(page.contains("does not work any more"), "{page}");

        // Swapped: the state of the sign-in is used for the consent.
        let second = attempt().await;
        let signed_in = stopped_at(&server, &tab, &second.url, "admin@attacker.example", "signed-in").await;
        let consent = format!("{}/connect/microsoft/consented?admin_consent=True&tenant={victim}&state={}", server.base, param(&signed_in, "state"));
        tab.get(consent).send().await.unwrap();
        assert_ne!(mine.setup.attempt(second.attempt.id).await.unwrap().state, AttemptState::Granted);
        // That has used the state up.
        let page = tab.get(signed_in).send().await.unwrap().text().await.unwrap();
        assert!(page.contains("does not work any more"), "{page}");
        assert_eq!(mine.setup.connect_tenant("admin@victim.example").await.unwrap_err().reason(), Some(Reason::ConsentMissing));
    }

    async fn an_approval_without_a_sign_in_links_nothing(database: TestDatabase) {
        let server = TestServer::start(database).await;
        let victim = server.tenant("victim2.example", 5).await["tid"].as_str().unwrap().to_owned();
        let (_, mine) = server.caller(10).await;
        let client = mine.setup.add_api_client(&simulator::Options::CLIENT_ID.to_string(), &scopes_text()).await.unwrap();
        let started = mine.setup.authorize(client.id).await.unwrap();
        for state in ["", "&state=", "&state=made-up"] {
            let url = format!("{}/connect/microsoft/consented?admin_consent=True&tenant={victim}{state}", server.base);
            server.client.get(url).send().await.unwrap();
        }
        assert_eq!(mine.setup.attempt(started.attempt.id).await.unwrap().state, AttemptState::Waiting);
        assert_eq!(mine.setup.connect_tenant("admin@victim2.example").await.unwrap_err().reason(), Some(Reason::ConsentMissing));
    }

    async fn the_consent_of_another_tenant_does_not_replace_the_linked_one(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("first.example", 5).await;
        server.tenant("second.example", 5).await;
        let (_, caller) = server.caller(10).await;
        let delegation = server.linked(&caller, "first.example").await;
        let client = caller.setup.api_clients().await.unwrap()[0].id;
        let again = caller.setup.authorize(client).await.unwrap();
        // The link leads to the first tenant's own sign-in page; an attacker changes the address.
        let tab = TestServer::browser();
        let link = again.url.rsplit('/').next().unwrap();
        let away = tab.post(format!("{}/connect/microsoft", server.base)).form(&[("link", link)]).send().await.unwrap();
        let there = away.headers()["location"].to_str().unwrap().replace(delegation.tid.as_deref().unwrap(), "organizations");
        let back = stopped_at(&server, &tab, &there, "admin@second.example", "signed-in").await;
        tab.get(back).send().await.unwrap();
        let view = caller.setup.attempt(again.attempt.id).await.unwrap();
        // Microsoft does not redeem a code of another tenant at that address.
        assert_ne!(view.state, AttemptState::Granted);
        let now = caller.setup.me().await.unwrap().delegations;
        assert_eq!((now.len(), &now[0].tid), (1, &delegation.tid));
    }

    async fn a_stranger_with_a_consent_link_can_approve_only_their_own_tenant(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("asked.example", 5).await;
        server.tenant("stranger.example", 5).await;
        let (_, caller) = server.caller(10).await;
        let invited = caller.setup.invite().await.unwrap();
        let link = invited.url.clone();
        // The link opens no session.
        let page = server.client.get(&invited.url).send().await.unwrap();
        assert!(page.headers().get("set-cookie").is_none());
        // An ordinary user of the stranger's company cannot approve.
        server.consent(&link, "adele.vance@stranger.example", "accept").await;
        let view = caller.setup.attempt(invited.attempt.id).await.unwrap();
        assert_eq!((view.state, view.reason), (AttemptState::Refused, Some(Reason::NotAdmin)));
        // The stranger's approval does not link the invited company.
        server.consent(&link, "admin@stranger.example", "accept").await;
        let refused = caller.setup.connect_tenant("admin@asked.example").await.unwrap_err();
        assert_eq!(refused.reason(), Some(Reason::WrongTenant));
        // The link is used up.
        assert_eq!(server.client.get(&invited.url).send().await.unwrap().status(), 410);
    }

    async fn a_second_workspace_with_a_real_administrator_is_refused_without_a_name(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("shared.example", 5).await;
        let (_, first) = server.caller(10).await;
        server.linked(&first, "shared.example").await;
        let (_, second) = server.caller(10).await;
        let client = second.setup.add_api_client(&simulator::Options::CLIENT_ID.to_string(), &scopes_text()).await.unwrap();
        let started = second.setup.authorize(client.id).await.unwrap();
        let page = server.consent(&started.url, "admin@shared.example", "accept").await;
        let view = second.setup.attempt(started.attempt.id).await.unwrap();
        assert_eq!((view.state, view.reason), (AttemptState::Refused, Some(Reason::AlreadyConnectedElsewhere)));
        assert!(!page.contains("Test"), "the page names the other workspace: {page}");
    }

    async fn a_sign_in_is_completed_only_by_the_browser_that_started_it(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("people.example", 5).await;
        let (_, caller) = server.caller(10).await;
        let invitation = caller.people.invite("Adele", domain::Role::Viewer).await.unwrap();
        let token = invitation.url.rsplit('/').next().unwrap().to_owned();
        let begin = async |tab: &reqwest::Client, invitation: &str| {
            let form: Vec<_> = (!invitation.is_empty()).then_some(("invitation", invitation)).into_iter().collect();
            let answer = tab.post(format!("{}/sign-in/microsoft", server.base)).form(&form).send().await.unwrap();
            assert_eq!(answer.status(), 303);
            answer.headers()["location"].to_str().unwrap().to_owned()
        };
        let mine = TestServer::browser();
        let back = stopped_at(&server, &mine, &begin(&mine, &token).await, "adele.vance@people.example", "back").await;
        // A victim opens the return address of the attacker's sign-in: they would work in the attacker's account.
        let other = TestServer::browser();
        assert_eq!(other.get(back.clone()).send().await.unwrap().status(), 410);
        // That has used the sign-in up.
        assert_eq!(mine.get(back).send().await.unwrap().status(), 410);
        let back = stopped_at(&server, &mine, &begin(&mine, &token).await, "adele.vance@people.example", "back").await;
        let signed_in = mine.get(back.clone()).send().await.unwrap();
        assert_eq!((signed_in.status().as_u16(), signed_in.headers()["location"].to_str().unwrap()), (303, "/"));
        assert_eq!(mine.get(back).send().await.unwrap().status(), 410, "a second time");
        // The invitation is used up; later sign-ins use the account.
        let late = TestServer::browser();
        let back = stopped_at(&server, &late, &begin(&late, &token).await, "admin@people.example", "back").await;
        assert_eq!(late.get(back).send().await.unwrap().status(), 410);
        let back = stopped_at(&server, &late, &begin(&late, "").await, "adele.vance@people.example", "back").await;
        assert_eq!(late.get(back).send().await.unwrap().status(), 303);
        let stranger = TestServer::browser();
        let back = stopped_at(&server, &stranger, &begin(&stranger, "").await, "admin@people.example", "back").await;
        assert_eq!(stranger.get(back).send().await.unwrap().status(), 403);
        let people = caller.people.everybody().await.unwrap();
        assert!(people.members.iter().any(|one| one.microsoft && one.role == domain::Role::Viewer));
    }

    async fn a_member_who_entered_by_a_link_can_attach_an_account(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("back.example", 5).await;
        let (ctx, caller) = server.caller(10).await;
        let me = caller.people.everybody().await.unwrap().members.remove(0);
        assert!(!me.microsoft);
        let store = &server.state.store;
        let entered_by_link = async || {
            let tab = TestServer::browser();
            let link = store.create_enter_link(ctx.workspace(), me.id).await.unwrap();
            let entered = tab.post(format!("{}/enter", server.base)).form(&[("token", link.as_str())]).send().await.unwrap();
            assert_eq!(entered.status(), 303);
            tab
        };
        let begin = async |tab: &reqwest::Client, form: &[(&str, &str)]| {
            tab.post(format!("{}/sign-in/microsoft", server.base)).form(form).send().await.unwrap()
        };
        let location = |answer: &reqwest::Response| answer.headers()["location"].to_str().unwrap().to_owned();
        let attach = [("attach", "true")];
        // Without a session no account can be attached.
        assert_eq!(begin(&TestServer::browser(), &attach).await.status(), 410);
        // Nor after a sign-out during the sign-in at Microsoft.
        let tab = entered_by_link().await;
        let back = stopped_at(&server, &tab, &location(&begin(&tab, &attach).await), "adele.vance@back.example", "back").await;
        assert_eq!(tab.post(format!("{}/sign-out", server.base)).send().await.unwrap().status(), 303);
        assert_eq!(tab.get(back).send().await.unwrap().status(), 410);
        assert!(!caller.people.everybody().await.unwrap().members[0].microsoft);

        let tab = entered_by_link().await;
        let back = stopped_at(&server, &tab, &location(&begin(&tab, &attach).await), "adele.vance@back.example", "back").await;
        assert_eq!(location(&tab.get(back).send().await.unwrap()), "/settings");
        let now = caller.people.everybody().await.unwrap().members.remove(0);
        assert!(now.microsoft && now.id == me.id);
        // From another browser, with nothing but the account.
        let late = TestServer::browser();
        let back = stopped_at(&server, &late, &location(&begin(&late, &[]).await), "adele.vance@back.example", "back").await;
        assert_eq!(location(&late.get(back).send().await.unwrap()), "/");
        // A second account is not attached.
        let back = stopped_at(&server, &tab, &location(&begin(&tab, &attach).await), "admin@back.example", "back").await;
        assert_eq!(tab.get(back).send().await.unwrap().status(), 409);
    }
}
