//! Attempts to get an approval, or a signed-in browser, by sending somebody an address.

use domain::{Reason, consent::AttemptState, permissions::scopes_text};
use reqwest::{Client, Url};
use serde_json::json;

use crate::support::{pages::own_form, test_server::TestServer};
use store_testing::on_both_databases;

/// Whether an address is one of ours with this end.
fn ours<'a>(server: &'a TestServer, leaf: &'a str) -> impl Fn(&Url) -> bool + 'a {
    move |next| next.as_str().starts_with(&server.base) && next.path().contains(leaf)
}

/// Presses a button. A redirect to the page with the result is followed.
async fn press(server: &TestServer, tab: &Client, path: &str, form: &[(&str, &str)]) -> reqwest::Response {
    let answer = tab.post(format!("{}{path}", server.base)).form(form).send().await.unwrap();
    match answer.headers().get("location").and_then(|to| to.to_str().ok()) {
        Some(to) if to.contains("/result/") => tab.get(format!("{}{to}", server.base)).send().await.unwrap(),
        _ => answer,
    }
}

on_both_databases! {
    async fn an_approval_by_microsofts_address_alone_links_nothing(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("victim.example", 5).await;
        let (_, attacker) = server.caller(10).await;
        let client = attacker.setup.add_api_client(&simulator::Options::CLIENT_ID.to_string(), &scopes_text()).await.unwrap();
        for leaf in ["signed-in", "consented"] {
            let started = attacker.setup.authorize(client.id).await.unwrap();
            let link = started.url.rsplit('/').next().unwrap().to_owned();
            // The attacker presses the button, and sends the victim only the address that follows.
            let mine = TestServer::browser();
            let begun = press(&server, &mine, "/connect/microsoft", &[("link", &link)]).await;
            let microsoft = begun.headers()["location"].to_str().unwrap().to_owned();
            let victim = TestServer::browser();
            let answer = victim.get(&microsoft).send().await.unwrap();
            let (end, page) = server.approve(&victim, answer, ("admin@victim.example", "accept"), |_| false).await;
            assert!(end.path().contains("signed-in") && page.contains("does not work any more"), "{end}: {page}");
            let view = attacker.setup.attempt(started.attempt.id).await.unwrap();
            assert_ne!(view.state, AttemptState::Granted);
            // Nor when the attacker's own browser has gone a step further.
            let begun = press(&server, &mine, "/connect/microsoft", &[("link", &link)]).await;
            let microsoft = begun.headers()["location"].to_str().unwrap().to_owned();
            let answer = mine.get(&microsoft).send().await.unwrap();
            let (back, _) = server.approve(&mine, answer, ("admin@victim.example", "accept"), ours(&server, leaf)).await;
            let page = victim.get(back).send().await.unwrap().text().await.unwrap();
            assert!(page.contains("does not work any more"), "{page}");
            assert_ne!(attacker.setup.attempt(started.attempt.id).await.unwrap().state, AttemptState::Granted);
        }
        let refused = attacker.setup.connect_tenant("admin@victim.example").await.unwrap_err();
        assert_eq!(refused.reason(), Some(Reason::ConsentMissing));
    }

    async fn no_page_that_names_the_asker_can_be_skipped(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("asked.example", 5).await;
        let (_, caller) = server.caller(10).await;
        let invited = caller.setup.invite().await.unwrap();
        // Both addresses of the link show the same page, and reading them begins nothing.
        for url in [invited.url.clone(), invited.url.replace("/invitation/", "/microsoft/")] {
            let tab = TestServer::browser();
            let page = tab.get(&url).send().await.unwrap();
            assert_eq!((page.status().as_u16(), page.headers().get("set-cookie")), (200, None));
            let page = page.text().await.unwrap();
            assert!(page.contains("<b>Olga</b>") && page.contains("<b>Test</b>"), "{page}");
            assert_eq!(own_form(&page).unwrap().0, "/connect/microsoft");
        }
        // Microsoft's approval alone links nothing: a page names who asked, and waits for its button.
        let tab = TestServer::browser();
        let answer = tab.get(&invited.url).send().await.unwrap();
        let account = ("admin@asked.example", "accept");
        let (confirm, _) = server.approve(&tab, answer, account, ours(&server, "/finish/")).await;
        for _ in 0..2 {
            let page = tab.get(confirm.clone()).send().await.unwrap().text().await.unwrap();
            assert!(page.contains("<b>Olga</b>") && page.contains("<b>Test</b>") && page.contains("admin@asked.example"), "{page}");
        }
        let elsewhere = TestServer::browser().get(confirm.clone()).send().await.unwrap();
        assert!(!elsewhere.text().await.unwrap().contains("Olga"), "another browser");
        let id = invited.attempt.id.to_string();
        press(&server, &TestServer::browser(), "/connect/microsoft/finish", &[("attempt", &id)]).await;
        assert_eq!(caller.setup.attempt(invited.attempt.id).await.unwrap().state, AttemptState::SignedIn);
        // Declined: nothing is linked, and another account may be used.
        let declined = press(&server, &tab, "/connect/microsoft/finish", &[("attempt", &id), ("decline", "true")]).await;
        assert!(declined.text().await.unwrap().contains("still exists at Microsoft"));
        let view = caller.setup.attempt(invited.attempt.id).await.unwrap();
        assert_eq!((view.state, view.reason), (AttemptState::Refused, Some(Reason::ConsentNotUsed)));
        // The button works only after Microsoft's answer.
        press(&server, &tab, "/connect/microsoft/finish", &[("attempt", &id)]).await;
        assert_eq!(caller.setup.attempt(invited.attempt.id).await.unwrap().state, AttemptState::Refused);
        let again = press(&server, &tab, "/connect/microsoft/again", &[("attempt", &id)]).await;
        let (_, page) = server.approve(&tab, again, account, |_| false).await;
        assert!(page.contains("Approved"), "{page}");
        // Pressed twice.
        let twice = press(&server, &tab, "/connect/microsoft/finish", &[("attempt", &id)]).await;
        assert!(twice.text().await.unwrap().contains("Approved"));
        assert_eq!(caller.setup.attempt(invited.attempt.id).await.unwrap().state, AttemptState::Granted);
    }

    async fn a_scanner_that_asks_for_heads_uses_nothing_up(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("scanned.example", 5).await;
        let (_, caller) = server.caller(10).await;
        let invited = caller.setup.invite().await.unwrap();
        let tab = TestServer::browser();
        let mut answer = tab.get(&invited.url).send().await.unwrap();
        for leaf in ["signed-in", "consented", "/finish/"] {
            let (next, _) = server.approve(&tab, answer, ("admin@scanned.example", "accept"), ours(&server, leaf)).await;
            assert_eq!(tab.head(next.clone()).send().await.unwrap().status(), 200);
            answer = tab.get(next).send().await.unwrap();
        }
        let (_, page) = server.approve(&tab, answer, ("admin@scanned.example", "accept"), |_| false).await;
        assert!(page.contains("Approved"), "{page}");
        // A sign-in to the console.
        let person = caller.people.invite("Adele", domain::Role::Viewer).await.unwrap();
        assert_eq!(tab.head(&person.url).send().await.unwrap().status(), 200);
        let token = person.url.rsplit('/').next().unwrap();
        let begun = press(&server, &tab, "/sign-in/microsoft", &[("invitation", token)]).await;
        let (back, _) = server.approve(&tab, begun, ("adele.vance@scanned.example", "accept"), ours(&server, "/back")).await;
        assert_eq!(tab.head(back.clone()).send().await.unwrap().status(), 200);
        assert_eq!(tab.get(back).send().await.unwrap().headers()["location"], "/");
    }

    async fn a_one_time_link_names_whom_it_signs_in_and_replaces_no_session_unsaid(database: TestDatabase) {
        let server = TestServer::start(database).await;
        let (mine, ..) = server.session(1).await;
        let (attacker, me) = server.state.store.create_workspace("Attacker Ltd", "Eve", &[]).await.unwrap();
        let link = server.state.store.create_enter_link(attacker, me).await.unwrap();
        let url = format!("{}/enter/{link}", server.base);
        let cookie = format!("sid={mine}");
        let plain = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        let page = plain.get(&url).header("cookie", &cookie).send().await.unwrap().text().await.unwrap();
        for named in ["<b>Attacker Ltd</b>", "<b>Eve</b>", "<b>Olga</b>", "signs you out there"] {
            assert!(page.contains(named), "{named}: {page}");
        }
        let stranger = plain.get(&url).send().await.unwrap().text().await.unwrap();
        assert!(stranger.contains("<b>Eve</b>") && !stranger.contains("signs you out"), "{stranger}");
        // A form that does not say so, from a page that was opened signed out or made elsewhere.
        let enter = async |form: &serde_json::Value| {
            plain.post(format!("{}/enter", server.base)).header("cookie", &cookie).form(form).send().await.unwrap()
        };
        assert_eq!(enter(&json!({ "token": link })).await.status(), 409);
        let ctx = server.state.store.session(&mine).await.unwrap().expect("the session goes on").ctx;
        let session = ctx.session().unwrap().to_string();
        assert_eq!(enter(&json!({ "token": link, "instead_of": session })).await.status(), 303);
        assert!(server.state.store.session(&mine).await.unwrap().is_none());
    }
}
