use microsoft::Class;

use crate::script::{Script, error, reply};

#[tokio::test]
async fn a_temporary_failure_is_retried_and_fails_after_three_attempts() {
    let script = Script::graph(|request| match (request.path.as_str(), request.nth) {
        ("/v1.0/organization", 0) => reply(502, "<html>Bad Gateway</html>"),
        ("/v1.0/organization", _) => reply(200, r#"{"value":[{"id":"t","displayName":"Contoso"}]}"#),
        _ => reply(503, ""),
    })
    .await;
    assert_eq!(script.tenant().organization().await.unwrap().display_name, "Contoso");
    let failure = script.tenant().first_user().await.unwrap_err();
    assert_eq!((failure.class, failure.status), (Class::Unavailable, Some(503)));
    assert_eq!(script.requests("/v1.0/users").len(), 3);
}

#[tokio::test]
async fn a_permanent_failure_is_not_retried_and_names_no_person() {
    let script =
        Script::graph(|_| error(403, "Authorization_RequestDenied").header("request-id", "r-1")).await;
    let failure = script.tenant().organization().await.unwrap_err();
    let shown = "PermissionMissing: GET organization, HTTP 403, Authorization_RequestDenied, request r-1";
    assert_eq!(failure.to_string(), shown);
    assert!(!format!("{failure:?}").contains("contoso"));
    assert_eq!(script.requests("/organization").len(), 1);
}

#[tokio::test]
async fn every_attempt_has_an_id_of_its_own_and_the_bearer_token() {
    let script = Script::graph(
        |request| if request.nth == 0 { reply(500, "") } else { reply(200, r#"{"value":[]}"#) },
    )
    .await;
    assert_eq!(script.tenant().first_user().await.unwrap(), None);
    let requests = script.requests("/users");
    assert_ne!(requests[0].client_request_id, requests[1].client_request_id);
    assert!(requests.iter().all(|one| one.client_request_id.as_ref().is_some_and(|id| id.len() == 36)));
    assert!(
        requests.iter().all(|one| one.authorization.as_ref().is_some_and(|it| it.starts_with("Bearer e30.")))
    );
    assert!(requests[0].query.starts_with("$top=1&$select=id,displayName,mail"), "{}", requests[0].query);
}

#[tokio::test]
async fn an_answer_above_the_size_limit_is_cut_off() {
    let script = Script::graph(|_| reply(200, " ".repeat(33 * 1024 * 1024))).await;
    let failure = script.tenant().organization().await.unwrap_err();
    assert_eq!(failure.class, Class::Unknown);
    assert!(failure.detail.contains("larger than"), "{failure}");
}

#[tokio::test]
async fn a_token_is_not_sent_to_a_redirect() {
    let script = Script::graph(|request| match request.path.as_str() {
        "/v1.0/organization" => reply(302, "").header("location", "/elsewhere"),
        _ => reply(200, "{}"),
    })
    .await;
    assert_eq!(script.tenant().organization().await.unwrap_err().class, Class::Unknown);
    assert!(script.requests("/elsewhere").is_empty());
}

#[tokio::test]
async fn an_unreadable_answer_is_a_failure_that_does_not_quote_it() {
    for body in ["", "[]", r#"{"value":[{"id":7,"displayName":"secret name"}]}"#, r#"{"value":[]}"#] {
        let script = Script::graph(move |_| reply(200, body)).await;
        let failure = script.tenant().organization().await.unwrap_err();
        assert_eq!(failure.class, Class::Unknown, "{body}");
        assert!(!failure.to_string().contains("secret name"));
    }
}

#[tokio::test]
async fn an_id_cannot_become_another_address() {
    let script = Script::graph(|_| reply(200, r#"{"id":"x"}"#)).await;
    let tenant = script.tenant();
    for id in ["", ".", ".."] {
        assert_eq!(tenant.inbox(id).await.unwrap_err().class, Class::UserNotFound);
    }
    tenant.inbox("../organization?x#").await.unwrap();
    assert_eq!(script.requests("inbox")[0].path, "/v1.0/users/..%2Forganization%3Fx%23/mailFolders/inbox");
}
