use microsoft::{Class, DeltaFrom, Next, RemovedReason};
use serde_json::json;

use crate::script::{Script, error, reply};

#[tokio::test]
async fn a_round_is_read_page_by_page_verbatim() {
    let script = Script::graph(|asked| {
        let base = "http://HOST/v1.0/users/delta";
        let body = match asked.query.as_str() {
            "$skiptoken=a%2Bb" => json!({"value": [], "@odata.deltaLink": format!("{base}?$deltatoken=z")}),
            _ => json!({"value": [{"id": "a", "mail": null}, {"id": "b", "@removed": {"reason": "changed"}}],
                "@odata.nextLink": format!("{base}?$skiptoken=a%2Bb")}),
        };
        reply(200, body.to_string().replace("HOST", &host(asked)))
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
    assert_eq!(script.asked("/delta")[1].query, "$skiptoken=a%2Bb");
}

#[tokio::test]
async fn a_link_elsewhere_is_refused_before_anything_is_sent_there() {
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
    assert_eq!(script.asked("/delta").len(), 1);
}

#[tokio::test]
async fn a_page_that_leads_to_itself_is_noticed() {
    let script = Script::graph(|asked| {
        let link = format!("http://{}/v1.0/users/delta?$skiptoken=same", host(asked));
        reply(200, json!({"value": [], "@odata.nextLink": link}).to_string())
    })
    .await;
    let page = script.tenant().users_delta(DeltaFrom::Start).await.unwrap();
    let Next::Page(link) = page.next else { panic!("{:?}", page.next) };
    let failure = script.tenant().users_delta(DeltaFrom::Link(&link)).await.unwrap_err();
    assert_eq!(failure.code.as_deref(), Some("link_loop"));
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

fn host(asked: &crate::script::Asked) -> String {
    asked.host.clone().unwrap()
}
