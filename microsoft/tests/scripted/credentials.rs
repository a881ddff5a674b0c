use microsoft::{Class, Credential};
use serde_json::json;

use crate::script::{Reply, Script, ScriptedRequest, reply, tid, token};

const TOKEN: &str = "/oauth2/v2.0/token";

fn refusal(code: u64) -> Reply {
    let error = json!({"error": "invalid_client", "error_codes": [code], "error_description": "AADSTS: x"});
    reply(401, error.to_string())
}

fn secret_of(request: &ScriptedRequest) -> &str {
    request.body.rsplit_once("client_secret=").unwrap().1
}

fn two() -> Vec<Credential> {
    vec![Credential::secret("first"), Credential::secret("second")]
}

#[tokio::test]
async fn a_refused_credential_is_replaced_by_the_next_one_at_once_and_in_later_requests() {
    for code in [7000215, 7000222, 700027, 50012, 700024] {
        let script = Script::all(move |request| match secret_of(request) {
            "first" => refusal(code),
            _ => token(request.nth, &["User.Read.All"]),
        })
        .await;
        let microsoft = script.with_credentials(two());
        assert_eq!(microsoft.app_token(&tid()).await.unwrap().roles, ["User.Read.All"], "{code}");
        microsoft.invalidate_token(&tid());
        microsoft.app_token(&tid()).await.unwrap();
        let requests = script.requests(TOKEN);
        let secrets: Vec<_> = requests.iter().map(secret_of).collect();
        assert_eq!(secrets, ["first", "second", "second"], "{code}");
    }
}

#[tokio::test]
async fn if_all_credentials_are_refused_the_first_refusal_is_returned() {
    let script = Script::all(|request| match secret_of(request) {
        "first" => refusal(7000222),
        _ => refusal(7000215),
    })
    .await;
    let failure = script.with_credentials(two()).app_token(&tid()).await.unwrap_err();
    assert_eq!((failure.class, failure.code.as_deref()), (Class::OurCredential, Some("AADSTS7000222")));
    assert_eq!(script.requests(TOKEN).len(), 2);

    let none = script.with_credentials(vec![]).app_token(&tid()).await.unwrap_err();
    assert_eq!((none.class, none.status), (Class::OurCredential, None));
}

#[tokio::test]
async fn a_failure_with_another_cause_does_not_try_the_next_credential() {
    let script =
        Script::all(|_| reply(401, json!({"error": "invalid_client", "error_codes": [7000229]}).to_string()))
            .await;
    let failure = script.with_credentials(two()).app_token(&tid()).await.unwrap_err();
    assert_eq!(failure.class, Class::ConsentMissing);
    assert_eq!(script.requests(TOKEN).len(), 1);
}

#[tokio::test]
async fn a_missing_token_file_is_replaced_by_a_secret() {
    let script = Script::all(|request| token(request.nth, &["User.Read.All"])).await;
    let folder = tempfile::tempdir().unwrap();
    let credentials =
        vec![Credential::TokenFile(folder.path().join("missing")), Credential::secret("second")];
    script.with_credentials(credentials).app_token(&tid()).await.unwrap();
    assert_eq!(script.requests(TOKEN).iter().map(secret_of).collect::<Vec<_>>(), ["second"]);
}
