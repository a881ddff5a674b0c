//! One odd answer concerns the smallest thing that can have failed: one mailbox, one user, one page. The others work as
//! if it were absent, and the organisation is not condemned.

use std::cell::Cell;

use app::ports::{Caller, RunRequest};
use domain::{
    Reason,
    activity::ActivityQuery,
    connection::Connection::{self, Connected, NeedsAttention},
    delegation::{
        DelegationState::{Active, Broken, Degraded},
        DelegationView,
    },
    list::{ListQuery, Tab},
    mailbox::MailboxRow,
    run::{ItemState, RunKind, RunState, RunView},
    schedule::CONFIRM_FAILURE_AFTER,
};
use serde_json::{Value, json};

use crate::support::test_server::TestServer;
use store::clock::Sources;
use store_testing::on_both_databases;

/// Answers about one mailbox that no documentation names, or not with this meaning.
fn odd_answers() -> Vec<Value> {
    let odd = |status: u16, code: &str| json!({ "status": status, "code": code, "message": "x" });
    vec![
        odd(400, "ErrorMailboxConfiguration"),
        odd(400, "Request_BadRequest"),
        odd(401, "Unauthorized"),
        odd(401, "InvalidAuthenticationToken"),
        odd(403, "accessDenied"),
        odd(403, "UnknownError"),
        odd(410, "Gone"),
        json!({ "status": 418, "code": "ErrorOfTomorrow", "message": "x", "null_headers": true }),
    ]
}

/// All mailboxes, by address.
async fn all(caller: &Caller, delegation: &DelegationView) -> Vec<MailboxRow> {
    let query = ListQuery { tab: Tab::All, ..ListQuery::default() };
    let order = caller.mailboxes.list_order(delegation.id, &query).await.unwrap().order;
    let mut rows = Vec::new();
    for window in order.chunks(200) {
        rows.extend(caller.mailboxes.rows(delegation.id, window).await.unwrap());
    }
    rows.sort_by(|a, b| a.address.cmp(&b.address));
    rows
}

/// Breaks one mailbox for each answer, in the order of addresses. Returns their addresses.
async fn break_some(server: &TestServer, domain: &str, people: &[MailboxRow]) -> Vec<String> {
    let mut broken = Vec::new();
    let chosen = people.iter().filter(|row| !row.address.starts_with("admin")).skip(3).step_by(2);
    for (row, answer) in chosen.zip(odd_answers()) {
        server.sim(&format!("tenants/{domain}/mailboxes/{}/break", row.address), answer).await;
        broken.push(row.address.clone());
    }
    assert_eq!(broken.len(), odd_answers().len(), "too few people");
    broken
}

/// Requests a sync and follows it to its end: whenever it waits, the clock moves on to the end of the wait.
async fn sync_through_waits(server: &TestServer, caller: &Caller, delegation: &DelegationView) -> RunView {
    let key = Sources::system().id().to_string();
    let request = RunRequest { delegation: delegation.id, kind: RunKind::Sync, rows: vec![], key };
    let run = caller.runs.start(request).await.unwrap();
    let passed = Cell::new(0);
    server
        .wait_until("the sync has ended", async || {
            let run = caller.runs.detail(run.id).await.unwrap().run;
            if let Some(until) = run.waiting_until.filter(|until| *until > passed.get()) {
                passed.set(until);
                server.advance_clock(until - server.state.store.now() + 1);
            }
            run.state.is_over().then_some(run)
        })
        .await
}

on_both_databases! {
    async fn an_odd_mailbox_fails_alone_with_the_code_and_the_request(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("odd.example", 30).await;
        let (_, caller) = server.caller(100).await;
        let delegation = server.linked(&caller, "odd.example").await;
        let people = all(&caller, &delegation).await;
        let broken = break_some(&server, "odd.example", &people).await;

        let rows = server.rows(&caller, &delegation, Tab::Available).await;
        let count = u32::try_from(rows.len()).unwrap();
        let failed = u32::try_from(broken.len()).unwrap();
        let run = server.run_over(&caller, &delegation, RunKind::Connect, rows).await;
        assert_eq!((run.counts.succeeded, run.counts.failed), (count - failed, failed), "{run:?}");
        let items = caller.runs.items(run.id, Some(ItemState::Failed), None).await.unwrap().items;
        for item in &items {
            assert!(broken.contains(&item.address), "{item:?}");
            let evidence = item.evidence.as_ref().unwrap_or_else(|| panic!("{item:?}"));
            assert!(evidence.code.is_some() && evidence.request_id.is_some(), "{item:?}");
            assert_eq!(item.reason, Some(Reason::Unknown), "{item:?}");
        }
        let detail = caller.mailboxes.detail(delegation.id, items[0].mailbox).await.unwrap();
        assert_eq!(detail.evidence, items[0].evidence);

        // Also when it is the only one that is tried.
        let one = all(&caller, &delegation).await.into_iter().find(|row| row.address == broken[1]).unwrap();
        let run = server.run_over(&caller, &delegation, RunKind::Connect, vec![one.row]).await;
        assert_eq!((run.state, run.counts.failed), (RunState::CompletedWithErrors, 1));
        let now = caller.mailboxes.snapshot(delegation.id).await.unwrap().delegation;
        assert_eq!((now.state, now.reason), (Active, None));
    }

    async fn a_check_finds_odd_mailboxes_and_no_other(database: TestDatabase) {
        let server = TestServer::start(database).await;
        let (caller, delegation, rows) = server.connected("check.example", 30).await;
        let people = all(&caller, &delegation).await;
        let broken = break_some(&server, "check.example", &people).await;
        let run = server.run_over(&caller, &delegation, RunKind::Verify, rows.clone()).await;
        assert_eq!(run.counts.failed as usize, broken.len(), "{run:?}");
        for row in caller.mailboxes.rows(delegation.id, &rows).await.unwrap() {
            let expected = match broken.contains(&row.address) {
                true => (NeedsAttention, Some(Reason::Unknown)),
                false => (Connected, None),
            };
            assert_eq!((row.connection, row.reason), expected, "{}", row.address);
        }
        let now = caller.mailboxes.snapshot(delegation.id).await.unwrap().delegation;
        assert_eq!((now.state, now.reason), (Active, None));
    }

    async fn a_throttled_mailbox_does_not_make_the_others_wait(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("slow.example", 22).await;
        let (_, caller) = server.caller(100).await;
        let delegation = server.linked(&caller, "slow.example").await;
        let people = all(&caller, &delegation).await;
        let chosen = |n: usize| people.iter().filter(|row| !row.address.starts_with("admin")).nth(n).unwrap().address.clone();
        let throttled = json!({
            "code": "ApplicationThrottled", "status": 429, "retry_after": 5,
            "message": "Application is over its MailboxConcurrency limit.",
        });
        server.sim(&format!("tenants/slow.example/mailboxes/{}/break", chosen(4)), throttled).await;
        let unavailable = json!({ "code": "serviceNotAvailable", "status": 503, "retry_after": 300, "times": 1 });
        server.sim(&format!("tenants/slow.example/mailboxes/{}/break", chosen(7)), unavailable).await;
        let rows = server.rows(&caller, &delegation, Tab::Available).await;
        let others = rows.len() - 2;
        let request = RunRequest { delegation: delegation.id, kind: RunKind::Connect, rows, key: "t".into() };
        let begun = std::time::Instant::now();
        let run = caller.runs.start(request).await.unwrap();
        server
            .wait_until("the others are connected", async || {
                let counts = caller.runs.detail(run.id).await.unwrap().run.counts;
                (counts.succeeded as usize == others).then_some(())
            })
            .await;
        // Not a measurement: with the waits that were announced it would take minutes.
        assert!(begun.elapsed() < std::time::Duration::from_secs(60));
        let run = server
            .wait_until("the run has ended", async || {
                server.advance_clock(60_000);
                let run = caller.runs.detail(run.id).await.unwrap().run;
                run.state.is_over().then_some(run)
            })
            .await;
        assert_eq!((run.counts.succeeded as usize, run.counts.failed), (others + 1, 1), "{run:?}");
        let row = all(&caller, &delegation).await.into_iter().find(|row| row.address == chosen(4)).unwrap();
        assert_eq!((row.connection, row.reason), (Connection::Failed, Some(Reason::Throttled)));
    }

    async fn a_user_that_cannot_be_read_hides_no_other_and_is_read_later(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("users.example", 60).await;
        let users: Vec<Value> = {
            let url = format!("{}/_sim/tenants/users.example/truth?limit=100", server.simulator.base_url);
            let text = server.client.get(url).send().await.unwrap().text().await.unwrap();
            serde_json::from_str::<Value>(&text).unwrap()["users"].as_array().unwrap().clone()
        };
        let address = |at: usize| users[at]["address"].as_str().unwrap().to_owned();
        let odd = async |at: usize, odd: Value| {
            server.sim(&format!("tenants/users.example/users/{}/odd", address(at)), odd).await;
        };
        odd(10, json!({ "set": { "displayName": 7 } })).await;
        odd(11, json!({ "set": { "assignedPlans": "all" } })).await;
        odd(12, json!({ "set": { "assignedPlans": [null], "businessPhones": "1" } })).await;
        odd(13, json!({ "omit": ["id"] })).await;
        let (_, caller) = server.caller(100).await;
        let delegation = server.linked(&caller, "users.example").await;
        let listed = all(&caller, &delegation).await;
        assert_eq!(listed.len(), users.len() - 3);
        assert_eq!(delegation.state, Active);
        let runs = caller.mailboxes.snapshot(delegation.id).await.unwrap().runs;
        let detail = caller.runs.detail(runs[0].id).await.unwrap();
        assert_eq!((detail.run.found.unreadable, detail.unreadable.len()), (3, 2), "{detail:?}");
        assert!(detail.unreadable.contains(&users[10]["id"].as_str().unwrap().to_owned()));

        // One of them can be read, and then appears, though nothing else has changed.
        odd(13, json!({})).await;
        server.run_over(&caller, &delegation, RunKind::Sync, vec![]).await;
        odd(10, json!({})).await;
        odd(20, json!({ "set": { "displayName": 7 } })).await;
        let run = server.run_over(&caller, &delegation, RunKind::Sync, vec![]).await;
        assert_eq!((run.state, run.found.unreadable), (RunState::Completed, 1), "{run:?}");
        let listed = all(&caller, &delegation).await;
        assert_eq!(listed.len(), users.len() - 1);
        // A known user stays unchanged.
        assert!(listed.iter().any(|row| row.address == address(20) && row.connection == Connection::Available));
    }

    async fn an_odd_page_or_token_is_asked_again_before_anybody_is_alarmed(database: TestDatabase) {
        let server = TestServer::start(database).await;
        let (caller, delegation, _) = server.connected("pages.example", 12).await;
        let counts = caller.mailboxes.snapshot(delegation.id).await.unwrap().counts;
        let chaos = async |kind: &str, times: Option<u32>| {
            let body = json!({ "rate": 1.0, "kinds": [kind], "times": times, "max_wait_ms": 50 });
            server.sim("tenants/pages.example/chaos", body).await;
        };
        let kinds = [
            "success_html", "success_empty", "success_cut", "link_missing", "forbidden_unknown", "token_html", "token_proxy",
            "link_refused",
        ];
        for kind in kinds {
            chaos(kind, Some(1)).await;
            let run = server.run_over(&caller, &delegation, RunKind::Sync, vec![]).await;
            assert_eq!(run.state, RunState::Completed, "{kind}: {run:?}");
            let now = caller.mailboxes.snapshot(delegation.id).await.unwrap().delegation;
            assert_eq!((now.state, now.reason), (Active, None), "{kind}");
        }
        // An answer that stays so for minutes is shown, and only a second sync makes it an alarm.
        chaos("success_html", None).await;
        for state in [Degraded, Broken] {
            let run = sync_through_waits(&server, &caller, &delegation).await;
            assert_eq!((run.state, run.reason), (RunState::Failed, Some(Reason::Unknown)));
            let now = caller.mailboxes.snapshot(delegation.id).await.unwrap();
            assert_eq!((now.delegation.state, now.delegation.reason), (state, Some(Reason::Unknown)));
            assert_eq!(now.counts.connected, counts.connected);
            server.advance_clock(CONFIRM_FAILURE_AFTER);
        }
        server.sim("tenants/pages.example/chaos", json!({ "rate": 0.0 })).await;
        let run = sync_through_waits(&server, &caller, &delegation).await;
        let now = caller.mailboxes.snapshot(delegation.id).await.unwrap().delegation;
        assert_eq!((run.state, now.state, now.reason), (RunState::Completed, Active, None));
    }

    async fn a_shared_mailbox_without_an_answer_does_not_hold_back_the_directory(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("shared.example", 10).await;
        let shared = json!({ "displayName": "Reception", "local_part": "reception", "kind": "shared", "licensed": false, "accountEnabled": false });
        server.sim("tenants/shared.example/users", shared).await;
        let busy = json!({ "code": "serviceNotAvailable", "status": 503 });
        server.sim("tenants/shared.example/mailboxes/reception@shared.example/break", busy).await;
        let (_, caller) = server.caller(100).await;
        let delegation = server.linked(&caller, "shared.example").await;
        let listed = all(&caller, &delegation).await;
        assert!(listed.iter().any(|row| row.name == "Reception"), "{listed:?}");
        assert_eq!(delegation.state, Active);
    }

    async fn a_directory_that_shrinks_is_not_believed_alone(database: TestDatabase) {
        let server = TestServer::start(database).await;
        let (caller, delegation, rows) = server.connected("shrunk.example", 40).await;
        let listing = async |limit: Option<u32>| {
            server.sim("tenants/shrunk.example/listing", json!({ "limit": limit })).await;
            server.sim("tenants/shrunk.example/expire", json!({ "what": "delta" })).await;
        };
        let attention = async || caller.mailboxes.snapshot(delegation.id).await.unwrap().counts.attention;
        for limit in [0, 5] {
            listing(Some(limit)).await;
            let run = server.run_over(&caller, &delegation, RunKind::Sync, vec![]).await;
            assert_eq!((run.state, run.found.left, attention().await), (RunState::Completed, 0, 0), "{run:?}");
            let log = caller.activity.page(&ActivityQuery::default()).await.unwrap().entries;
            assert!(log.iter().any(|entry| entry.what == "directory.shrunk"));
            // Everybody is listed again.
            listing(None).await;
            let run = server.run_over(&caller, &delegation, RunKind::Sync, vec![]).await;
            assert_eq!((run.found.left, attention().await), (0, 0));
        }
        // A second full round agrees.
        listing(Some(5)).await;
        server.run_over(&caller, &delegation, RunKind::Sync, vec![]).await;
        assert_eq!(attention().await, 0);
        let run = server.run_over(&caller, &delegation, RunKind::Sync, vec![]).await;
        assert!(run.found.left > 20, "{run:?}");
        assert!(attention().await as usize > rows.len() / 2);
    }
}
