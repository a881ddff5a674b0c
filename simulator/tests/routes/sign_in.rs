use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::JwkSet};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::{Answer, CLIENT_ID, CONTOSO, REPLY, SECRET, World, cookie, location, parameter, read};

const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-0123";

fn authorize(tenant: &str, more: &str) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    format!(
        "/{tenant}/oauth2/v2.0/authorize?client_id={CLIENT_ID}&response_type=code&redirect_uri={REPLY}\
         &scope=openid%20profile&state=the-state&nonce=the-nonce&code_challenge={challenge}\
         &code_challenge_method=S256{more}"
    )
}

async fn sign_in(world: &World, tenant: &str, account: &str) -> reqwest::Response {
    let request = world.request(Method::POST, &authorize(tenant, ""));
    request.form(&[("account", account)]).send().await.unwrap()
}

async fn code_for(world: &World, account: &str) -> String {
    let response = sign_in(world, CONTOSO, account).await;
    parameter(&location(&response), "code").unwrap()
}

async fn redeem(world: &World, code: &str, verifier: &str) -> Answer {
    let fields = [
        ("client_id", CLIENT_ID),
        ("client_secret", SECRET),
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REPLY),
        ("code_verifier", verifier),
    ];
    world.ask_token(CONTOSO, &fields).await
}

#[tokio::test]
async fn the_page_offers_the_people_of_the_tenant_and_says_what_it_is() {
    let world = World::start().await;
    let response = world.request(Method::GET, &authorize("contoso.com", "")).send().await.unwrap();
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
    let world = World::start().await;
    let response = sign_in(&world, CONTOSO, "admin@contoso.com").await;
    let back = location(&response);
    assert!(back.as_str().starts_with(REPLY));
    assert_eq!(parameter(&back, "state").as_deref(), Some("the-state"));
    assert!(parameter(&back, "code").is_some());
}

#[tokio::test]
async fn a_code_becomes_an_id_token_that_its_published_key_verifies() {
    let world = World::start().await;
    let code = code_for(&world, "admin@contoso.com").await;
    let (status, body) = redeem(&world, &code, VERIFIER).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let token = body["id_token"].as_str().unwrap();

    let (_, document) = world.get("/contoso.com/v2.0/.well-known/openid-configuration").await;
    let (_, keys) = world.get(document["jwks_uri"].as_str().unwrap()).await;
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
    let world = World::start().await;
    let code = code_for(&world, "adele.vance@contoso.com").await;
    let (_, body) = redeem(&world, &code, VERIFIER).await;
    let payload = body["id_token"].as_str().unwrap().split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    assert_eq!(claims["wids"], json!(["b79fbf4d-3ef9-4689-8143-76b194e85509"]));
}

#[tokio::test]
async fn a_code_works_once() {
    let world = World::start().await;
    let code = code_for(&world, "admin@contoso.com").await;
    assert_eq!(redeem(&world, &code, VERIFIER).await.0, StatusCode::OK);
    let (status, error) = redeem(&world, &code, VERIFIER).await;
    assert_eq!((status, &error["error_codes"]), (StatusCode::BAD_REQUEST, &json!([54_005])));
}

#[tokio::test]
async fn the_wrong_verifier_is_refused() {
    let world = World::start().await;
    let code = code_for(&world, "admin@contoso.com").await;
    let (_, error) = redeem(&world, &code, "another-verifier-of-at-least-forty-three-characters").await;
    assert_eq!(error["error"], "invalid_grant");
    assert_eq!(error["error_codes"], json!([501_481]));
}

#[tokio::test]
async fn somebody_of_another_tenant_stays_on_a_page() {
    let world = World::start().await;
    let response = sign_in(&world, CONTOSO, "admin@fabrikam.com").await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert!(response.text().await.unwrap().contains("AADSTS50020"));
}

#[tokio::test]
async fn an_unknown_address_is_asked_again() {
    let world = World::start().await;
    let page = sign_in(&world, CONTOSO, "nobody@contoso.com").await.text().await.unwrap();
    assert!(page.contains("AADSTS50034") && page.contains("value=\"nobody@contoso.com\""));
}

#[tokio::test]
async fn the_browser_remembers_who_is_there_unless_asked_to_choose() {
    let world = World::start().await;
    let cookie = cookie(&sign_in(&world, CONTOSO, "admin@contoso.com").await);
    let again = |more| world.request(Method::GET, &authorize(CONTOSO, more)).header("cookie", &cookie).send();
    assert!(parameter(&location(&again("").await.unwrap()), "code").is_some());
    assert_eq!(again("&prompt=select_account").await.unwrap().status(), StatusCode::OK);
    let silent = world.request(Method::GET, &authorize(CONTOSO, "&prompt=none")).send().await.unwrap();
    assert_eq!(parameter(&location(&silent), "error").as_deref(), Some("login_required"));
}

#[tokio::test]
async fn only_registered_reply_addresses_get_anything() {
    let world = World::start().await;
    let path = authorize(CONTOSO, "").replace("localhost:3000", "evil.example");
    let response = world.request(Method::GET, &path).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert!(response.text().await.unwrap().contains("AADSTS50011"));
}

#[tokio::test]
async fn userinfo_answers_the_token_of_a_person_only() {
    let world = World::start().await;
    let code = code_for(&world, "admin@contoso.com").await;
    let (_, body) = redeem(&world, &code, VERIFIER).await;
    let ask = |token: String| world.request(Method::GET, "/oidc/userinfo").bearer_auth(token).send();
    let token = body["access_token"].as_str().unwrap().to_owned();
    let (status, info) = read(ask(token).await.unwrap()).await;
    assert_eq!((status, &info["name"]), (StatusCode::OK, &json!("Ada Admin")));
    let token = world.consented(CONTOSO).await;
    assert_eq!(ask(token).await.unwrap().status(), StatusCode::UNAUTHORIZED);
}
