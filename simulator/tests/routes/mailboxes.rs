use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{CONTOSO, TestSimulator, code};

/// Probes every user of a tenant, twenty at a time; returns the number of inboxes that could be read.
async fn open_inboxes(test_env: &TestSimulator, token: &str) -> usize {
    let (users, _, _) = test_env.pages(token, "/users?$select=id&$top=999").await;
    let mut opened = 0;
    for twenty in users.chunks(20) {
        let requests: Vec<_> = twenty
            .iter()
            .enumerate()
            .map(|(index, user)| {
                let url = format!("/users/{}/mailFolders/inbox?$select=id", user["id"].as_str().unwrap());
                json!({ "id": index.to_string(), "method": "GET", "url": url })
            })
            .collect();
        let (_, body) = test_env.batch(token, Value::Array(requests)).await;
        opened += body["responses"].as_array().unwrap().iter().filter(|part| part["status"] == 200).count();
    }
    opened
}

#[tokio::test]
async fn a_tenant_has_exactly_the_requested_number_of_mailboxes() {
    let test_env = TestSimulator::start().await;
    for (domain, mailboxes, users) in [
        ("m0.example", 0, 9),
        ("m1.example", 1, 9),
        ("m4.example", 4, 9),
        ("m37.example", 37, 42),
        ("m1000.example", 1000, 1050),
    ] {
        let made = test_env.control("/tenants", json!({ "domain": domain, "mailboxes": mailboxes })).await;
        assert_eq!((&made["mailboxes"], &made["users"]), (&json!(mailboxes), &json!(users)), "{domain}");
        let token = test_env.consented(domain).await;
        assert_eq!(open_inboxes(&test_env, &token).await, mailboxes as usize, "{domain}");
    }
    let made = test_env.control("/tenants", json!({ "mailboxes": 50, "extras": false })).await;
    assert_eq!((&made["mailboxes"], &made["users"]), (&json!(50), &json!(50)));
}

#[tokio::test]
async fn the_purpose_distinguishes_people_shared_mailboxes_and_rooms() {
    let test_env = TestSimulator::start().await;
    let tid = test_env.tenant("kinds.example", 200).await;
    let token = test_env.consented(&tid).await;
    let (_, truth) = test_env.get("/_sim/tenants/kinds.example/truth").await;
    let mut seen = std::collections::BTreeMap::new();
    for user in truth["users"].as_array().unwrap() {
        let (id, kind) = (user["id"].as_str().unwrap(), user["kind"].as_str().unwrap());
        *seen.entry(kind).or_insert(0) += 1;
        let (status, settings) =
            test_env.graph(&token, &format!("/users/{id}/mailboxSettings?$select=userPurpose")).await;
        if user["has_mailbox"] == true {
            assert_eq!((status, &settings["userPurpose"]), (StatusCode::OK, &json!(kind)));
        } else {
            assert_eq!(
                (status, code(&(status, settings.clone()))),
                (StatusCode::NOT_FOUND, "MailboxNotEnabledForRESTAPI")
            );
        }
    }
    for kind in [
        "shared",
        "room",
        "equipment",
        "guest",
        "unlicensed",
        "on_premises",
        "foundation_only",
        "provisioning",
    ] {
        assert!(seen.contains_key(kind), "no {kind} in {seen:?}");
    }
    assert_eq!(seen["shared"], 8);
}

#[tokio::test]
async fn the_inbox_is_found_by_address_and_alias() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    for address in ["admin@contoso.com", "ADMIN@contoso.com", "admin@contoso.onmicrosoft.com"] {
        let (status, inbox) = test_env.graph(&token, &format!("/users/{address}/mailFolders/inbox")).await;
        assert_eq!((status, &inbox["displayName"]), (StatusCode::OK, &json!("Inbox")), "{address}");
    }
    let junk = test_env.graph(&token, "/users/admin@contoso.com/mailFolders/junkemail?$select=id").await;
    assert!(junk.1["id"].as_str().unwrap().starts_with("AAMk") && junk.1["displayName"].is_null());
    let nobody = test_env.graph(&token, "/users/nobody@contoso.com/mailFolders/inbox").await;
    assert_eq!((nobody.0, code(&nobody)), (StatusCode::NOT_FOUND, "ErrorInvalidUser"));
}

#[tokio::test]
async fn assigning_a_licence_creates_a_mailbox_and_removing_it_deletes_the_mailbox() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let inbox = "/users/adele.vance@contoso.com/mailFolders/inbox";
    let adele = "/tenants/contoso.com/users/adele.vance@contoso.com";
    for (licensed, status) in [(false, StatusCode::NOT_FOUND), (true, StatusCode::OK)] {
        test_env.control(adele, json!({ "licensed": licensed })).await;
        assert_eq!(test_env.graph(&token, inbox).await.0, status);
    }
    let hired = test_env
        .control("/tenants/contoso.com/users", json!({ "local_part": "soon", "kind": "provisioning" }))
        .await;
    assert_eq!(hired["has_mailbox"], false);
    let hired =
        test_env.control("/tenants/contoso.com/users/soon@contoso.com", json!({ "kind": "user" })).await;
    assert_eq!(hired["has_mailbox"], true);
    assert_eq!(test_env.get("/_sim/tenants/contoso.com").await.1["mailboxes"], 61);
}

#[tokio::test]
async fn mail_folders_are_paged_by_top_and_skip() {
    let test_env = TestSimulator::start().await;
    let token = test_env.consented(CONTOSO).await;
    let folders = "/users/admin@contoso.com/mailFolders";
    let (all, _, pages) = test_env.pages(&token, folders).await;
    let (some, _, more) = test_env.pages(&token, &format!("{folders}?$select=id&$top=4")).await;
    let ids = |folders: &[Value]| folders.iter().map(|folder| folder["id"].clone()).collect::<Vec<_>>();
    assert_eq!((ids(&all), pages, more), (ids(&some), 1, 2));
    assert_eq!(some[5].as_object().unwrap().len(), 1);
    let (_, rest) = test_env.graph(&token, &format!("{folders}?$skip=5")).await;
    assert_eq!(ids(rest["value"].as_array().unwrap()), ids(&all)[5..]);
    let refused = test_env.graph(&token, &format!("{folders}?$top=many")).await;
    assert_eq!((refused.0, code(&refused)), (StatusCode::BAD_REQUEST, "ErrorInvalidUrlQuery"));
}
