use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{CONTOSO, World, code};

/// Probes every user of a tenant, twenty at a time; the answer is how many inboxes opened.
async fn open_inboxes(world: &World, token: &str) -> usize {
    let (users, _, _) = world.pages(token, "/users?$select=id&$top=999").await;
    let mut opened = 0;
    for twenty in users.chunks(20) {
        let requests: Vec<_> = twenty
            .iter()
            .enumerate()
            .map(|(place, user)| {
                let url = format!("/users/{}/mailFolders/inbox?$select=id", user["id"].as_str().unwrap());
                json!({ "id": place.to_string(), "method": "GET", "url": url })
            })
            .collect();
        let (_, body) = world.batch(token, Value::Array(requests)).await;
        opened += body["responses"].as_array().unwrap().iter().filter(|part| part["status"] == 200).count();
    }
    opened
}

#[tokio::test]
async fn a_tenant_has_exactly_as_many_mailboxes_as_asked_for() {
    let world = World::start().await;
    for (domain, mailboxes, users) in [
        ("m0.example", 0, 9),
        ("m1.example", 1, 9),
        ("m4.example", 4, 9),
        ("m37.example", 37, 42),
        ("m1000.example", 1000, 1050),
    ] {
        let made = world.control("/tenants", json!({ "domain": domain, "mailboxes": mailboxes })).await;
        assert_eq!((&made["mailboxes"], &made["users"]), (&json!(mailboxes), &json!(users)), "{domain}");
        let token = world.consented(domain).await;
        assert_eq!(open_inboxes(&world, &token).await, mailboxes as usize, "{domain}");
    }
    let made = world.control("/tenants", json!({ "mailboxes": 50, "extras": false })).await;
    assert_eq!((&made["mailboxes"], &made["users"]), (&json!(50), &json!(50)));
}

#[tokio::test]
async fn the_purpose_tells_people_from_shared_mailboxes_and_rooms() {
    let world = World::start().await;
    let tid = world.tenant("kinds.example", 200).await;
    let token = world.consented(&tid).await;
    let (_, truth) = world.get("/_sim/tenants/kinds.example/truth").await;
    let mut seen = std::collections::BTreeMap::new();
    for user in truth["users"].as_array().unwrap() {
        let (id, kind) = (user["id"].as_str().unwrap(), user["kind"].as_str().unwrap());
        *seen.entry(kind).or_insert(0) += 1;
        let (status, settings) =
            world.graph(&token, &format!("/users/{id}/mailboxSettings?$select=userPurpose")).await;
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
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    for address in ["admin@contoso.com", "ADMIN@contoso.com", "admin@contoso.onmicrosoft.com"] {
        let (status, inbox) = world.graph(&token, &format!("/users/{address}/mailFolders/inbox")).await;
        assert_eq!((status, &inbox["displayName"]), (StatusCode::OK, &json!("Inbox")), "{address}");
    }
    let junk = world.graph(&token, "/users/admin@contoso.com/mailFolders/junkemail?$select=id").await;
    assert!(junk.1["id"].as_str().unwrap().starts_with("AAMk") && junk.1["displayName"].is_null());
    let nobody = world.graph(&token, "/users/nobody@contoso.com/mailFolders/inbox").await;
    assert_eq!((nobody.0, code(&nobody)), (StatusCode::NOT_FOUND, "ErrorInvalidUser"));
}

#[tokio::test]
async fn a_licence_brings_a_mailbox_and_takes_it_away() {
    let world = World::start().await;
    let token = world.consented(CONTOSO).await;
    let inbox = "/users/adele.vance@contoso.com/mailFolders/inbox";
    let adele = "/tenants/contoso.com/users/adele.vance@contoso.com";
    for (licensed, status) in [(false, StatusCode::NOT_FOUND), (true, StatusCode::OK)] {
        world.control(adele, json!({ "licensed": licensed })).await;
        assert_eq!(world.graph(&token, inbox).await.0, status);
    }
    let hired = world
        .control("/tenants/contoso.com/users", json!({ "local_part": "soon", "kind": "provisioning" }))
        .await;
    assert_eq!(hired["has_mailbox"], false);
    let hired = world.control("/tenants/contoso.com/users/soon@contoso.com", json!({ "kind": "user" })).await;
    assert_eq!(hired["has_mailbox"], true);
    assert_eq!(world.get("/_sim/tenants/contoso.com").await.1["mailboxes"], 61);
}
