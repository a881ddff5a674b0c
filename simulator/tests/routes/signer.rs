//! A certificate with its key, and assertions signed with it.

use aws_lc_rs::digest::{Algorithm as Hash, SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::{Value, json};

use crate::support::{Answer, CLIENT_ID, GRAPH_SCOPE, TestSimulator};

pub(crate) const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How an assertion identifies its certificate.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Named {
    Sha256,
    Sha1,
    /// The form that MSAL for Python sends.
    Sha1Padded,
    Chain,
    ByKeyId,
}

pub(crate) struct Signer {
    pub(crate) pem: String,
    der: Vec<u8>,
    key: EncodingKey,
    modulus: Vec<u8>,
}

impl Signer {
    /// A new certificate that is valid between these years.
    pub(crate) fn between(from: i32, until: i32) -> Self {
        let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.distinguished_name.push(DnType::CommonName, "Warmy");
        params.not_before = rcgen::date_time_ymd(from, 1, 1);
        params.not_after = rcgen::date_time_ymd(until, 1, 1);
        let certificate = params.self_signed(&pair).unwrap();
        let key = EncodingKey::from_rsa_pem(pair.serialize_pem().as_bytes()).unwrap();
        let public = aws_lc_rs::rsa::KeyPair::from_pkcs8(&pair.serialize_der()).unwrap();
        let modulus = public.public_key().modulus().big_endian_without_leading_zero().to_vec();
        Self { pem: certificate.pem(), der: certificate.der().to_vec(), key, modulus }
    }

    pub(crate) fn new() -> Self {
        Self::between(2020, 4000)
    }

    fn hash(&self, algorithm: &'static Hash) -> Vec<u8> {
        digest(algorithm, &self.der).as_ref().to_vec()
    }

    pub(crate) fn thumbprint(&self) -> String {
        self.hash(&SHA1_FOR_LEGACY_USE_ONLY).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Its public key as a JSON Web Key Set.
    pub(crate) fn jwks(&self) -> Value {
        json!({ "keys": [{ "kty": "RSA", "kid": "key-1", "n": URL_SAFE_NO_PAD.encode(&self.modulus), "e": "AQAB" }] })
    }

    /// A JWT with these claims.
    pub(crate) fn sign(&self, algorithm: Algorithm, named: Named, claims: &Value) -> String {
        let mut header = Header::new(algorithm);
        let (sha1, sha256) = (self.hash(&SHA1_FOR_LEGACY_USE_ONLY), self.hash(&SHA256));
        match named {
            Named::Sha256 => header.x5t_s256 = Some(URL_SAFE_NO_PAD.encode(sha256)),
            Named::Sha1 => header.x5t = Some(URL_SAFE_NO_PAD.encode(sha1)),
            Named::Sha1Padded => header.x5t = Some(URL_SAFE.encode(sha1)),
            Named::Chain => header.x5c = Some(vec![STANDARD.encode(&self.der)]),
            Named::ByKeyId => header.kid = Some("key-1".to_owned()),
        }
        jsonwebtoken::encode(&header, claims, &self.key).unwrap()
    }
}

/// The claims that Microsoft's documentation requires, for a tenant of the simulator at a time (Unix seconds).
pub(crate) fn claims(base: &str, tenant: &str, now: i64) -> Value {
    json!({
        "aud": format!("{base}/{tenant}/oauth2/v2.0/token"),
        "iss": CLIENT_ID,
        "sub": CLIENT_ID,
        "jti": uuid::Uuid::from_u128(now.unsigned_abs().into()),
        "nbf": now,
        "iat": now,
        "exp": now + 600,
    })
}

impl TestSimulator {
    pub(crate) async fn now(&self) -> i64 {
        self.get("/_sim/clock").await.1["unix"].as_i64().unwrap()
    }

    pub(crate) async fn register(&self, signer: &Signer) {
        self.control("/application/certificates", json!({ "pem": signer.pem })).await;
    }

    pub(crate) async fn try_assertion(&self, tenant: &str, assertion: &str) -> Answer {
        let fields = [
            ("client_id", CLIENT_ID),
            ("client_assertion_type", JWT_BEARER),
            ("client_assertion", assertion),
            ("scope", GRAPH_SCOPE),
            ("grant_type", "client_credentials"),
        ];
        self.try_token(tenant, &fields).await
    }
}
