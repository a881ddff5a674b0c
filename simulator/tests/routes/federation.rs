use jsonwebtoken::Algorithm::RS256;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::signer::{Named, Signer};
use crate::support::{CONTOSO, World};
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

async fn trusting(cluster: &Signer) -> World {
    let world = World::start().await;
    world.control("/tenants/contoso.com/consent", json!({ "granted": true })).await;
    let trust = json!({ "issuer": ISSUER, "subject": SUBJECT, "jwks": cluster.jwks() });
    world.control("/application/federated", trust).await;
    world
}

#[tokio::test]
async fn a_trusted_cluster_speaks_for_the_application_as_often_as_it_likes() {
    let cluster = Signer::new();
    let world = trusting(&cluster).await;
    let assertion = cluster.sign(RS256, Named::ByKeyId, &claims(world.now().await));
    for _ in 0..2 {
        let (status, body) = world.ask_with_assertion(CONTOSO, &assertion).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        assert_eq!(claims_of(body["access_token"].as_str().unwrap())["appidacr"], "2");
    }
    let path = "/_sim/application/federated";
    assert_eq!(world.request(Method::DELETE, path).send().await.unwrap().status(), StatusCode::OK);
    let (_, body) = world.ask_with_assertion(CONTOSO, &assertion).await;
    assert_eq!(body["error_codes"], json!([700_211]));
}

#[tokio::test]
async fn each_mismatch_is_named() {
    let cluster = Signer::new();
    let world = trusting(&cluster).await;
    let now = world.now().await;
    for (name, value, code) in [
        ("iss", json!("https://elsewhere.example"), 700_211),
        ("aud", json!("https://graph.microsoft.com"), 700_212),
        // Compared exactly: one capital letter is another subject.
        ("sub", json!("system:serviceaccount:Warmy:server"), 700_213),
        ("exp", json!(now - 301), 700_024),
    ] {
        let mut claims = claims(now);
        claims[name] = value;
        let assertion = cluster.sign(RS256, Named::ByKeyId, &claims);
        let (status, body) = world.ask_with_assertion(CONTOSO, &assertion).await;
        assert_eq!((status, &body["error_codes"]), (StatusCode::UNAUTHORIZED, &json!([code])), "{body}");
    }
    let forged = Signer::new().sign(RS256, Named::ByKeyId, &claims(now));
    assert_eq!(world.ask_with_assertion(CONTOSO, &forged).await.1["error_codes"], json!([50_013]));
}

#[tokio::test]
async fn keys_that_are_none_are_refused_at_once() {
    let world = World::start().await;
    for jwks in [json!({}), json!({ "keys": [] }), json!({ "keys": [{ "kty": "EC" }] })] {
        let body = json!({ "issuer": ISSUER, "subject": SUBJECT, "jwks": jwks });
        let request = world.request(Method::POST, "/_sim/application/federated").json(&body);
        assert_eq!(request.send().await.unwrap().status(), StatusCode::BAD_REQUEST);
    }
}
