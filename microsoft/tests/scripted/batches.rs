use microsoft::{Class, Purpose};
use serde_json::{Value, json};

use crate::script::{Script, ScriptedRequest, batch, error, reply, token};

fn ids(count: usize) -> Vec<String> {
    (0..count).map(|index| format!("user-{index}")).collect()
}

fn code(code: &str) -> Value {
    json!({"error": {"code": code, "message": ""}})
}

fn parts(request: &ScriptedRequest) -> Vec<String> {
    let body: Value = serde_json::from_str(&request.body).unwrap();
    body["requests"].as_array().unwrap().iter().map(|part| part["url"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn twenty_inboxes_are_one_request_with_results_in_the_order_of_the_ids() {
    let script = Script::graph(|request| {
        batch(request, |_, url| match url {
            "/users/user-3/mailFolders/inbox?$select=id" => vec![(404, code("MailboxNotEnabledForRESTAPI"))],
            "/users/user-7/mailFolders/inbox?$select=id" => vec![(404, code("ErrorInvalidUser"))],
            _ => vec![(200, json!({"id": "inbox"}))],
        })
    })
    .await;
    let probes = script.tenant().probe_inboxes(&ids(20)).await.unwrap();
    assert_eq!(probes.iter().map(|probe| probe.id.clone()).collect::<Vec<_>>(), ids(20));
    for (index, probe) in probes.iter().enumerate() {
        let class = probe.outcome.as_ref().err().map(|failure| failure.class);
        let expected = match index {
            3 => Some(Class::MailboxNotEnabled),
            7 => Some(Class::UserNotFound),
            _ => None,
        };
        assert_eq!(class, expected, "{index}");
    }
    assert_eq!(script.requests("/$batch").len(), 1);
    assert_eq!(script.tenant().probe_inboxes(&ids(21)).await.unwrap_err().class, Class::OurBug);
    assert_eq!(script.tenant().probe_inboxes(&[]).await.unwrap(), []);
}

#[tokio::test]
async fn only_parts_that_fail_temporarily_are_sent_again() {
    let script = Script::graph(|request| {
        let nth = request.nth;
        batch(request, move |id, _| match (id, nth) {
            ("0", 0) => vec![(429, code("TooManyRequests"))],
            ("1", 0) => vec![],
            ("2", 0) => vec![(200, json!({})), (404, code("ErrorInvalidUser"))],
            ("3", 0) => vec![(503, Value::Null)],
            ("4", _) => vec![(404, code("Request_ResourceNotFound"))],
            ("5", _) => vec![(503, code("ErrorMailboxStoreUnavailable"))],
            _ => vec![(200, json!({"id": "inbox"}))],
        })
    })
    .await;
    let probes = script.tenant().probe_inboxes(&ids(7)).await.unwrap();
    let classes: Vec<_> =
        probes.iter().map(|probe| probe.outcome.as_ref().err().map(|it| it.class)).collect();
    let (gone, busy) = (Some(Class::UserNotFound), Some(Class::MailboxUnavailable));
    assert_eq!(classes, [None, None, None, None, gone, busy, None]);
    let sizes: Vec<usize> = script.requests("/$batch").iter().map(|request| parts(request).len()).collect();
    assert_eq!(sizes, [7, 5, 1]);
}

#[tokio::test]
async fn parts_that_are_never_answered_are_unavailable() {
    let script = Script::graph(|request| {
        batch(request, |id, _| if id == "0" { vec![] } else { vec![(200, json!({ "id": "i" }))] })
    })
    .await;
    let probes = script.tenant().probe_inboxes(&ids(2)).await.unwrap();
    assert_eq!(probes[0].outcome.as_ref().unwrap_err().class, Class::Unavailable);
    assert!(probes[1].outcome.is_ok());
}

#[tokio::test]
async fn a_success_without_a_folder_proves_no_mailbox() {
    let script = Script::graph(|request| {
        batch(request, |id, _| {
            let body = match id {
                "0" => json!({ "id": "i" }),
                "1" => json!({ "error": { "code": "MailboxNotEnabledForRESTAPI", "message": "x" } }),
                "2" => json!({ "id": "" }),
                _ => json!({ "value": [] }),
            };
            vec![(200, body)]
        })
    })
    .await;
    let probes = script.tenant().probe_inboxes(&ids(4)).await.unwrap();
    let classes: Vec<_> =
        probes.iter().map(|probe| probe.outcome.as_ref().err().map(|it| it.class)).collect();
    let unknown = Some(Class::Unknown);
    assert_eq!(classes, [None, Some(Class::MailboxNotEnabled), unknown, unknown]);
}

#[tokio::test]
async fn an_id_that_graph_rejects_does_not_fail_its_batch() {
    let script = Script::graph(|request| {
        let odd = parts(request).iter().any(|url| url.contains("user-5"));
        if odd { error(400, "BadRequest") } else { batch(request, |_, _| vec![(200, json!({ "id": "i" }))]) }
    })
    .await;
    let probes = script.tenant().probe_inboxes(&ids(8)).await.unwrap();
    let failed: Vec<_> =
        probes.iter().filter(|probe| probe.outcome.is_err()).map(|probe| &probe.id).collect();
    assert_eq!(failed, ["user-5"]);
}

#[tokio::test]
async fn a_batch_that_is_always_rejected_costs_few_requests_and_blames_no_mailbox() {
    let script = Script::graph(|_| error(400, "BadRequest")).await;
    let failure = script.tenant().probe_inboxes(&ids(20)).await.unwrap_err();
    assert_eq!((failure.class, failure.code.as_deref()), (Class::Unknown, Some("BadRequest")));
    assert_eq!(script.requests("/$batch").len(), 15);
}

#[tokio::test]
async fn a_batch_without_an_answer_is_one_failure() {
    let script = Script::graph(|_| reply(503, "")).await;
    assert_eq!(script.tenant().probe_inboxes(&ids(2)).await.unwrap_err().class, Class::Unavailable);
}

#[tokio::test]
async fn access_denied_is_out_of_scope_if_the_permission_is_granted_or_works_for_another_mailbox() {
    for (roles, working, expected) in [
        (&["Mail.ReadWrite"] as &[_], 0, Class::OutOfScope),
        (&["Mail.Send"], 1, Class::OutOfScope),
        (&["Mail.Send"], 0, Class::PermissionMissing),
    ] {
        let script = Script::all(move |request| match request.path.ends_with("/token") {
            true => token(request.nth, roles),
            false => batch(request, |id, _| match id.parse::<usize>().unwrap() < working {
                true => vec![(200, json!({"id": "inbox"}))],
                false => vec![(403, code("ErrorAccessDenied"))],
            }),
        })
        .await;
        let probes = script.tenant().probe_inboxes(&ids(3)).await.unwrap();
        let class = probes[2].outcome.as_ref().unwrap_err().class;
        assert_eq!(class, expected, "{roles:?}, {working} work");
    }
}

#[tokio::test]
async fn purposes_are_in_order_and_an_unexplained_refusal_is_an_unknown_purpose() {
    let script = Script::graph(|request| {
        batch(request, |id, _| match id {
            "0" => vec![(200, json!({"userPurpose": "shared"}))],
            "1" => vec![(
                403,
                json!({"error": {"code": "ErrorAccessDenied",
                "message": "The process failed to get the correct properties."}}),
            )],
            _ => vec![(404, code("MailboxNotEnabledForRESTAPI"))],
        })
    })
    .await;
    let purposes = script.tenant().mailbox_purposes(&ids(3)).await.unwrap();
    assert_eq!(purposes[0], ("user-0".to_owned(), Ok(Purpose::Shared)));
    assert_eq!(purposes[1].1, Ok(Purpose::Unknown));
    assert_eq!(purposes[2].1.as_ref().unwrap_err().class, Class::MailboxNotEnabled);
    let url = "/users/user-0/mailboxSettings?$select=userPurpose";
    assert_eq!(parts(&script.requests("/$batch")[0])[0], url);
}
