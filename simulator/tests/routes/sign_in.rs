use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::{
    Answer, CLIENT_ID, CONTOSO, REPLY, SECRET, TestSimulator, cookie, location, parameter, read,
};

const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-0123";

fn authorize(tenant: &str, more: &str) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    format!(
        "/{tenant}/oauth2/v2.0/authorize?client_id={CLIENT_ID}&response_type=code&redirect_uri={REPLY}\
         &scope=openid%20profile&state=the-state&nonce=the-nonce&code_challenge={challenge}\
         &code_challenge_method=S256{more}"
    )
}

async fn sign_in(test_env: &TestSimulator, tenant: &str, account: &str) -> reqwest::Response {
    let request = test_env.request(Method::POST, &authorize(tenant, ""));
    request.form(&[("account", account)]).send().await.unwrap()
}

async fn code_for(test_env: &TestSimulator, account: &str) -> String {
    let response = sign_in(test_env, CONTOSO, account).await;
    parameter(&location(&response), "code").unwrap()
}

async fn redeem(test_env: &TestSimulator, code: &str, verifier: &str) -> Answer {
    let fields = [
        ("client_id", CLIENT_ID),
        ("client_secret", SECRET),
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REPLY),
        ("code_verifier", verifier),
    ];
    test_env.try_token(CONTOSO, &fields).await
}

#[tokio::test]
async fn the_page_offers_the_people_of_the_tenant_and_names_the_simulator() {
    let test_env = TestSimulator::start().await;
    let response = test_env.request(Method::GET, &authorize("contoso.com", "")).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["x-frame-options"], "DENY");
    let page = response.text().await.unwrap();
    for text in
        ["Microsoft 365 simulator", "Ada Admin", "admin@contoso.com", "Global Administrator", "<label"]
    {
        assert!(page.contains(text), "{text} is missing");
    }
}

#[tokio::test]
async fn picking_an_account_returns_a_code_and_the_state() {
    let test_env = TestSimulator::start().await;
    let response = sign_in(&test_env, CONTOSO, "admin@contoso.com").await;
    let back = location(&response);
    assert!(back.as_str().starts_with(REPLY));
    assert_eq!(parameter(&back, "state").as_deref(), Some("the-state"));
    assert!(parameter(&back, "code").is_some());
}

#[tokio::test]
async fn a_code_becomes_an_id_token_that_its_published_key_verifies() {
    let test_env = TestSimulator::start().await;
    let code = code_for(&test_env, "admin@contoso.com").await;
    let (status, body) = redeem(&test_env, &code, VERIFIER).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let token = body["id_token"].as_str().unwrap();

    let (_, document) = test_env.get("/contoso.com/v2.0/.well-known/openid-configuration").await;
    let (_, keys) = test_env.get(document["jwks_uri"].as_str().unwrap()).await;
    let keys: JwkSet = serde_json::from_value(keys).unwrap();
    let kid = decode_header(token).unwrap().kid.unwrap();
    let key = DecodingKey::from_jwk(keys.find(&kid).unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_audience(&[CLIENT_ID]);
    validation.set_issuer(&[document["issuer"].as_str().unwrap()]);
    let claims = decode::<Value>(token, &key, &validation).unwrap().claims;

    assert_eq!(claims["tid"], CONTOSO);
    assert_eq!(claims["nonce"], "the-nonce");
    assert_eq!(claims["name"], "Ada Admin");
    assert_eq!(claims["preferred_username"], "admin@contoso.com");
    assert_eq!(claims["ver"], "2.0");
    assert!(claims["wids"].as_array().unwrap().contains(&json!("62e90394-69f5-4237-9190-012177145e10")));
    assert_ne!(claims["sub"], claims["oid"]);
}

#[tokio::test]
async fn an_employee_has_no_administrator_role() {
    let test_env = TestSimulator::start().await;
    let code = code_for(&test_env, "adele.vance@contoso.com").await;
    let (_, body) = redeem(&test_env, &code, VERIFIER).await;
    let payload = body["id_token"].as_str().unwrap().split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    assert_eq!(claims["wids"], json!(["b79fbf4d-3ef9-4689-8143-76b194e85509"]));
}

#[tokio::test]
async fn a_code_works_once() {
    let test_env = TestSimulator::start().await;
    let code = code_for(&test_env, "admin@contoso.com").await;
    assert_eq!(redeem(&test_env, &code, VERIFIER).await.0, StatusCode::OK);
    let (status, error) = redeem(&test_env, &code, VERIFIER).await;
    assert_eq!((status, &error["error_codes"]), (StatusCode::BAD_REQUEST, &json!([54_005])));
}

#[tokio::test]
async fn the_wrong_verifier_is_refused() {
    let test_env = TestSimulator::start().await;
    let code = code_for(&test_env, "admin@contoso.com").await;
    let (_, error) = redeem(&test_env, &code, "another-verifier-of-at-least-forty-three-characters").await;
    assert_eq!(error["error"], "invalid_grant");
    assert_eq!(error["error_codes"], json!([501_481]));
}

#[tokio::test]
async fn a_user_of_another_tenant_sees_an_error_page() {
    let test_env = TestSimulator::start().await;
    let response = sign_in(&test_env, CONTOSO, "admin@fabrikam.com").await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert!(response.text().await.unwrap().contains("AADSTS50020"));
}

#[tokio::test]
async fn an_unknown_address_shows_the_picker_again() {
    let test_env = TestSimulator::start().await;
    let page = sign_in(&test_env, CONTOSO, "nobody@contoso.com").await.text().await.unwrap();
    assert!(page.contains("AADSTS50034") && page.contains("value=\"nobody@contoso.com\""));
}

#[tokio::test]
async fn a_signed_in_browser_skips_the_picker_unless_the_prompt_requires_it() {
    let test_env = TestSimulator::start().await;
    let cookie = cookie(&sign_in(&test_env, CONTOSO, "admin@contoso.com").await);
    let again =
        |more| test_env.request(Method::GET, &authorize(CONTOSO, more)).header("cookie", &cookie).send();
    assert!(parameter(&location(&again("").await.unwrap()), "code").is_some());
    assert_eq!(again("&prompt=select_account").await.unwrap().status(), StatusCode::OK);
    let silent = test_env.request(Method::GET, &authorize(CONTOSO, "&prompt=none")).send().await.unwrap();
    assert_eq!(parameter(&location(&silent), "error").as_deref(), Some("login_required"));
}

#[tokio::test]
async fn only_registered_reply_addresses_are_accepted() {
    let test_env = TestSimulator::start().await;
    let path = authorize(CONTOSO, "").replace("localhost:3000", "evil.example");
    let response = test_env.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert!(response.text().await.unwrap().contains("AADSTS50011"));
}

#[tokio::test]
async fn userinfo_accepts_only_the_token_of_a_person() {
    let test_env = TestSimulator::start().await;
    let code = code_for(&test_env, "admin@contoso.com").await;
    let (_, body) = redeem(&test_env, &code, VERIFIER).await;
    let userinfo = |token: String| test_env.request(Method::GET, "/oidc/userinfo").bearer_auth(token).send();
    let token = body["access_token"].as_str().unwrap().to_owned();
    let (status, info) = read(userinfo(token).await.unwrap()).await;
    assert_eq!((status, &info["name"]), (StatusCode::OK, &json!("Ada Admin")));
    let token = test_env.consented(CONTOSO).await;
    assert_eq!(userinfo(token).await.unwrap().status(), StatusCode::UNAUTHORIZED);
}
