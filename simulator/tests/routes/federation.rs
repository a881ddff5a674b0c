use jsonwebtoken::Algorithm::RS256;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::signer::{Named, Signer};
use crate::support::{CONTOSO, TestSimulator};
use crate::token::claims as claims_of;

const ISSUER: &str = "https://kubernetes.example";
const SUBJECT: &str = "system:serviceaccount:warmy:server";

fn claims(now: i64) -> Value {
    json!({
        "iss": ISSUER,
        "sub": SUBJECT,
        "aud": "api://AzureADTokenExchange",
        "iat": now,
        "exp": now + 3600,
    })
}

async fn trusting(cluster: &Signer) -> TestSimulator {
    let test_env = TestSimulator::start().await;
    test_env.control("/tenants/contoso.com/consent", json!({ "granted": true })).await;
    let trust = json!({ "issuer": ISSUER, "subject": SUBJECT, "jwks": cluster.jwks() });
    test_env.control("/application/federated", trust).await;
    test_env
}

#[tokio::test]
async fn an_assertion_of_a_trusted_cluster_can_be_reused() {
    let cluster = Signer::new();
    let test_env = trusting(&cluster).await;
    let assertion = cluster.sign(RS256, Named::ByKeyId, &claims(test_env.now().await));
    for _ in 0..2 {
        let (status, body) = test_env.try_assertion(CONTOSO, &assertion).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        assert_eq!(claims_of(body["access_token"].as_str().unwrap())["appidacr"], "2");
    }
    let path = "/_sim/application/federated";
    assert_eq!(test_env.request(Method::DELETE, path).send().await.unwrap().status(), StatusCode::OK);
    let (_, body) = test_env.try_assertion(CONTOSO, &assertion).await;
    assert_eq!(body["error_codes"], json!([700_211]));
}

#[tokio::test]
async fn each_mismatch_has_its_own_code() {
    let cluster = Signer::new();
    let test_env = trusting(&cluster).await;
    let now = test_env.now().await;
    for (name, value, code) in [
        ("iss", json!("https://elsewhere.example"), 700_211),
        ("aud", json!("https://graph.microsoft.com"), 700_212),
        // Subjects are compared exactly, including case.
        ("sub", json!("system:serviceaccount:Warmy:server"), 700_213),
        ("exp", json!(now - 301), 700_024),
    ] {
        let mut claims = claims(now);
        claims[name] = value;
        let assertion = cluster.sign(RS256, Named::ByKeyId, &claims);
        let (status, body) = test_env.try_assertion(CONTOSO, &assertion).await;
        assert_eq!((status, &body["error_codes"]), (StatusCode::UNAUTHORIZED, &json!([code])), "{body}");
    }
    let forged = Signer::new().sign(RS256, Named::ByKeyId, &claims(now));
    assert_eq!(test_env.try_assertion(CONTOSO, &forged).await.1["error_codes"], json!([50_013]));
}

#[tokio::test]
async fn a_key_set_without_rsa_keys_is_refused_at_once() {
    let test_env = TestSimulator::start().await;
    for jwks in [json!({}), json!({ "keys": [] }), json!({ "keys": [{ "kty": "EC" }] })] {
        let body = json!({ "issuer": ISSUER, "subject": SUBJECT, "jwks": jwks });
        let request = test_env.request(Method::POST, "/_sim/application/federated").json(&body);
        assert_eq!(request.send().await.unwrap().status(), StatusCode::BAD_REQUEST);
    }
}
