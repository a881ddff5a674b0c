//! Permissions: every server function and every route, called by every kind of caller.
//!
//! The rows are compared with the registry of server functions and with the table of routes: a new one without a row
//! here fails.

pub(super) mod rows;

use std::collections::BTreeSet;

use domain::{
    Role,
    ids::DelegationId,
    list::Tab,
    people::{Method, Scope},
    rule::{NewRule, RuleKind},
    run::RunKind,
};
use leptos::server_fn::axum::server_fn_paths;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, FromQueryResult, JsonValue, Statement};
use serde_json::{Value, json};
use server::http::{Guard, routes};
use store::{Arrival, WorkspaceCtx};

use self::rows::{Ids, Needs, rows};
use crate::support::test_server::TestServer;
use store_testing::{on_both_databases, organisation::arrival};

/// Creates a workspace with one thing of each kind that an id can name.
async fn things(server: &TestServer, domain: &str) -> (Ids, String, WorkspaceCtx) {
    let (session, ctx, caller) = server.session(100).await;
    server.tenant(domain, 8).await;
    let delegation = server.linked(&caller, domain).await;
    let available = server.rows(&caller, &delegation, Tab::Available).await;
    let run = server.run_over(&caller, &delegation, RunKind::Connect, available[..2].to_vec()).await;
    let mailbox = caller.mailboxes.rows(delegation.id, &available[..1]).await.unwrap()[0].id;
    let client = caller.setup.api_clients().await.unwrap()[0].id;
    let attempt = caller.setup.invite().await.unwrap().attempt.id;
    let invitation = caller.people.invite("Ann", Role::Owner).await.unwrap().invitation.id;
    let member = caller.people.everybody().await.unwrap().members[0].id;
    let sessions = caller.people.sessions().await.unwrap();
    let key = caller.people.new_key("Program", &[Scope::Read]).await.unwrap().key.id;
    server.state.store.notifications(&ctx).add_alert_address("it@m.example").await.unwrap();
    let alert = caller.alerts.alerts().await.unwrap().addresses[0].id;
    let new = NewRule { by: RuleKind::Department, value: "Sales".into(), ceiling: 5, anyway: true };
    caller.rules.add(delegation.id, new).await.unwrap();
    let rule = caller.rules.rules(delegation.id).await.unwrap()[0].id;
    let things = Ids {
        delegation: delegation.id,
        run: run.id.to_string(),
        mailbox: mailbox.to_string(),
        client: client.to_string(),
        attempt: attempt.to_string(),
        exclusion: server.state.reference(),
        member: member.to_string(),
        invitation: invitation.to_string(),
        session: sessions[0].id.to_string(),
        key: key.to_string(),
        alert: alert.to_string(),
        rule: rule.to_string(),
    };
    (things, session, ctx)
}

/// Signs in a user with this role by the host. Returns the session's token.
pub(super) async fn with_role(server: &TestServer, ctx: &WorkspaceCtx, role: Role) -> String {
    let launch = store::Launch {
        jti: server.state.reference(),
        expires_at: i64::MAX,
        workspace: ctx.workspace(),
        user: format!("host-{role:?}"),
        name: format!("{role:?}"),
        role,
        host: "https://app.example".into(),
    };
    let arrival = Arrival { method: Method::Host, ..arrival() };
    server.state.store.launch(&launch, arrival).await.unwrap()
}

/// The rows that a refused request must not change, as text.
async fn contents(server: &TestServer) -> String {
    let mut options = ConnectOptions::new(server.database.url.clone());
    options.max_connections(1).sqlx_logging(false);
    let db = Database::connect(options).await.unwrap();
    let tables = [
        "workspace",
        "member",
        "member_invitation",
        "api_key",
        "delegation",
        "api_client",
        "consent_attempt",
        "mailbox",
        "run",
        "run_item",
        "slot_account",
        "alert_address",
        "rule",
        "audit",
        "event",
    ];
    let mut all = String::new();
    for table in tables {
        let text = format!("SELECT * FROM {table} ORDER BY 1, 2, 3");
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), text)).await.unwrap();
        all.push_str(&format!("{table} {}\n", rows.len()));
        for row in rows {
            all.push_str(&format!("{}\n", JsonValue::from_query_result(&row, "").unwrap()));
        }
    }
    _ = db.close().await;
    all
}

/// The credentials of a caller.
#[derive(Clone)]
enum As {
    Nobody,
    Session(String),
    Key(String),
}

async fn call(server: &TestServer, who: &As, name: &str, body: &Value) -> (u16, String) {
    let request = server.client.post(format!("{}/api/app/api/{name}", server.base)).json(body);
    let request = match who {
        As::Nobody => request,
        As::Session(token) => request.header("cookie", format!("sid={token}")),
        As::Key(key) => request.bearer_auth(key),
    };
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test]
async fn every_server_function_and_every_route_has_a_row() {
    let made_up = Ids {
        delegation: DelegationId(uuid::Uuid::nil()),
        run: String::new(),
        mailbox: String::new(),
        client: String::new(),
        attempt: String::new(),
        exclusion: String::new(),
        member: String::new(),
        invitation: String::new(),
        session: String::new(),
        key: String::new(),
        alert: String::new(),
        rule: String::new(),
    };
    let known: BTreeSet<String> =
        rows(&made_up).iter().map(|row| format!("/api/app/api/{}", row.name)).collect();
    let registered: BTreeSet<String> = server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    assert_eq!(registered, known);
    // No server function can be called by a link or an image.
    assert!(server_fn_paths().all(|(_, method)| method == "POST"));
    // The tests below call every route that requires a session; all of them are GET.
    let get_paths: BTreeSet<&str> = routes()
        .iter()
        .filter(|route| route.method == "GET" && route.guard == Guard::Session)
        .map(|route| route.path)
        .collect();
    assert_eq!(
        get_paths,
        BTreeSet::from([
            "/activity.csv",
            "/live/{delegation}",
            "/mailboxes/print",
            "/runs/{run}/print",
            "/runs/{run}/results.csv",
        ]),
        "each of these needs a caller in the tests below"
    );
    assert!(routes().iter().all(|route| route.guard != Guard::Session || route.method == "GET"));
}

on_both_databases! {
    async fn each_caller_gets_the_right_refusal_and_a_refusal_changes_nothing(database: TestDatabase) {
        let server = TestServer::start(database).await;
        let (expired, ..) = server.session(1).await;
        server.advance_clock(5 * 60 * 60 * 1_000);
        let (mine, owner, ctx) = things(&server, "m.example").await;
        let (theirs, stranger, _) = things(&server, "n.example").await;
        let (viewer, member) =
            (with_role(&server, &ctx, Role::Viewer).await, with_role(&server, &ctx, Role::Member).await);
        let store = &server.state.store;
        let dead = store.people(&ctx).new_api_key("Dead", &[Scope::Run]).await.unwrap();
        store.people(&ctx).revoke_api_key(dead.key.id).await.unwrap();
        let reader = store.people(&ctx).new_api_key("Reader", &[Scope::Read]).await.unwrap().secret;
        // The first use of a key is recorded, so it must happen before the comparison.
        store.program(&reader).await.unwrap().unwrap();

        let before = contents(&server).await;
        for row in rows(&mine) {
            for (who, what) in [
                (As::Nobody, "a caller without credentials"),
                (As::Session("made-up".into()), "an unknown session"),
                (As::Session(expired.clone()), "an expired session"),
                (As::Key(dead.secret.clone()), "a revoked key"),
            ] {
                let (status, answer_text) = call(&server, &who, row.name, &row.body).await;
                assert_eq!((status, answer_text.as_str()), (200, "{\"Err\":\"signed_out\"}"), "{} by {what}", row.name);
            }
            for (who, role) in [(As::Session(viewer.clone()), Needs::Viewer), (As::Key(reader.clone()), Needs::Viewer), (As::Session(member.clone()), Needs::Member)] {
                let may = row.needs == Needs::Viewer || row.needs == role;
                if !may {
                    let (_, answer_text) = call(&server, &who, row.name, &row.body).await;
                    assert_eq!(answer_text, "{\"Err\":\"forbidden\"}", "{} by a role below", row.name);
                }
            }
        }
        // The owner of another workspace gets 404 for each of these ids, alone among ids of their own workspace.
        let own = rows(&theirs);
        for mixed in theirs.with_one_of(&mine) {
            for (row, own) in rows(&mixed).iter().zip(&own).filter(|(row, own)| row.body != own.body) {
                let (_, answer_text) = call(&server, &As::Session(stranger.clone()), row.name, &row.body).await;
                assert_eq!(answer_text, "{\"Err\":\"not_found\"}", "{} with {} for {}", row.name, row.body, own.body);
            }
        }
        for path in [
            "/activity.csv".to_owned(),
            format!("/live/{}", mine.delegation),
            format!("/mailboxes/print?d={}", mine.delegation),
            format!("/runs/{}/print", mine.run),
            format!("/runs/{}/results.csv", mine.run),
        ] {
            let ask = |cookie: &str| server.client.get(format!("{}{path}", server.base)).header("cookie", cookie).send();
            assert_eq!(ask("").await.unwrap().status(), 401, "{path} without a session");
            for session in ["made-up", expired.as_str()] {
                assert_eq!(ask(&format!("sid={session}")).await.unwrap().status(), 401, "{path} by {session}");
            }
            if path.contains('-') {
                assert_eq!(ask(&format!("sid={stranger}")).await.unwrap().status(), 404, "{path} by a stranger");
            }
        }
        assert_eq!(contents(&server).await, before, "a refusal has changed something");

        // Callers with read access can read.
        for row in rows(&mine).iter().filter(|row| row.needs == Needs::Viewer && !row.name.contains("session")) {
            for who in [As::Session(viewer.clone()), As::Key(reader.clone()), As::Session(owner.clone())] {
                let (status, answer_text) = call(&server, &who, row.name, &row.body).await;
                assert!(status == 200 && answer_text.starts_with("{\"Ok\":"), "{}: {answer_text}", row.name);
            }
        }
    }

    async fn a_session_ends_by_expiry_and_with_its_member(database: TestDatabase) {
        let server = TestServer::start(database).await;
        let (first, ctx, caller) = server.session(10).await;
        let member = with_role(&server, &ctx, Role::Member).await;
        let me = json!({});
        let lives = async |token: &str| {
            !call(&server, &As::Session(token.to_owned()), "setup/load_me", &me).await.1.contains("signed_out")
        };
        assert!(lives(&first).await && lives(&member).await);
        let people = caller.people.everybody().await.unwrap();
        let other = people.members.iter().find(|person| !person.you && person.host).unwrap();
        // The only owner can neither be removed nor get another role.
        let only = people.members.iter().find(|person| person.role == Role::Owner).unwrap();
        assert_eq!(caller.people.remove(only.id).await.unwrap_err().field(), Some("role"));
        assert_eq!(caller.people.change_role(only.id, Role::Viewer).await.unwrap_err().field(), Some("role"));
        caller.people.remove(other.id).await.unwrap();
        assert!(!lives(&member).await);
        // With regular use a session lasts up to twelve hours.
        for _ in 0..3 {
            server.advance_clock(3 * 60 * 60 * 1_000 + 59 * 60 * 1_000);
            assert!(lives(&first).await);
        }
        server.advance_clock(4 * 60 * 1_000);
        assert!(!lives(&first).await);
        let (second, ..) = server.session(10).await;
        server.advance_clock(4 * 60 * 60 * 1_000);
        assert!(!lives(&second).await, "idle for four hours");
    }
}
