use jsonwebtoken::{EncodingKey, Header, encode, jwk::Jwk};
use serde_json::{Value, json};

use super::*;

/// A key that is used only in these tests.
const KEY: &[u8] = include_bytes!("test_key.pem");
const TENANT: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";

fn claims() -> Value {
    json!({"iss": format!("https://login/{TENANT}/v2.0"), "aud": "us", "tid": TENANT, "oid": "ada", "nonce": "n",
        "exp": get_current_timestamp() + 3600, "name": "Ada", "preferred_username": "ada@contoso.com",
        "wids": ["w"]})
}

fn sign(claims: &Value, algorithm: Algorithm) -> String {
    let key = match algorithm {
        // The classic algorithm confusion: an HMAC keyed with an RSA key.
        Algorithm::HS256 => EncodingKey::from_secret(KEY),
        _ => EncodingKey::from_rsa_pem(KEY).unwrap(),
    };
    let header = Header { kid: Some("k".to_owned()), ..Header::new(algorithm) };
    encode(&header, claims, &key).unwrap()
}

fn check(token: &str) -> Result<SignedIn, Failure> {
    let key = Jwk::from_encoding_key(&EncodingKey::from_rsa_pem(KEY).unwrap(), Algorithm::RS256).unwrap();
    let key = DecodingKey::from_jwk(&key).unwrap();
    verify(token, &key, "us", "n", |tid| format!("https://login/{tid}/v2.0"))
}

#[test]
fn a_valid_token_names_the_person() {
    let token = sign(&claims(), Algorithm::RS256);
    assert_eq!(key_id(&token).unwrap(), "k");
    let person = check(&token).unwrap();
    assert_eq!((person.tid.as_str(), person.oid.as_str(), person.name.as_str()), (TENANT, "ada", "Ada"));
    assert_eq!(
        (person.username.as_str(), person.wids.clone()),
        ("ada@contoso.com", Some(vec!["w".to_owned()]))
    );
    assert!(!format!("{person:?}").contains("Ada"));
}

#[test]
fn a_token_with_one_wrong_claim_is_refused() {
    let consumers = "9188040d-6c67-4c5b-b112-36a304b66dad";
    for (name, value, class) in [
        ("iss", json!("https://login/ffffffff-0000-cccc-1111-dddd2222eeee/v2.0"), Class::Unknown),
        ("iss", json!("https://login/{tenantid}/v2.0"), Class::Unknown),
        ("aud", json!("another application"), Class::Unknown),
        ("nonce", json!("another"), Class::Unknown),
        ("exp", json!(get_current_timestamp() - 3600), Class::Unknown),
        ("nbf", json!(get_current_timestamp() + 3600), Class::Unknown),
        ("iat", json!(get_current_timestamp() + 3600), Class::Unknown),
        ("tid", json!("{tenantid}"), Class::WrongTenant),
        ("tid", json!(consumers), Class::WrongTenant),
        ("iss", Value::Null, Class::Unknown),
        ("aud", Value::Null, Class::Unknown),
        ("exp", Value::Null, Class::Unknown),
        ("tid", Value::Null, Class::Unknown),
        ("oid", Value::Null, Class::Unknown),
        ("nonce", Value::Null, Class::Unknown),
    ] {
        let mut claims = claims();
        match &value {
            Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
            value => claims[name] = value.clone(),
        }
        let refused = check(&sign(&claims, Algorithm::RS256));
        assert_eq!(refused.unwrap_err().class, class, "{name} = {value}");
    }
}

#[test]
fn only_rs256_by_the_published_key_is_accepted() {
    for algorithm in [Algorithm::HS256, Algorithm::PS256, Algorithm::RS512] {
        let token = sign(&claims(), algorithm);
        assert!(key_id(&token).is_err() && check(&token).is_err(), "{algorithm:?}");
    }
    let token = sign(&claims(), Algorithm::RS256);
    let (unsigned, _) = token.rsplit_once('.').unwrap();
    assert!(check(&format!("{unsigned}.")).is_err());
    assert!(check(&format!("{unsigned}.c2lnbmF0dXJl")).is_err());
    let none = "eyJhbGciOiJub25lIiwia2lkIjoiayJ9";
    let (_, claims) = unsigned.split_once('.').unwrap();
    assert!(key_id(&format!("{none}.{claims}.")).is_err() && check(&format!("{none}.{claims}.")).is_err());
    assert!(check("").is_err() && key_id("a.b").is_err());
}
