use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, get_current_timestamp, jwk::Jwk};
use microsoft::{Authority, Class, Failure, SignedIn};
use serde_json::{Value, json};
use url::Url;

use crate::script::{Reply, Script, ScriptedRequest, TENANT, reply};

const KEY: &[u8] = include_bytes!("../../src/sign_in/id_token/test_key.pem");
const KEYS: &str = "/discovery/v2.0/keys";

/// A key set with our key under this name.
fn keys(kid: &str) -> Reply {
    let mut key = Jwk::from_encoding_key(&EncodingKey::from_rsa_pem(KEY).unwrap(), Algorithm::RS256).unwrap();
    key.common.key_id = Some(kid.to_owned());
    reply(200, json!({ "keys": [key, {"kty": "new", "kid": "of an unknown kind"}] }).to_string())
}

/// An answer of the token endpoint for a person of `TENANT`, signed by key `k`.
fn signed_in(request: &ScriptedRequest) -> Reply {
    let issuer = format!("http://{}/{TENANT}/v2.0", request.host.as_ref().unwrap());
    let claims: Value = json!({"iss": issuer, "aud": "client", "tid": TENANT, "oid": "ada", "nonce": "n",
        "exp": get_current_timestamp() + 60});
    let header = Header { kid: Some("k".to_owned()), ..Header::new(Algorithm::RS256) };
    let token = encode(&header, &claims, &EncodingKey::from_rsa_pem(KEY).unwrap()).unwrap();
    reply(200, json!({ "id_token": token }).to_string())
}

async fn finish(script: &Script, authority: &Authority) -> Result<SignedIn, Failure> {
    let redirect = Url::parse("https://app.example/back").unwrap();
    script.microsoft.finish_sign_in("the code", "the verifier", "n", &redirect, authority).await
}

#[tokio::test]
async fn a_person_of_another_tenant_than_the_requested_one_is_refused() {
    let script =
        Script::all(|request| if request.path.ends_with(KEYS) { keys("k") } else { signed_in(request) })
            .await;
    let person = finish(&script, &Authority::Organizations).await.unwrap();
    assert_eq!((person.tid.as_str(), person.name.as_str(), person.wids), (TENANT, "", None));
    finish(&script, &Authority::Tenant(TENANT.parse().unwrap())).await.unwrap();

    let other = Authority::Tenant("bbbbbbbb-0000-cccc-1111-dddd2222eeee".parse().unwrap());
    assert_eq!(finish(&script, &other).await.unwrap_err().class, Class::WrongTenant);

    let form = &script.requests("/organizations/oauth2/v2.0/token")[0].body;
    for field in ["grant_type=authorization_code", "code=the+code", "code_verifier=the+verifier"] {
        assert!(form.contains(field), "{form}");
    }
}

#[tokio::test]
async fn an_unknown_key_refreshes_the_key_set_at_most_once_a_minute() {
    let script = Script::all(|request| match (request.path.ends_with(KEYS), request.nth) {
        (true, 0) => keys("old"),
        (true, _) => keys("k"),
        _ => signed_in(request),
    })
    .await;
    finish(&script, &Authority::Organizations).await.unwrap();
    finish(&script, &Authority::Organizations).await.unwrap();
    assert_eq!(script.requests(KEYS).len(), 2);

    let unchanged =
        Script::all(|request| if request.path.ends_with(KEYS) { keys("old") } else { signed_in(request) })
            .await;
    for _ in 0..3 {
        let failure = finish(&unchanged, &Authority::Organizations).await.unwrap_err();
        assert_eq!(failure.detail, "id_token: signed by a key Microsoft does not publish");
    }
    assert_eq!(unchanged.requests(KEYS).len(), 2);
}
