//! Sentences and counts of every page, compared with the database: for every role and signed out, in every state of an
//! organisation.

use app::ports::Caller;
use domain::{
    Role,
    delegation::{DelegationState, DelegationView},
    list::{ListQuery, Tab},
    run::RunKind,
    slots::Pool,
    text::number,
    undo::ExclusionTarget,
    workspace::Snapshot,
};
use serde_json::json;
use store::SlotPush;

use super::matrix::with_role;
use crate::support::{
    test_server::TestServer,
    text::{numbers_before, text_of},
};
use store_testing::on_both_databases;

const PAGES: [&str; 10] = [
    "/",
    "/setup",
    "/users",
    "/delegation",
    "/mailboxes?tab=all",
    "/mailboxes",
    "/runs",
    "/activity",
    "/settings",
    "/help",
];

const DOMAIN: &str = "true.example";

/// A reader of the pages: a session, or nobody's.
struct Reader {
    role: Option<Role>,
    cookie: String,
}

/// Sentences that are on pages, and whether they are true.
fn sentences(now: &Snapshot, runs: usize) -> Vec<(&'static str, bool)> {
    let c = &now.counts;
    let over = now.pools.iter().any(|pool| pool.over() > 0);
    vec![
        ("Nothing needs attention", c.attention + c.failed == 0),
        ("Everyone is connected", c.all > 0 && c.connected == c.all),
        ("Everyone who can be connected is connected", c.connected > 0 && c.available + c.failed == 0),
        ("No mailbox can be connected now", c.available == 0),
        ("No mailbox is left to connect", c.available == 0),
        ("No mailbox is connected yet", c.connected == 0),
        ("No mailbox is connected and working", c.connected == 0),
        ("Nobody is excluded", c.excluded == 0),
        ("Nobody is prevented from connecting", c.cannot == 0),
        ("No organisation is connected yet", false),
        ("over your plan", over),
        ("Your plan is not active", false),
        ("Nothing has run yet", runs == 0),
        ("Every permission works", now.delegation.state == DelegationState::Active),
    ]
}

/// Checks one page. Returns how many statements on it were compared with the database.
fn check(page: &str, text: &str, reader: &Reader, now: Option<(&Snapshot, usize)>) -> usize {
    let Some(role) = reader.role else {
        assert!(text.contains("You are not signed in") && !text.contains("slots"), "{page}: {text}");
        return 2;
    };
    // Names of settings are for operators.
    assert!(!text.contains("DWD_"), "{page} as {role:?}: {text}");
    let viewer = text.contains("view only");
    assert_eq!(viewer, role == Role::Viewer, "{page} as {role:?}: {text}");
    let Some((now, runs)) = now else {
        assert_eq!(numbers_before(text, "accounts found"), Vec::<u32>::new(), "{page}: {text}");
        return 2;
    };
    let (counts, mut compared) = (now.counts, 1);
    for (sentence, is_true) in sentences(now, runs) {
        compared += 1;
        // Help explains all of them.
        assert!(
            is_true || page == "/help" || !text.contains(sentence),
            "{page} as {role:?}: {sentence}: {text}"
        );
    }
    let over = now.pools.iter().map(Pool::over).max().unwrap_or(0);
    for (words, expected) in [
        ("accounts found", counts.all),
        ("mailboxes can be connected", counts.available),
        ("mailboxes could still be connected", counts.available),
        ("over your plan", over),
    ] {
        for found in numbers_before(text, words) {
            compared += 1;
            assert_eq!(found, expected, "{page} as {role:?}: {words}: {text}");
        }
    }
    // Every meter is the pool's own sentence.
    for (at, _) in text.match_indices(" slots used · ") {
        compared += 1;
        let start =
            text[..at].rfind(" of ").and_then(|of| text[..of].rfind(' ')).map_or(0, |space| space + 1);
        assert!(text[start..].starts_with(&now.pools[0].sentence()), "{page}: {}", &text[start..]);
    }
    if page.starts_with("/mailboxes") {
        for tab in Tab::ALL {
            compared += 1;
            let words = format!("{} {}", tab.label(), number(u64::from(tab.count(&counts))));
            assert!(text.contains(&words), "{page} as {role:?}: {words}: {text}");
        }
    }
    if page == "/" {
        for tab in [Tab::Connected, Tab::Attention, Tab::Available, Tab::Cannot] {
            compared += 1;
            let words = format!("{} {}", number(u64::from(tab.count(&counts))), tab.label());
            assert!(text.contains(&words), "{page} as {role:?}: {words}: {text}");
        }
        let choose = text.contains("Choose mailboxes");
        assert!(!choose || role != Role::Viewer, "{page} offers a viewer what they cannot do: {text}");
    }
    compared + 1
}

/// Checks every page for every reader. Returns the number of pages.
async fn walk(server: &TestServer, state: &str, readers: &[Reader], caller: &Caller) -> usize {
    let known = caller.setup.me().await.unwrap().delegations;
    let now = match known.first() {
        Some(delegation) => Some(caller.mailboxes.snapshot(delegation.id).await.unwrap()),
        None => None,
    };
    let (mut cells, mut compared) = (0, 0);
    for reader in readers {
        for page in PAGES {
            let request =
                server.client.get(format!("{}{page}", server.base)).header("cookie", &reader.cookie);
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), 200, "{state}: {page} as {:?}", reader.role);
            let text = text_of(&answer.text().await.unwrap());
            let now = now.as_ref().map(|now| (now, now.runs.len()));
            compared += check(page, &format!("{state}: {text}"), reader, now);
            cells += 1;
        }
    }
    assert!(compared > cells, "{state}: {compared} statements on {cells} pages");
    cells
}

async fn exclude_all(caller: &Caller, delegation: &DelegationView) {
    let all = ListQuery { tab: Tab::Available, ..ListQuery::default() };
    let id = "00000000-0000-4000-8000-000000000001".parse().unwrap();
    caller.mailboxes.exclude(delegation.id, id, &ExclusionTarget::Matching(all)).await.unwrap();
}

on_both_databases! {
    async fn every_page_says_what_is_so(database: TestDatabase) {
        let server = TestServer::start(database).await;
        let (session, ctx, caller) = server.session(20).await;
        let mut readers = vec![
            Reader { role: Some(Role::Owner), cookie: format!("sid={session}") },
            Reader { role: None, cookie: "sid=nobody".to_owned() },
        ];
        for role in [Role::Member, Role::Viewer] {
            let session = with_role(&server, &ctx, role).await;
            readers.push(Reader { role: Some(role), cookie: format!("sid={session}") });
        }
        let mut cells = walk(&server, "nothing linked", &readers, &caller).await;

        let address = |rest: &str| format!("tenants/{DOMAIN}/{rest}");
        server.tenant(DOMAIN, 12).await;
        let delegation = server.linked(&caller, DOMAIN).await;
        cells += walk(&server, "linked", &readers, &caller).await;

        let rows = server.rows(&caller, &delegation, Tab::Available).await;
        let someone = caller.mailboxes.rows(delegation.id, &rows[..1]).await.unwrap()[0].address.clone();
        let broken = json!({ "code": "MailboxNotEnabledForRESTAPI" });
        server.sim(&address(&format!("mailboxes/{someone}/break")), broken.clone()).await;
        server.run_over(&caller, &delegation, RunKind::Connect, rows[..8].to_vec()).await;
        cells += walk(&server, "one failed", &readers, &caller).await;

        let other = caller.mailboxes.rows(delegation.id, &rows[1..2]).await.unwrap()[0].address.clone();
        server.sim(&address(&format!("mailboxes/{other}/break")), broken).await;
        server.run_over(&caller, &delegation, RunKind::Verify, rows[1..8].to_vec()).await;
        cells += walk(&server, "one does not work any more", &readers, &caller).await;

        exclude_all(&caller, &delegation).await;
        cells += walk(&server, "the others are excluded", &readers, &caller).await;

        let push = json!({ "plan_type_id": "warmup", "limit": 3, "used_elsewhere": 0, "version": 2 });
        let push: SlotPush = serde_json::from_value(push).unwrap();
        assert!(server.state.store.push_slots(ctx.workspace(), &push).await.unwrap());
        cells += walk(&server, "over the plan", &readers, &caller).await;

        server.sim(&address("consent"), json!({ "granted": false })).await;
        server.run_over(&caller, &delegation, RunKind::Sync, Vec::new()).await;
        server.wait_until("the organisation is broken", async || {
            let now = caller.mailboxes.snapshot(delegation.id).await.unwrap().delegation;
            (now.state == DelegationState::Broken).then_some(())
        }).await;
        cells += walk(&server, "broken", &readers, &caller).await;
        assert!(cells >= 120, "{cells} pages");
    }
}
