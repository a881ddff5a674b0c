use microsoft::{Class, Credential};
use serde_json::json;

use crate::script::{Asked, Reply, Script, reply, tid, token};

const TOKEN: &str = "/oauth2/v2.0/token";

fn refusal(code: u64) -> Reply {
    let error = json!({"error": "invalid_client", "error_codes": [code], "error_description": "AADSTS: x"});
    reply(401, error.to_string())
}

fn secret_of(asked: &Asked) -> &str {
    asked.body.rsplit_once("client_secret=").unwrap().1
}

fn two() -> Vec<Credential> {
    vec![Credential::secret("first"), Credential::secret("second")]
}

#[tokio::test]
async fn a_refused_credential_is_replaced_by_the_next_in_the_same_request_and_in_those_that_follow() {
    for code in [7000215, 7000222, 700027, 50012, 700024] {
        let script = Script::all(move |asked| match secret_of(asked) {
            "first" => refusal(code),
            _ => token(asked.nth, &["User.Read.All"]),
        })
        .await;
        let microsoft = script.with_credentials(two());
        assert_eq!(microsoft.app_token(&tid()).await.unwrap().roles, ["User.Read.All"], "{code}");
        microsoft.forget_token(&tid());
        microsoft.app_token(&tid()).await.unwrap();
        let asked = script.asked(TOKEN);
        assert_eq!(asked.iter().map(secret_of).collect::<Vec<_>>(), ["first", "second", "second"], "{code}");
    }
}

#[tokio::test]
async fn only_when_all_are_refused_it_is_our_credential_and_the_first_refusal_is_told() {
    let script = Script::all(|asked| match secret_of(asked) {
        "first" => refusal(7000222),
        _ => refusal(7000215),
    })
    .await;
    let failure = script.with_credentials(two()).app_token(&tid()).await.unwrap_err();
    assert_eq!((failure.class, failure.code.as_deref()), (Class::OurCredential, Some("AADSTS7000222")));
    assert_eq!(script.asked(TOKEN).len(), 2);

    let none = script.with_credentials(vec![]).app_token(&tid()).await.unwrap_err();
    assert_eq!((none.class, none.status), (Class::OurCredential, None));
}

#[tokio::test]
async fn a_failure_that_is_not_about_the_credential_tries_no_other() {
    let script =
        Script::all(|_| reply(401, json!({"error": "invalid_client", "error_codes": [7000229]}).to_string()))
            .await;
    let failure = script.with_credentials(two()).app_token(&tid()).await.unwrap_err();
    assert_eq!(failure.class, Class::ConsentMissing);
    assert_eq!(script.asked(TOKEN).len(), 1);
}

#[tokio::test]
async fn a_token_file_that_is_gone_gives_way_to_a_secret() {
    let script = Script::all(|asked| token(asked.nth, &["User.Read.All"])).await;
    let folder = tempfile::tempdir().unwrap();
    let credentials =
        vec![Credential::TokenFile(folder.path().join("missing")), Credential::secret("second")];
    script.with_credentials(credentials).app_token(&tid()).await.unwrap();
    assert_eq!(script.asked(TOKEN).iter().map(secret_of).collect::<Vec<_>>(), ["second"]);
}
