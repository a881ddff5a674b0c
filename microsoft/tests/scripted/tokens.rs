use microsoft::{Class, TenantId};

use crate::script::{Script, error, reply, tid, token};

const TOKEN: &str = "/oauth2/v2.0/token";

#[tokio::test]
async fn many_calls_fetch_one_token_and_run_within_the_concurrency_limit() {
    let script = Script::graph(|_| reply(200, r#"{"id":"i"}"#)).await;
    let call = |index: usize| {
        let tenant = script.tenant();
        async move { tenant.inbox(&format!("user-{index}")).await }
    };
    let calls: Vec<_> = (0..40).map(call).map(tokio::spawn).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(script.requests("/inbox").len(), 40);
    assert_eq!(script.requests(TOKEN).len(), 1);
    // The limit is eight at first, and grows by one after eight or so successes.
    assert!((9..=16).contains(&script.max_in_flight()), "{}", script.max_in_flight());
}

#[tokio::test]
async fn a_token_that_graph_refuses_is_fetched_again_once() {
    let script = Script::graph(|request| match request.nth {
        0 => error(401, "InvalidAuthenticationToken"),
        _ => reply(200, r#"{"value":[]}"#),
    })
    .await;
    script.tenant().first_user().await.unwrap();
    let requests = script.requests("/users");
    assert_ne!(requests[0].authorization, requests[1].authorization);
    assert_eq!(script.requests(TOKEN).len(), 2);

    let refusing = Script::graph(|_| error(401, "InvalidAuthenticationToken")).await;
    let failure = refusing.tenant().first_user().await.unwrap_err();
    assert_eq!((failure.class, failure.status), (Class::TokenRefused, Some(401)));
    assert_eq!((refusing.requests("/users").len(), refusing.requests(TOKEN).len()), (2, 2));
}

#[tokio::test]
async fn concurrent_callers_fetch_one_token_per_tenant() {
    let other: TenantId = "bbbbcccc-0000-dddd-1111-eeee2222ffff".parse().unwrap();
    let script = Script::all(|request| {
        // Opaque tokens: only the address identifies their tenant.
        reply(200, format!(r#"{{"access_token":"{}","expires_in":3599}}"#, request.path.replace('/', "")))
    })
    .await;
    let fetch = |index: usize| {
        let (microsoft, tid) =
            (script.microsoft.clone(), if index.is_multiple_of(2) { tid() } else { other.clone() });
        tokio::spawn(async move { microsoft.app_token(&tid).await })
    };
    let fetches: Vec<_> = (0..60).map(fetch).collect();
    for one in fetches {
        one.await.unwrap().unwrap();
    }
    assert_eq!(script.requests(&format!("{}{TOKEN}", tid())).len(), 1);
    assert_eq!(script.requests(&format!("{other}{TOKEN}")).len(), 1);
}

#[tokio::test]
async fn a_token_with_a_very_short_lifetime_is_fetched_again() {
    let script = Script::all(|request| {
        reply(200, format!(r#"{{"access_token":"opaque-{}","expires_in":1}}"#, request.nth))
    })
    .await;
    script.microsoft.app_token(&tid()).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1_000)).await;
    script.microsoft.app_token(&tid()).await.unwrap();
    assert_eq!(script.requests(TOKEN).len(), 2);
}

#[tokio::test]
async fn an_invalidated_token_is_fetched_again() {
    let roles = |nth| if nth == 0 { vec!["Mail.Send"] } else { vec!["Mail.Send", "Mail.ReadWrite"] };
    let script = Script::all(move |request| token(request.nth, &roles(request.nth))).await;
    let microsoft = &script.microsoft;
    assert_eq!(microsoft.app_token(&tid()).await.unwrap().roles, ["Mail.Send"]);
    assert_eq!(microsoft.app_token(&tid()).await.unwrap().roles, ["Mail.Send"]);
    microsoft.invalidate_token(&tid());
    let token = microsoft.app_token(&tid()).await.unwrap();
    assert_eq!(token.roles, ["Mail.ReadWrite", "Mail.Send"]);
    assert_eq!(token.service_principal.as_deref(), Some("sp"));
    assert_eq!(script.requests(TOKEN).len(), 2);
    let form = &script.requests(TOKEN)[0].body;
    assert!(form.contains("scope=https%3A%2F%2Fgraph.microsoft.com%2F.default"), "{form}");
    assert!(form.contains("grant_type=client_credentials") && form.contains("client_secret=the+secret"));
}

#[tokio::test]
async fn a_throttled_token_endpoint_pauses_the_tenant() {
    let script = Script::all(|request| match request.nth {
        0 => reply(429, "Too Many Requests").header("retry-after", "60"),
        _ => token(request.nth, &["Mail.Send"]),
    })
    .await;
    let failure = script.microsoft.app_token(&tid()).await.unwrap_err();
    assert_eq!((failure.class, failure.status), (Class::Throttled, Some(429)));
    assert!(script.tenant().pause_left().is_some());
}

#[tokio::test]
async fn a_token_failure_is_returned_by_the_call_and_is_not_cached() {
    let refused =
        r#"{"error":"invalid_client","error_description":"AADSTS7000229: x","error_codes":[7000229]}"#;
    let script = Script::all(move |request| match (request.path.ends_with(TOKEN), request.nth) {
        (true, 0) => reply(401, refused),
        (true, nth) => token(nth, &["User.Read.All"]),
        _ => reply(200, r#"{"value":[]}"#),
    })
    .await;
    let failure = script.tenant().first_user().await.unwrap_err();
    assert_eq!((failure.class, failure.code.as_deref()), (Class::ConsentMissing, Some("AADSTS7000229")));
    assert!(script.tenant().first_user().await.is_ok());
}
