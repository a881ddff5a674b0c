//! Kinds of mailboxes: Exchange is asked where the directory does not show the kind.

use app::ports::Caller;
use domain::{
    Reason,
    connection::Connection::{Available, Connected, Failed, Ineligible},
    delegation::DelegationView,
    list::{ListQuery, Tab},
    mailbox::{Kind, MailboxRow},
    run::RunKind,
};
use serde_json::{Value, json};

use crate::support::test_server::TestServer;
use store_testing::on_both_databases;

async fn row(caller: &Caller, delegation: &DelegationView, name: &str) -> MailboxRow {
    let query = ListQuery { tab: Tab::All, search: name.to_owned(), ..ListQuery::default() };
    let order = caller.mailboxes.list_order(delegation.id, &query).await.unwrap().order;
    let rows = caller.mailboxes.rows(delegation.id, &order).await.unwrap();
    rows.into_iter().find(|row| row.name == name).unwrap_or_else(|| panic!("{name} is not listed"))
}

async fn user(server: &TestServer, name: &str, facts: Value) {
    let mut user = facts;
    user["displayName"] = json!(name);
    user["local_part"] = json!(name.to_lowercase());
    server.sim("tenants/kinds.example/users", user).await;
}

on_both_databases! {
    async fn exchange_is_asked_what_the_directory_does_not_show(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("kinds.example", 5).await;
        let shared = |more: Value| {
            let mut facts = json!({ "kind": "shared", "licensed": false, "accountEnabled": true });
            facts.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            facts
        };
        user(&server, "Reception", shared(json!({}))).await;
        user(&server, "Synced", shared(json!({ "onPremisesSyncEnabled": true }))).await;
        user(&server, "Inside", shared(json!({}))).await;
        server.sim("tenants/kinds.example/users/inside@kinds.example/odd", json!({ "set": { "userType": "Guest" } })).await;
        user(&server, "Busy", shared(json!({}))).await;
        let busy = json!({ "code": "serviceNotAvailable", "status": 503 });
        server.sim("tenants/kinds.example/mailboxes/busy@kinds.example/break", busy).await;
        user(&server, "Once", shared(json!({}))).await;
        let once = json!({ "code": "UnknownError", "status": 403, "message": "", "times": 1 });
        server.sim("tenants/kinds.example/mailboxes/once@kinds.example/break", once).await;
        user(&server, "Service", json!({ "kind": "unlicensed", "licensed": false, "accountEnabled": true })).await;
        user(&server, "Desk", json!({ "kind": "room", "licensed": false, "accountEnabled": true })).await;
        let (_, caller) = server.caller(100).await;
        let delegation = server.linked(&caller, "kinds.example").await;
        for (name, kind, connection, reason) in [
            ("Reception", Kind::Shared, Available, None),
            ("Synced", Kind::Shared, Available, None),
            ("Inside", Kind::Shared, Available, None),
            ("Once", Kind::Shared, Available, None),
            ("Busy", Kind::User, Ineligible, Some(Reason::NoExchangeLicense)),
            ("Service", Kind::User, Ineligible, Some(Reason::NoExchangeLicense)),
            ("Desk", Kind::Room, Ineligible, Some(Reason::NotAUserMailbox)),
        ] {
            let row = row(&caller, &delegation, name).await;
            assert_eq!((row.kind, row.connection, row.reason), (kind, connection, reason), "{name}");
        }
        // The answers are kept: another sync asks nobody but the one that gave none.
        server.sim("tenants/kinds.example/mailboxes/busy@kinds.example/mend", json!({})).await;
        let asked = async || {
            let tid = delegation.tid.clone().unwrap();
            let url = format!("{}/_sim/requests?tenant={tid}&path=mailboxSettings&limit=1000", server.simulator.base_url);
            let text = server.client.get(url).send().await.unwrap().text().await.unwrap();
            serde_json::from_str::<Value>(&text).unwrap()["count"].as_u64().unwrap()
        };
        server.sim("tenants/kinds.example/expire", json!({ "what": "delta" })).await;
        let before = asked().await;
        server.advance_clock(2 * 60 * 60 * 1_000);
        server.run_over(&caller, &delegation, RunKind::Sync, vec![]).await;
        // One for the checklist of the sync, one for the mailbox without an answer.
        assert!(asked().await - before <= 3, "{} mailboxes were asked again", asked().await - before);
        assert_eq!(row(&caller, &delegation, "Busy").await.connection, Available);
        // News in the directory make the answer doubtful.
        server.sim("tenants/kinds.example/users/service@kinds.example", json!({ "kind": "shared", "department": "IT" })).await;
        server.run_over(&caller, &delegation, RunKind::Sync, vec![]).await;
        assert_eq!(row(&caller, &delegation, "Service").await.kind, Kind::Shared);
        let reception = row(&caller, &delegation, "Reception").await;
        let run = server.run_over(&caller, &delegation, RunKind::Connect, vec![reception.row]).await;
        assert_eq!(run.counts.succeeded, 1);
        assert_eq!(row(&caller, &delegation, "Reception").await.connection, Connected);
    }

    async fn a_licensed_room_takes_no_slot(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("kinds.example", 5).await;
        user(&server, "Aquarium", json!({ "kind": "room", "licensed": true, "accountEnabled": true })).await;
        user(&server, "Sales", json!({ "kind": "shared", "licensed": true, "accountEnabled": true })).await;
        let (_, caller) = server.caller(100).await;
        let delegation = server.linked(&caller, "kinds.example").await;
        let rows = [row(&caller, &delegation, "Aquarium").await.row, row(&caller, &delegation, "Sales").await.row];
        let run = server.run_over(&caller, &delegation, RunKind::Connect, rows.to_vec()).await;
        assert_eq!((run.counts.succeeded, run.counts.failed), (1, 1), "{run:?}");
        let room = row(&caller, &delegation, "Aquarium").await;
        assert_eq!((room.kind, room.connection, room.reason), (Kind::Room, Failed, Some(Reason::NotAUserMailbox)));
        let shared = row(&caller, &delegation, "Sales").await;
        assert_eq!((shared.kind, shared.connection), (Kind::Shared, Connected));
        let pools = caller.mailboxes.snapshot(delegation.id).await.unwrap().pools;
        assert_eq!(pools[0].taken(), 1);
    }
}
