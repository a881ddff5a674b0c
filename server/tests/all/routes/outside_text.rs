//! Text that no database can store, or that no person can see, wherever text comes from outside: the answer is a refusal
//! or a cleaned text, and never a failure of ours.

use domain::{ids::DelegationId, list::Tab};
use serde_json::{Value, json};

use super::matrix::rows::{Ids, rows};
use crate::support::test_server::TestServer;
use store_testing::on_both_databases;

/// NUL, another control character, a mark that turns the direction of writing, and one of no width.
const ODD: &str = "a\u{0}b\u{1b}c\u{202e}d\u{200b}";

/// The same value with every text in it replaced, except ids and names of variants, one at a time.
fn with_odd_texts(value: &Value) -> Vec<Value> {
    match value {
        Value::String(text) if text.len() == 36 && text.matches('-').count() == 4 => Vec::new(),
        Value::String(text) => vec![json!(ODD), json!(format!("{text}\u{0}"))],
        Value::Array(items) => {
            let at = |n: usize| with_odd_texts(&items[n]).into_iter().map(move |odd| (n, odd));
            let changed = (0..items.len()).flat_map(at).map(|(n, odd)| {
                let mut items = items.clone();
                items[n] = odd;
                Value::Array(items)
            });
            changed.chain([json!([ODD])]).collect()
        }
        Value::Object(fields) => {
            let at = |(name, value): (&String, &Value)| {
                with_odd_texts(value).into_iter().map(move |odd| (name.clone(), odd)).collect::<Vec<_>>()
            };
            let changed = fields.iter().flat_map(at).map(|(name, odd)| {
                let mut fields = fields.clone();
                fields.insert(name, odd);
                Value::Object(fields)
            });
            changed.collect()
        }
        _ => Vec::new(),
    }
}

on_both_databases! {
    async fn a_text_that_cannot_be_stored_is_our_failure_nowhere(database: TestDatabase) {
        let server = TestServer::start(database).await;
        let (session, _, caller) = server.session(20).await;
        server.tenant("odd.example", 6).await;
        let view = server.linked(&caller, "odd.example").await;
        let id = |text: &str| text.to_owned();
        let nil = "00000000-0000-0000-0000-000000000000";
        let client = caller.setup.api_clients().await.unwrap()[0].id;
        let ids = Ids {
            delegation: DelegationId(view.id.0),
            run: id(nil), mailbox: id(nil), client: client.to_string(), attempt: id(nil), exclusion: server.state.reference(),
            member: id(nil), invitation: id(nil), session: id(nil), key: id(nil), alert: id(nil), rule: id(nil),
        };
        let mut calls = 0;
        for row in rows(&ids) {
            for body in with_odd_texts(&row.body) {
                let url = format!("{}/api/app/api/{}", server.base, row.name);
                let answer = server.client.post(url).header("cookie", format!("sid={session}")).json(&body).send().await.unwrap();
                let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
                assert!(status < 500 && !text.contains("\"internal\""), "{} {body}: {status} {text}", row.name);
                calls += 1;
            }
        }
        assert!(calls > 30, "{calls} calls");
        // The host's interface, the forms, and query strings.
        let host = |path: &str, body: Value| {
            server.client.post(format!("{}{path}", server.base)).bearer_auth("host-key").json(&body).send()
        };
        let pool = json!({ "plan_type_id": "warmup", "name": "Warm-up", "limit": 5 });
        for (body, expected) in [
            (json!({ "name": ODD, "owner_name": ODD, "pools": [pool] }), 201),
            (json!({ "name": "\u{0}", "owner_name": "Olga", "pools": [pool] }), 422),
            (json!({ "name": "W", "owner_name": "Olga", "pools": [{ "plan_type_id": ODD, "name": "x", "limit": 1 }] }), 422),
            (json!({ "name": "W", "owner_name": "Olga", "pools": [{ "plan_type_id": "x", "name": "\u{0}", "limit": 1 }] }), 422),
        ] {
            assert_eq!(host("/host/workspaces", body.clone()).await.unwrap().status(), expected, "{body}");
        }
        let odd = "a%00b%1bc";
        for path in ["/mailboxes?q=", "/mailboxes?tab=all&department=", "/mailboxes?domain=", "/activity?who=", "/activity?from=", "/activity.csv?who=", "/enter/", "/join/", "/connect/invitation/", "/alerts/stop/", "/sign-in/microsoft/back?code=x&state=", "/connect/microsoft/consented?admin_consent=True&tenant=x&state=", "/embed?host="] {
            let answer = server.client.get(format!("{}{path}{odd}", server.base)).header("cookie", format!("sid={session}")).send().await.unwrap();
            assert!(answer.status().as_u16() < 500, "{path}: {}", answer.status());
        }
        for (path, field) in [("/enter", "token"), ("/connect/microsoft", "link"), ("/sign-in/microsoft", "invitation")] {
            let answer = server.client.post(format!("{}{path}", server.base)).form(&[(field, ODD)]).send().await.unwrap();
            assert!(answer.status().as_u16() < 500, "{path}: {}", answer.status());
        }
    }

    async fn one_person_with_unstorable_text_stops_no_sync(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("nul.example", 5).await;
        let odd = json!({ "displayName": "Ad\u{0}ele \u{202e}Vance", "local_part": "odd", "department": "\u{0}" });
        server.sim("tenants/nul.example/users", odd).await;
        let (_, caller) = server.caller(10).await;
        let view = server.linked(&caller, "nul.example").await;
        let rows = server.rows(&caller, &view, Tab::All).await;
        let people = caller.mailboxes.rows(view.id, &rows).await.unwrap();
        assert!(people.iter().any(|row| row.name == "Adele Vance"), "{:?}", people.iter().map(|row| &row.name).collect::<Vec<_>>());
    }
}
