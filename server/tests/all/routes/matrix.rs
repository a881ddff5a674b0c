//! Who may do what: every server function and every route, by everybody who might try.
//!
//! The rows are compared with the registry of server functions and with the table of routes: a new one without a row
//! here fails.

mod rows;

use std::collections::BTreeSet;

use domain::{
    Role,
    ids::DelegationId,
    list::Tab,
    people::{Method, Scope},
    rule::{By, NewRule},
    run::RunKind,
};
use leptos::server_fn::axum::server_fn_paths;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, FromQueryResult, JsonValue, Statement};
use serde_json::{Value, json};
use server::{
    http::{Guard, routes},
    store::{Arrival, WorkspaceCtx},
};

use self::rows::{Needs, Things, rows};
use crate::support::{on_both_databases, organisation::arrival, world::World};

/// A workspace in which everything is there that an id could name.
async fn things(world: &World, domain: &str) -> (Things, String, WorkspaceCtx) {
    let (session, ctx, desk) = world.session(100).await;
    world.tenant(domain, 8).await;
    let delegation = world.linked(&desk, domain).await;
    let available = world.rows(&desk, &delegation, Tab::Available).await;
    let run = world.run_over(&desk, &delegation, RunKind::Connect, available[..2].to_vec()).await;
    let mailbox = desk.mailboxes.rows(delegation.id, &available[..1]).await.unwrap()[0].id;
    let client = desk.setup.api_clients().await.unwrap()[0].id;
    let attempt = desk.setup.invite().await.unwrap().attempt.id;
    let invitation = desk.people.invite("Ann", Role::Owner).await.unwrap().invitation.id;
    let member = desk.people.everybody().await.unwrap().members[0].id;
    let sessions = desk.people.sessions().await.unwrap();
    let key = desk.people.new_key("Program", &[Scope::Read]).await.unwrap().key.id;
    world.state.store.add_alert_address(&ctx, "it@m.example").await.unwrap();
    let alert = desk.alerts.alerts().await.unwrap().addresses[0].id;
    let new = NewRule { by: By::Department, value: "Sales".into(), ceiling: 5 };
    desk.rules.add(delegation.id, new).await.unwrap();
    let rule = desk.rules.rules(delegation.id).await.unwrap()[0].id;
    let things = Things {
        delegation: delegation.id,
        run: run.id.to_string(),
        mailbox: mailbox.to_string(),
        client: client.to_string(),
        attempt: attempt.to_string(),
        exclusion: world.state.reference(),
        member: member.to_string(),
        invitation: invitation.to_string(),
        session: sessions[0].id.to_string(),
        key: key.to_string(),
        alert: alert.to_string(),
        rule: rule.to_string(),
    };
    (things, session, ctx)
}

/// Somebody with a role in the workspace that the host names: the token of a session.
async fn with_role(world: &World, ctx: &WorkspaceCtx, role: Role) -> String {
    let launch = server::store::Launch {
        jti: world.state.reference(),
        expires_at: i64::MAX,
        workspace: ctx.workspace(),
        user: format!("host-{role:?}"),
        name: format!("{role:?}"),
        role,
        host: "https://app.example".into(),
    };
    let arrival = Arrival { method: Method::Host, ..arrival() };
    world.state.store.launch(&launch, arrival).await.unwrap()
}

/// Everything that a refused request must not change.
async fn contents(world: &World) -> String {
    let mut options = ConnectOptions::new(world.database.url.clone());
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
        // Neither use nor a renewed lease is a change.
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

/// How a caller shows who it is.
#[derive(Clone)]
enum As {
    Nobody,
    Session(String),
    Key(String),
}

async fn call(world: &World, who: &As, name: &str, body: &Value) -> (u16, String) {
    let request = world.client.post(format!("{}/api/app/api/{name}", world.base)).json(body);
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
    let made_up = Things {
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
    // Of the routes, only those that need no session answer without one; see below. GET changes nothing but its own
    // attempt.
    let looking: BTreeSet<&str> = routes()
        .iter()
        .filter(|route| route.method == "GET" && route.guard == Guard::Session)
        .map(|route| route.path)
        .collect();
    assert_eq!(
        looking,
        BTreeSet::from(["/activity.csv", "/live/{delegation}", "/runs/{run}/results.csv"]),
        "each of these needs a caller in the tests below"
    );
    assert!(routes().iter().all(|route| route.guard != Guard::Session || route.method == "GET"));
}

on_both_databases! {
    async fn each_caller_gets_the_right_refusal_and_a_refusal_changes_nothing(database: TestDatabase) {
        let world = World::start(database).await;
        let (expired, ..) = world.session(1).await;
        world.later(5 * 60 * 60 * 1_000);
        let (mine, owner, ctx) = things(&world, "m.example").await;
        let (theirs, stranger, _) = things(&world, "n.example").await;
        let (viewer, member) =
            (with_role(&world, &ctx, Role::Viewer).await, with_role(&world, &ctx, Role::Member).await);
        let store = &world.state.store;
        let dead = store.new_api_key(&ctx, "Dead", &[Scope::Run]).await.unwrap();
        store.revoke_api_key(&ctx, dead.key.id).await.unwrap();
        let reader = store.new_api_key(&ctx, "Reader", &[Scope::Read]).await.unwrap().secret;
        // Its first use is written down.
        store.program(&reader).await.unwrap().unwrap();

        let before = contents(&world).await;
        for row in rows(&mine) {
            for (who, what) in [
                (As::Nobody, "nobody"),
                (As::Session("made-up".into()), "an unknown session"),
                (As::Session(expired.clone()), "an expired session"),
                (As::Key(dead.secret.clone()), "a revoked key"),
            ] {
                let (status, said) = call(&world, &who, row.name, &row.body).await;
                assert_eq!((status, said.as_str()), (200, "{\"Err\":{\"error\":\"signed_out\"}}"), "{} by {what}", row.name);
            }
            for (who, role) in [(As::Session(viewer.clone()), Needs::Viewer), (As::Key(reader.clone()), Needs::Viewer), (As::Session(member.clone()), Needs::Member)] {
                let may = row.needs == Needs::Viewer || row.needs == role;
                if !may {
                    let (_, said) = call(&world, &who, row.name, &row.body).await;
                    assert_eq!(said, "{\"Err\":{\"error\":\"forbidden\"}}", "{} by a role below", row.name);
                }
            }
        }
        // Whoever owns another workspace finds nothing by one of these ids, in whatever place among ids of their own.
        let own = rows(&theirs);
        for mixed in theirs.with_one_of(&mine) {
            for (row, own) in rows(&mixed).iter().zip(&own).filter(|(row, own)| row.body != own.body) {
                let (_, said) = call(&world, &As::Session(stranger.clone()), row.name, &row.body).await;
                assert_eq!(said, "{\"Err\":{\"error\":\"not_found\"}}", "{} with {} for {}", row.name, row.body, own.body);
            }
        }
        for path in [
            "/activity.csv".to_owned(),
            format!("/live/{}", mine.delegation),
            format!("/runs/{}/results.csv", mine.run),
        ] {
            let ask = |cookie: &str| world.client.get(format!("{}{path}", world.base)).header("cookie", cookie).send();
            assert_eq!(ask("").await.unwrap().status(), 401, "{path} by nobody");
            for session in ["made-up", expired.as_str()] {
                assert_eq!(ask(&format!("sid={session}")).await.unwrap().status(), 401, "{path} by {session}");
            }
            if path.contains('-') {
                assert_eq!(ask(&format!("sid={stranger}")).await.unwrap().status(), 404, "{path} by a stranger");
            }
        }
        assert_eq!(contents(&world).await, before, "a refusal has changed something");

        // And those who may look can.
        for row in rows(&mine).iter().filter(|row| row.needs == Needs::Viewer && !row.name.contains("session")) {
            for who in [As::Session(viewer.clone()), As::Key(reader.clone()), As::Session(owner.clone())] {
                let (status, said) = call(&world, &who, row.name, &row.body).await;
                assert!(status == 200 && said.starts_with("{\"Ok\":"), "{}: {said}", row.name);
            }
        }
    }

    async fn a_session_ends_by_time_by_its_owner_and_with_its_member(database: TestDatabase) {
        let world = World::start(database).await;
        let (first, ctx, desk) = world.session(10).await;
        let member = with_role(&world, &ctx, Role::Member).await;
        let me = json!({});
        let lives = async |token: &str| {
            !call(&world, &As::Session(token.to_owned()), "setup/load_me", &me).await.1.contains("signed_out")
        };
        assert!(lives(&first).await && lives(&member).await);
        let people = desk.people.everybody().await.unwrap();
        let other = people.members.iter().find(|person| !person.you && person.host).unwrap();
        // The only owner stays one.
        let only = people.members.iter().find(|person| person.role == Role::Owner).unwrap();
        assert_eq!(desk.people.remove(only.id).await.unwrap_err().field(), Some("role"));
        assert_eq!(desk.people.change_role(only.id, Role::Viewer).await.unwrap_err().field(), Some("role"));
        desk.people.remove(other.id).await.unwrap();
        assert!(!lives(&member).await);
        // Used now and then it goes on, and never beyond twelve hours.
        for _ in 0..3 {
            world.later(3 * 60 * 60 * 1_000 + 59 * 60 * 1_000);
            assert!(lives(&first).await);
        }
        world.later(4 * 60 * 1_000);
        assert!(!lives(&first).await);
        let (second, ..) = world.session(10).await;
        world.later(4 * 60 * 60 * 1_000);
        assert!(!lives(&second).await, "idle for four hours");
    }
}
