use jsonwebtoken::Algorithm::{PS256, RS256};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use simulator::Options;

use crate::signer::{Named, Signer, claims};
use crate::support::{CLIENT_ID, CONTOSO, GRAPH_SCOPE, TestSimulator};
use crate::token::claims as claims_of;

async fn consented() -> TestSimulator {
    let test_env = TestSimulator::start().await;
    test_env.control("/tenants/contoso.com/consent", json!({ "granted": true })).await;
    test_env
}

#[tokio::test]
async fn every_form_that_microsofts_libraries_send_is_accepted() {
    let test_env = consented().await;
    let signer = Signer::new();
    test_env.register(&signer).await;
    let now = test_env.now().await;
    let usual = claims(&test_env.base, CONTOSO, now);
    let mut floats = usual.clone();
    floats["exp"] = json!(now as f64 + 600.25);
    floats["iat"] = json!(now as f64 + 0.25);
    floats.as_object_mut().unwrap().remove("nbf");
    let mut issuer = usual.clone();
    issuer["aud"] = json!(format!("{}/{CONTOSO}/v2.0", test_env.base));
    let mut by_domain = usual.clone();
    by_domain["aud"] = json!(format!("{}/contoso.com/oauth2/v2.0/token", test_env.base));
    for (algorithm, named, claims) in [
        (PS256, Named::Sha256, &usual),
        (RS256, Named::Sha1, &usual),
        (RS256, Named::Sha1Padded, &usual),
        (PS256, Named::Chain, &floats),
        (PS256, Named::Sha256, &issuer),
        (RS256, Named::Sha256, &by_domain),
    ] {
        let assertion = signer.sign(algorithm, named, claims);
        let (status, body) = test_env.try_assertion(CONTOSO, &assertion).await;
        assert_eq!(status, StatusCode::OK, "{algorithm:?} {named:?}: {body}");
        let token = body["access_token"].as_str().unwrap();
        assert_eq!(claims_of(token)["appidacr"], "2");
        assert_eq!(test_env.graph(token, "/organization").await.0, StatusCode::OK);
    }
    assert_eq!(claims_of(&test_env.app_token(CONTOSO).await)["appidacr"], "1");
}

#[tokio::test]
async fn every_flaw_has_its_code() {
    let test_env = consented().await;
    let (signer, stranger) = (Signer::new(), Signer::new());
    test_env.register(&signer).await;
    let now = test_env.now().await;
    let usual = claims(&test_env.base, CONTOSO, now);
    let with = |name: &str, value: Value| {
        let mut claims = usual.clone();
        claims[name] = value;
        signer.sign(PS256, Named::Sha256, &claims)
    };
    let other = "11111111-2222-3333-4444-555555555555";
    let good = signer.sign(PS256, Named::Sha256, &usual);
    let (signed, _) = good.rsplit_once('.').unwrap();
    let foreign = stranger.sign(PS256, Named::Sha256, &usual);
    let forged = format!("{signed}.{}", foreign.rsplit_once('.').unwrap().1);
    for (assertion, code) in [
        ("rubbish".to_owned(), 50_013),
        (forged, 700_027),
        (foreign, 700_027),
        (signer.sign(PS256, Named::ByKeyId, &usual), 700_027),
        (with("iss", json!(other)), 700_021),
        (with("sub", json!(other)), 700_021),
        (with("aud", json!(format!("{}/fabrikam.com/oauth2/v2.0/token", test_env.base))), 700_023),
        (with("aud", json!(format!("https://elsewhere.example/{CONTOSO}/oauth2/v2.0/token"))), 700_023),
        (with("exp", json!(now - 301)), 700_024),
        (with("nbf", json!(now + 310)), 700_024),
        (with("exp", Value::Null), 50_013),
    ] {
        let (status, body) = test_env.try_assertion(CONTOSO, &assertion).await;
        assert_eq!(body["error_codes"], json!([code]), "{body}");
        assert_eq!((status, &body["error"]), (StatusCode::UNAUTHORIZED, &json!("invalid_client")));
    }
    // Within the tolerance of five minutes.
    for assertion in [with("exp", json!(now - 290)), with("nbf", json!(now + 290))] {
        assert_eq!(test_env.try_assertion(CONTOSO, &assertion).await.0, StatusCode::OK);
    }
    let untyped = [
        ("client_id", CLIENT_ID),
        ("client_assertion", &good),
        ("scope", GRAPH_SCOPE),
        ("grant_type", "client_credentials"),
    ];
    assert_eq!(test_env.try_token(CONTOSO, &untyped).await.1["error_codes"], json!([900_144]));
}

#[tokio::test]
async fn certificates_overlap_while_they_are_rotated() {
    let (old, new) = (Signer::new(), Signer::new());
    let options = Options { mailboxes: 4, certificates: vec![old.pem.clone()], ..Options::default() };
    let test_env = TestSimulator::with(options).await;
    test_env.control("/tenants/contoso.com/consent", json!({ "granted": true })).await;
    let now = test_env.now().await;
    let assertion =
        |signer: &Signer| signer.sign(PS256, Named::Sha256, &claims(&test_env.base, CONTOSO, now));
    let codes = async || {
        let mut codes = Vec::new();
        for signer in [&old, &new] {
            let (_, body) = test_env.try_assertion(CONTOSO, &assertion(signer)).await;
            codes.push(body["error_codes"][0].as_i64().unwrap_or(0));
        }
        codes
    };
    assert_eq!(codes().await, [0, 700_027]);
    test_env.register(&new).await;
    test_env.register(&new).await;
    assert_eq!(codes().await, [0, 0]);
    let path = format!("/_sim/application/certificates?thumbprint={}", old.thumbprint());
    assert_eq!(test_env.request(Method::DELETE, &path).send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(test_env.request(Method::DELETE, &path).send().await.unwrap().status(), StatusCode::NOT_FOUND);
    assert_eq!(codes().await, [700_027, 0]);
    // A reset restores the certificates at start.
    test_env.control("/reset", json!({})).await;
    test_env.control("/tenants/contoso.com/consent", json!({ "granted": true })).await;
    assert_eq!(codes().await, [0, 700_027]);
}

#[tokio::test]
async fn an_expired_certificate_is_refused() {
    let test_env = consented().await;
    let expired = Signer::between(2019, 2020);
    test_env.register(&expired).await;
    let assertion =
        expired.sign(PS256, Named::Sha256, &claims(&test_env.base, CONTOSO, test_env.now().await));
    let (_, body) = test_env.try_assertion(CONTOSO, &assertion).await;
    assert_eq!(body["error_codes"], json!([700_027]));
    assert!(body["error_description"].as_str().unwrap().contains("expired"), "{body}");
}

#[tokio::test]
async fn assertions_can_be_reused_unless_that_is_forbidden() {
    let test_env = consented().await;
    let signer = Signer::new();
    test_env.register(&signer).await;
    let assertion = signer.sign(PS256, Named::Sha256, &claims(&test_env.base, CONTOSO, test_env.now().await));
    for _ in 0..2 {
        assert_eq!(test_env.try_assertion(CONTOSO, &assertion).await.0, StatusCode::OK);
    }
    test_env.control("/application", json!({ "refuse_reused_assertions": true })).await;
    let (_, body) = test_env.try_assertion(CONTOSO, &assertion).await;
    assert_eq!(body["error_codes"], json!([50_013]));
}

#[tokio::test]
async fn an_invalid_certificate_is_refused_at_once() {
    let test_env = TestSimulator::start().await;
    for pem in ["", "rubbish", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let body = json!({ "pem": pem });
        let request = test_env.request(Method::POST, "/_sim/application/certificates").json(&body);
        assert_eq!(request.send().await.unwrap().status(), StatusCode::BAD_REQUEST, "{pem}");
    }
    let options = Options { certificates: vec!["rubbish".to_owned()], ..Options::default() };
    assert!(simulator::start(options).await.is_err());
}

#[tokio::test]
async fn the_control_can_generate_a_certificate() {
    let test_env = TestSimulator::start().await;
    let answer = test_env.control("/application/certificates", json!({ "make": "Warmy" })).await;
    assert_eq!(answer["certificates"][0]["subject"], "CN=Warmy");
    assert!(answer["made"]["certificate"].as_str().unwrap().starts_with("-----BEGIN CERTIFICATE"));
    assert!(answer["made"]["private_key"].as_str().unwrap().starts_with("-----BEGIN PRIVATE KEY"));
}
