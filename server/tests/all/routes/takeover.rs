//! Nobody gets another company's tenant: every way to try it, against the simulated Microsoft.

use domain::{Reason, consent::AttemptState, permissions::scopes_text};
use reqwest::Url;

use crate::support::{on_both_databases, world::World};

/// The address that Microsoft's page sends the browser back to, not followed.
async fn stopped_at(world: &World, start: &str, account: &str, leaf: &str) -> Url {
    let tab = World::browser();
    let mut answer = tab.get(start).send().await.unwrap();
    for _ in 0..12 {
        let here = answer.url().clone();
        if let Some(location) = answer.headers().get("location") {
            let next = here.join(location.to_str().unwrap()).unwrap();
            if next.as_str().starts_with(&world.base) && next.path().ends_with(leaf) {
                return next;
            }
            answer = tab.get(next).send().await.unwrap();
            continue;
        }
        let text = answer.text().await.unwrap();
        let form = if here.path().contains("adminconsent") && text.contains("decision") {
            [("decision", "accept")]
        } else {
            [("account", account)]
        };
        answer = tab.post(here).form(&form).send().await.unwrap();
    }
    panic!("the pages go in a circle");
}

fn with(url: &Url, key: &str, value: &str) -> Url {
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

fn of(url: &Url, key: &str) -> String {
    url.query_pairs().find(|(k, _)| k == key).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

on_both_databases! {
    async fn a_forged_tenant_a_used_state_and_a_swapped_one_link_nothing(database: TestDatabase) {
        let world = World::start(database).await;
        let victim = world.tenant("victim.example", 5).await["tid"].as_str().unwrap().to_owned();
        world.tenant("attacker.example", 5).await;
        let (_, theirs) = world.desk(10).await;
        world.linked(&theirs, "victim.example").await;
        let (_, mine) = world.desk(10).await;
        let client = mine.setup.add_api_client(&simulator::Options::CLIENT_ID.to_string(), &scopes_text()).await.unwrap();
        let attempt = async || mine.setup.authorize(client.id).await.unwrap();

        // Forged: my own approval comes back with the victim's tenant, whose consent to the app is real.
        let first = attempt().await;
        let back = stopped_at(&world, &first.url, "admin@attacker.example", "consented").await;
        world.client.get(with(&back, "tenant", &victim)).send().await.unwrap();
        let view = mine.setup.attempt(first.attempt.id).await.unwrap();
        assert_eq!((view.state, view.reason), (AttemptState::Refused, Some(Reason::WrongTenant)));
        // Replayed: the same state again, now with the truth.
        let page = world.client.get(back.clone()).send().await.unwrap().text().await.unwrap();
        assert!(page.contains("does not work any more"), "{page}");

        // Swapped: the state of the sign-in at the end of the consent, and the other way round.
        let second = attempt().await;
        let signed_in = stopped_at(&world, &second.url, "admin@attacker.example", "signed-in").await;
        let consent = format!("{}/connect/microsoft/consented?admin_consent=True&tenant={victim}&state={}", world.base, of(&signed_in, "state"));
        world.client.get(consent).send().await.unwrap();
        assert_ne!(mine.setup.attempt(second.attempt.id).await.unwrap().state, AttemptState::Granted);
        // Used up by that.
        let page = world.client.get(signed_in).send().await.unwrap().text().await.unwrap();
        assert!(page.contains("does not work any more"), "{page}");
        assert_eq!(mine.setup.connect_tenant("admin@victim.example").await.unwrap_err().reason(), Some(Reason::ConsentMissing));
    }

    async fn without_a_sign_in_an_approval_is_nobodys(database: TestDatabase) {
        let world = World::start(database).await;
        let victim = world.tenant("victim2.example", 5).await["tid"].as_str().unwrap().to_owned();
        let (_, mine) = world.desk(10).await;
        let client = mine.setup.add_api_client(&simulator::Options::CLIENT_ID.to_string(), &scopes_text()).await.unwrap();
        let started = mine.setup.authorize(client.id).await.unwrap();
        for state in ["", "&state=", "&state=made-up"] {
            let url = format!("{}/connect/microsoft/consented?admin_consent=True&tenant={victim}{state}", world.base);
            world.client.get(url).send().await.unwrap();
        }
        assert_eq!(mine.setup.attempt(started.attempt.id).await.unwrap().state, AttemptState::Waiting);
        assert_eq!(mine.setup.connect_tenant("admin@victim2.example").await.unwrap_err().reason(), Some(Reason::ConsentMissing));
    }

    async fn the_consent_of_another_tenant_than_the_linked_one_rebinds_nothing(database: TestDatabase) {
        let world = World::start(database).await;
        world.tenant("first.example", 5).await;
        world.tenant("second.example", 5).await;
        let (_, desk) = world.desk(10).await;
        let delegation = world.linked(&desk, "first.example").await;
        let client = desk.setup.api_clients().await.unwrap()[0].id;
        let again = desk.setup.authorize(client).await.unwrap();
        // The way leads to the first tenant's own sign-in page; somebody changes that on the way.
        let away = World::browser().get(&again.url).send().await.unwrap();
        let there = away.headers()["location"].to_str().unwrap().replace(delegation.tid.as_deref().unwrap(), "organizations");
        let back = stopped_at(&world, &there, "admin@second.example", "signed-in").await;
        world.client.get(back).send().await.unwrap();
        let view = desk.setup.attempt(again.attempt.id).await.unwrap();
        // Microsoft itself redeems no code of another tenant there.
        assert_ne!(view.state, AttemptState::Granted);
        let now = desk.setup.me().await.unwrap().delegations;
        assert_eq!((now.len(), &now[0].tid), (1, &delegation.tid));
    }

    async fn a_stranger_with_a_consent_link_gives_away_only_their_own_tenant(database: TestDatabase) {
        let world = World::start(database).await;
        world.tenant("asked.example", 5).await;
        world.tenant("stranger.example", 5).await;
        let (_, desk) = world.desk(10).await;
        let invited = desk.setup.invite().await.unwrap();
        let link = invited.url.replace("/connect/invitation/", "/connect/microsoft/");
        // Whoever finds the link gets no session and sees nothing of the workspace but its name.
        let page = world.client.get(&invited.url).send().await.unwrap();
        assert!(page.headers().get("set-cookie").is_none());
        // An employee of the stranger's company approves nothing.
        world.consent(&link, "adele.vance@stranger.example", "accept").await;
        let view = desk.setup.attempt(invited.attempt.id).await.unwrap();
        assert_eq!((view.state, view.reason), (AttemptState::Refused, Some(Reason::NotAdmin)));
        // And nothing of the company that was meant can be linked by what a stranger approves.
        world.consent(&link, "admin@stranger.example", "accept").await;
        let refused = desk.setup.connect_tenant("admin@asked.example").await.unwrap_err();
        assert_eq!(refused.reason(), Some(Reason::WrongTenant));
        // The link is used up.
        assert_eq!(world.client.get(&invited.url).send().await.unwrap().status(), 410);
    }

    async fn a_second_workspace_with_a_real_administrator_is_refused_without_a_name(database: TestDatabase) {
        let world = World::start(database).await;
        world.tenant("shared.example", 5).await;
        let (_, first) = world.desk(10).await;
        world.linked(&first, "shared.example").await;
        let (_, second) = world.desk(10).await;
        let client = second.setup.add_api_client(&simulator::Options::CLIENT_ID.to_string(), &scopes_text()).await.unwrap();
        let started = second.setup.authorize(client.id).await.unwrap();
        let page = world.consent(&started.url, "admin@shared.example", "accept").await;
        let view = second.setup.attempt(started.attempt.id).await.unwrap();
        assert_eq!((view.state, view.reason), (AttemptState::Refused, Some(Reason::AlreadyConnectedElsewhere)));
        assert!(!page.contains("Test"), "the workspace that has it is named: {page}");
    }

    async fn a_sign_in_is_ended_only_by_the_browser_that_began_it(database: TestDatabase) {
        let world = World::start(database).await;
        world.tenant("people.example", 5).await;
        let (_, desk) = world.desk(10).await;
        let invitation = desk.people.invite("Adele", domain::Role::Viewer).await.unwrap();
        let token = invitation.url.rsplit('/').next().unwrap().to_owned();
        let begin = async |tab: &reqwest::Client, invitation: &str| {
            let form: Vec<_> = (!invitation.is_empty()).then_some(("invitation", invitation)).into_iter().collect();
            let answer = tab.post(format!("{}/sign-in/microsoft", world.base)).form(&form).send().await.unwrap();
            assert_eq!(answer.status(), 303);
            answer.headers()["location"].to_str().unwrap().to_owned()
        };
        let mine = World::browser();
        let back = stopped_at(&world, &begin(&mine, &token).await, "adele.vance@people.example", "back").await;
        // Somebody is led to the end of another's sign-in: they would work in the attacker's account.
        let other = World::browser();
        assert_eq!(other.get(back.clone()).send().await.unwrap().status(), 410);
        // Which has used it up.
        assert_eq!(mine.get(back).send().await.unwrap().status(), 410);
        let back = stopped_at(&world, &begin(&mine, &token).await, "adele.vance@people.example", "back").await;
        let signed_in = mine.get(back.clone()).send().await.unwrap();
        assert_eq!((signed_in.status().as_u16(), signed_in.headers()["location"].to_str().unwrap()), (303, "/"));
        assert_eq!(mine.get(back).send().await.unwrap().status(), 410, "a second time");
        // The invitation is used up; the account is the way back in.
        let late = World::browser();
        let back = stopped_at(&world, &begin(&late, &token).await, "admin@people.example", "back").await;
        assert_eq!(late.get(back).send().await.unwrap().status(), 410);
        let back = stopped_at(&world, &begin(&late, "").await, "adele.vance@people.example", "back").await;
        assert_eq!(late.get(back).send().await.unwrap().status(), 303);
        let stranger = World::browser();
        let back = stopped_at(&world, &begin(&stranger, "").await, "admin@people.example", "back").await;
        assert_eq!(stranger.get(back).send().await.unwrap().status(), 403);
        let people = desk.people.everybody().await.unwrap();
        assert!(people.members.iter().any(|one| one.microsoft && one.role == domain::Role::Viewer));
    }

    async fn who_came_by_a_link_comes_back_with_an_account_of_their_own(database: TestDatabase) {
        let world = World::start(database).await;
        world.tenant("back.example", 5).await;
        let (ctx, desk) = world.desk(10).await;
        let me = desk.people.everybody().await.unwrap().members.remove(0);
        assert!(!me.microsoft);
        let store = &world.state.store;
        let came_by_a_link = async || {
            let tab = World::browser();
            let link = store.create_enter_link(ctx.workspace(), me.id).await.unwrap();
            let entered = tab.post(format!("{}/enter", world.base)).form(&[("token", link.as_str())]).send().await.unwrap();
            assert_eq!(entered.status(), 303);
            tab
        };
        let begin = async |tab: &reqwest::Client, form: &[(&str, &str)]| {
            tab.post(format!("{}/sign-in/microsoft", world.base)).form(form).send().await.unwrap()
        };
        let location = |answer: &reqwest::Response| answer.headers()["location"].to_str().unwrap().to_owned();
        let attach = [("attach", "true")];
        // Whoever is not in gets nothing attached to anybody.
        assert_eq!(begin(&World::browser(), &attach).await.status(), 410);
        // Nor does whoever has been signed out meanwhile.
        let tab = came_by_a_link().await;
        let back = stopped_at(&world, &location(&begin(&tab, &attach).await), "adele.vance@back.example", "back").await;
        assert_eq!(tab.post(format!("{}/sign-out", world.base)).send().await.unwrap().status(), 303);
        assert_eq!(tab.get(back).send().await.unwrap().status(), 410);
        assert!(!desk.people.everybody().await.unwrap().members[0].microsoft);

        let tab = came_by_a_link().await;
        let back = stopped_at(&world, &location(&begin(&tab, &attach).await), "adele.vance@back.example", "back").await;
        assert_eq!(location(&tab.get(back).send().await.unwrap()), "/settings");
        let now = desk.people.everybody().await.unwrap().members.remove(0);
        assert!(now.microsoft && now.id == me.id);
        // From another browser, with nothing but the account.
        let late = World::browser();
        let back = stopped_at(&world, &location(&begin(&late, &[]).await), "adele.vance@back.example", "back").await;
        assert_eq!(location(&late.get(back).send().await.unwrap()), "/");
        // A second account is not attached, and nobody takes another member's.
        let back = stopped_at(&world, &location(&begin(&tab, &attach).await), "admin@back.example", "back").await;
        assert_eq!(tab.get(back).send().await.unwrap().status(), 409);
    }
}
