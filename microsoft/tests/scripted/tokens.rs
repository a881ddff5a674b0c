use microsoft::{Class, TenantId};

use crate::script::{Script, error, reply, tid, token};

const TOKEN: &str = "/oauth2/v2.0/token";

#[tokio::test]
async fn a_crowd_of_calls_fetches_one_token_and_runs_some_at_a_time() {
    let script = Script::graph(|_| reply(200, "{}")).await;
    let call = |index: usize| {
        let tenant = script.tenant();
        async move { tenant.inbox(&format!("user-{index}")).await }
    };
    let calls: Vec<_> = (0..40).map(call).map(tokio::spawn).collect();
    for call in calls {
        call.await.unwrap().unwrap();
    }
    assert_eq!(script.asked("/inbox").len(), 40);
    assert_eq!(script.asked(TOKEN).len(), 1);
    // Eight at first; every eight or so successes make room for one more.
    assert!((9..=16).contains(&script.most_at_once()), "{}", script.most_at_once());
}

#[tokio::test]
async fn a_token_that_graph_refuses_is_fetched_anew_once() {
    let script = Script::graph(|asked| match asked.nth {
        0 => error(401, "InvalidAuthenticationToken"),
        _ => reply(200, r#"{"value":[]}"#),
    })
    .await;
    script.tenant().first_user().await.unwrap();
    let asked = script.asked("/users");
    assert_ne!(asked[0].authorization, asked[1].authorization);
    assert_eq!(script.asked(TOKEN).len(), 2);

    let stubborn = Script::graph(|_| error(401, "InvalidAuthenticationToken")).await;
    let failure = stubborn.tenant().first_user().await.unwrap_err();
    assert_eq!((failure.class, failure.status), (Class::TokenRefused, Some(401)));
    assert_eq!((stubborn.asked("/users").len(), stubborn.asked(TOKEN).len()), (2, 2));
}

#[tokio::test]
async fn every_tenant_has_one_token_of_its_own_however_many_ask_at_once() {
    let other: TenantId = "bbbbcccc-0000-dddd-1111-eeee2222ffff".parse().unwrap();
    let script = Script::all(|asked| {
        // Opaque tokens: whose they are is told by the address alone.
        reply(200, format!(r#"{{"access_token":"{}","expires_in":3599}}"#, asked.path.replace('/', "")))
    })
    .await;
    let ask = |index: usize| {
        let (microsoft, tid) =
            (script.microsoft.clone(), if index.is_multiple_of(2) { tid() } else { other.clone() });
        tokio::spawn(async move { microsoft.app_token(&tid).await })
    };
    let asking: Vec<_> = (0..60).map(ask).collect();
    for one in asking {
        one.await.unwrap().unwrap();
    }
    assert_eq!(script.asked(&format!("{}{TOKEN}", tid())).len(), 1);
    assert_eq!(script.asked(&format!("{other}{TOKEN}")).len(), 1);
}

#[tokio::test]
async fn a_token_with_a_very_short_life_is_fetched_anew() {
    let script = Script::all(|asked| {
        reply(200, format!(r#"{{"access_token":"opaque-{}","expires_in":1}}"#, asked.nth))
    })
    .await;
    script.microsoft.app_token(&tid()).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1_000)).await;
    script.microsoft.app_token(&tid()).await.unwrap();
    assert_eq!(script.asked(TOKEN).len(), 2);
}

#[tokio::test]
async fn a_forgotten_token_is_fetched_anew() {
    let roles = |nth| if nth == 0 { vec!["Mail.Send"] } else { vec!["Mail.Send", "Mail.ReadWrite"] };
    let script = Script::all(move |asked| token(asked.nth, &roles(asked.nth))).await;
    let microsoft = &script.microsoft;
    assert_eq!(microsoft.app_token(&tid()).await.unwrap().roles, ["Mail.Send"]);
    assert_eq!(microsoft.app_token(&tid()).await.unwrap().roles, ["Mail.Send"]);
    microsoft.forget_token(&tid());
    let token = microsoft.app_token(&tid()).await.unwrap();
    assert_eq!(token.roles, ["Mail.ReadWrite", "Mail.Send"]);
    assert_eq!(token.service_principal.as_deref(), Some("sp"));
    assert_eq!(script.asked(TOKEN).len(), 2);
    let form = &script.asked(TOKEN)[0].body;
    assert!(form.contains("scope=https%3A%2F%2Fgraph.microsoft.com%2F.default"), "{form}");
    assert!(form.contains("grant_type=client_credentials") && form.contains("client_secret=the+secret"));
}

#[tokio::test]
async fn a_token_endpoint_that_is_tired_pauses_the_tenant() {
    let script = Script::all(|asked| match asked.nth {
        0 => reply(429, "Too Many Requests").header("retry-after", "60"),
        _ => token(asked.nth, &["Mail.Send"]),
    })
    .await;
    let failure = script.microsoft.app_token(&tid()).await.unwrap_err();
    assert_eq!((failure.class, failure.status), (Class::Throttled, Some(429)));
    assert!(script.tenant().paused_until().is_some());
}

#[tokio::test]
async fn failures_of_the_token_are_the_failures_of_the_call_and_are_not_cached() {
    let refused =
        r#"{"error":"invalid_client","error_description":"AADSTS7000229: x","error_codes":[7000229]}"#;
    let script = Script::all(move |asked| match (asked.path.ends_with(TOKEN), asked.nth) {
        (true, 0) => reply(401, refused),
        (true, nth) => token(nth, &["User.Read.All"]),
        _ => reply(200, r#"{"value":[]}"#),
    })
    .await;
    let failure = script.tenant().first_user().await.unwrap_err();
    assert_eq!((failure.class, failure.code.as_deref()), (Class::ConsentMissing, Some("AADSTS7000229")));
    assert!(script.tenant().first_user().await.is_ok());
}
