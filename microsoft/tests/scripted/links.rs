use std::time::Duration;

use microsoft::{Class, DeltaFrom, DirectoryUser, Next, RemovedReason};
use serde_json::json;
use tokio::{sync::mpsc, time::timeout};

use crate::script::{Script, batch, error, reply};

#[tokio::test]
async fn a_round_follows_the_links_of_its_pages_verbatim() {
    let script = Script::graph(|request| {
        let base = "http://HOST/v1.0/users/delta";
        let body = match request.query.as_str() {
            "$skiptoken=a%2Bb" => json!({"value": [], "@odata.deltaLink": format!("{base}?$deltatoken=z")}),
            _ => json!({"value": [{"id": "a", "mail": null}, {"id": "b", "@removed": {"reason": "changed"}}],
                "@odata.nextLink": format!("{base}?$skiptoken=a%2Bb")}),
        };
        reply(200, body.to_string().replace("HOST", &host(request)))
    })
    .await;
    let tenant = script.tenant();
    let page = tenant.users_delta(DeltaFrom::Start).await.unwrap();
    assert_eq!((page.users.len(), page.users[0].id.as_str()), (1, "a"));
    assert_eq!(page.removed[0].reason, RemovedReason::Changed);
    let Next::Page(link) = page.next else { panic!("{:?}", page.next) };
    let last = tenant.users_delta(DeltaFrom::Link(&link)).await.unwrap();
    assert!(
        last.users.is_empty() && matches!(last.next, Next::Delta(link) if link.ends_with("$deltatoken=z"))
    );
    assert_eq!(script.requests("/delta")[1].query, "$skiptoken=a%2Bb");
}

#[tokio::test]
async fn a_link_to_another_host_is_refused_before_any_request_to_it() {
    let script = Script::graph(|_| {
        reply(
            200,
            r#"{"value":[],"@odata.nextLink":"https://graph.microsoft.com.evil.example/v1.0/users/delta"}"#,
        )
    })
    .await;
    let failure = script.tenant().users_delta(DeltaFrom::Start).await.unwrap_err();
    assert_eq!((failure.class, failure.code.as_deref()), (Class::Unknown, Some("link_refused")));
    let stored = DeltaFrom::Link("http://127.0.0.1:1/v1.0/users/delta?$deltatoken=x");
    assert_eq!(script.tenant().users_delta(stored).await.unwrap_err().code.as_deref(), Some("link_refused"));
    assert_eq!(script.requests("/delta").len(), 1);
}

#[tokio::test]
async fn a_page_that_links_to_itself_is_refused() {
    let script = Script::graph(|request| {
        let link = format!("http://{}/v1.0/users/delta?$skiptoken=same", host(request));
        reply(200, json!({"value": [], "@odata.nextLink": link}).to_string())
    })
    .await;
    let page = script.tenant().users_delta(DeltaFrom::Start).await.unwrap();
    let Next::Page(link) = page.next else { panic!("{:?}", page.next) };
    let failure = script.tenant().users_delta(DeltaFrom::Link(&link)).await.unwrap_err();
    assert_eq!(failure.code.as_deref(), Some("link_loop"));
}

#[tokio::test]
async fn a_loop_of_pages_of_any_length_is_refused_and_a_round_ends_at_its_delta_link() {
    let script = Script::graph(|request| {
        let base = format!("http://{}/v1.0/users/delta", host(request));
        let next = match request.query.strip_prefix("$skiptoken=") {
            Some("a") => "b",
            Some("b") => "c",
            _ => "a",
        };
        reply(200, json!({"value": [], "@odata.nextLink": format!("{base}?$skiptoken={next}")}).to_string())
    })
    .await;
    let mut round = script.tenant().round(DeltaFrom::Start);
    let failure = loop {
        match round.next().await {
            Ok(page) => assert!(page.is_some()),
            Err(failure) => break failure,
        }
    };
    assert_eq!((failure.class, failure.code.as_deref()), (Class::Unknown, Some("link_loop")));
    assert_eq!(script.requests("/delta").len(), 4);

    let script = Script::graph(|request| {
        let link = format!("http://{}/v1.0/users/delta?$deltatoken=z", host(request));
        reply(200, json!({"value": [], "@odata.deltaLink": link}).to_string())
    })
    .await;
    let mut round = script.tenant().round(DeltaFrom::Start);
    assert!(round.next().await.unwrap().is_some());
    assert!(round.next().await.unwrap().is_none());
    assert_eq!(script.requests("/delta").len(), 1);
}

#[tokio::test]
async fn the_next_page_is_requested_while_the_caller_uses_this_one() {
    let (sender, mut requested) = mpsc::unbounded_channel();
    let script = Script::graph(move |request| {
        let page = |n: u32| format!("http://{}/v1.0/users/delta?$skiptoken={n}", host(request));
        let n = request.query.strip_prefix("$skiptoken=").map_or(0, |n| n.parse().unwrap());
        sender.send(n).unwrap();
        let body = match n {
            // Page 1 is odd at first, and then links to another page than before.
            1 if request.nth == 1 => format!(r#"{{"@odata.nextLink":"{}","value":[{{"id""#, page(7)),
            0..=2 => json!({"value": [], "@odata.nextLink": page(n + 1)}).to_string(),
            _ => json!({"value": [], "@odata.deltaLink": page(9)}).to_string(),
        };
        reply(200, body)
    })
    .await;
    let mut round = script.tenant().round(DeltaFrom::Start);
    assert!(round.next().await.unwrap().is_some());
    let mut first: Vec<u32> = Vec::new();
    while first.len() < 3 {
        first.push(timeout(Duration::from_secs(10), requested.recv()).await.unwrap().unwrap());
    }
    assert_eq!(first, [0, 1, 1]);
    let mut links = Vec::new();
    while let Some(page) = round.next().await.unwrap() {
        links.push(page.next);
    }
    assert_eq!(links.len(), 3, "{links:?}");
    assert!(matches!(&links[2], Next::Delta(link) if link.ends_with("=9")), "{links:?}");
    let requests = script.requests("/delta");
    let of = |n: u32| requests.iter().filter(|request| request.query == format!("$skiptoken={n}")).count();
    assert_eq!((of(1), of(2), of(3)), (2, 1, 1));
}

#[tokio::test]
async fn a_round_continues_where_a_failure_interrupted_it() {
    let script = Script::graph(|request| {
        let base = format!("http://{}/v1.0/users/delta", host(request));
        match (request.query.as_str(), request.nth) {
            ("$skiptoken=a", 1..=3) => reply(502, ""),
            ("$skiptoken=a", _) => {
                reply(200, json!({"value": [], "@odata.deltaLink": format!("{base}?d")}).to_string())
            }
            _ => reply(
                200,
                json!({"value": [], "@odata.nextLink": format!("{base}?$skiptoken=a")}).to_string(),
            ),
        }
    })
    .await;
    let mut round = script.tenant().round(DeltaFrom::Start);
    assert!(round.next().await.unwrap().is_some());
    assert_eq!(round.next().await.unwrap_err().class, Class::Unavailable);
    assert!(round.next().await.unwrap().is_some());
    assert!(round.next().await.unwrap().is_none());
}

#[tokio::test]
async fn an_incomplete_item_is_recognised_and_the_complete_user_can_be_read() {
    let whole = json!({"id": "a", "displayName": "Ada", "mail": null, "userPrincipalName": "a@b.c",
        "accountEnabled": true, "userType": null, "assignedPlans": [], "proxyAddresses": [], "department": null,
        "jobTitle": null, "onPremisesSyncEnabled": null});
    let mut partial = whole.clone();
    partial.as_object_mut().unwrap().remove("department");
    let read = |user: &serde_json::Value| serde_json::from_value::<DirectoryUser>(user.clone()).unwrap();
    assert!(read(&whole).is_complete() && !read(&partial).is_complete());

    let script = Script::graph(move |request| {
        let whole = whole.clone();
        batch(request, move |_, url| match url.starts_with("/users/a?$select=id,displayName,") {
            true => vec![(200, whole.clone())],
            false => vec![(404, json!({"error": {"code": "Request_ResourceNotFound", "message": ""}}))],
        })
    })
    .await;
    let users = script.tenant().users(&["a".to_owned(), "b".to_owned()]).await.unwrap();
    assert!(users[0].1.as_ref().unwrap().is_complete());
    assert_eq!(users[1].1.as_ref().unwrap_err().class, Class::UserNotFound);
}

#[tokio::test]
async fn every_shape_of_an_expired_delta_link_is_one_class() {
    for (status, code) in
        [(410, "SyncStateNotFound"), (400, "resyncRequired"), (410, ""), (400, "syncStateInvalid")]
    {
        let script = Script::graph(move |_| error(status, code)).await;
        let link = format!("{}v1.0/users/delta?$deltatoken=old", script.base);
        let failure = script.tenant().users_delta(DeltaFrom::Link(&link)).await.unwrap_err();
        assert_eq!(failure.class, Class::DeltaExpired, "{status} {code}");
    }
}

fn host(request: &crate::script::ScriptedRequest) -> String {
    request.host.clone().unwrap()
}
