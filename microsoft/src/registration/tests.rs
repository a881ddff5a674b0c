use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use rcgen::{CertificateParams, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, RsaKeySize};
use secrecy::ExposeSecret;
use serde_json::Value;
use time::{Duration, macros::datetime};

use super::*;

const NOW: OffsetDateTime = datetime!(2026-11-23 12:00 UTC);

/// PEM of a certificate and of its key.
struct Pair {
    certificate: String,
    key: String,
    der: Vec<u8>,
    public: Vec<u8>,
}

fn pair_of(key: &KeyPair) -> Pair {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name.push(rcgen::DnType::CommonName, "Warmy");
    parameters.not_before = NOW - Duration::DAY;
    parameters.not_after = NOW + Duration::days(30);
    let certificate = parameters.self_signed(key).unwrap();
    Pair {
        certificate: pem::encode(&pem::Pem::new("CERTIFICATE", certificate.der().to_vec())),
        key: pem::encode(&pem::Pem::new("PRIVATE KEY", key.serialize_der())),
        der: certificate.der().to_vec(),
        public: key.public_key_raw().to_vec(),
    }
}

fn pair() -> Pair {
    pair_of(&KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).unwrap())
}

fn endpoint(tenant: &str) -> Url {
    Url::parse(&format!("https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token")).unwrap()
}

async fn assertion(credential: &Credential, audience: &Url) -> String {
    let fields = credential.prove("client", audience, NOW).await.unwrap();
    assert_eq!(fields[0].0, "client_assertion_type");
    assert_eq!(fields[0].1.expose_secret(), "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    assert_eq!(fields[1].0, "client_assertion");
    fields[1].1.expose_secret().to_owned()
}

#[tokio::test]
async fn an_assertion_is_signed_for_one_tenant_and_differs_every_time() {
    let pair = pair();
    let certificate = Certificate::from_pem(pair.certificate.as_bytes(), Some(pair.key.as_bytes())).unwrap();
    let credential = Credential::Certificate(certificate);
    let mut ids = Vec::new();
    for tenant in ["tenant-a", "tenant-b", "tenant-b"] {
        let assertion = assertion(&credential, &endpoint(tenant)).await;
        let header = decode_header(&assertion).unwrap();
        let thumbprint =
            URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &pair.der));
        assert_eq!((header.alg, header.typ.as_deref()), (Algorithm::PS256, Some("JWT")));
        assert_eq!(header.x5t_s256, Some(thumbprint));
        assert_eq!((header.x5t, header.kid, header.x5c), (None, None, None));

        let mut validation = Validation::new(Algorithm::PS256);
        validation.set_audience(&[endpoint(tenant).as_str()]);
        validation.set_issuer(&["client"]);
        // `NOW` is not the time of the machine.
        (validation.validate_exp, validation.validate_nbf) = (false, false);
        let claims = decode::<Value>(&assertion, &DecodingKey::from_rsa_der(&pair.public), &validation);
        let claims = claims.unwrap().claims;
        let now = NOW.unix_timestamp();
        assert_eq!(
            (&claims["sub"], &claims["iat"], &claims["nbf"]),
            (&"client".into(), &now.into(), &now.into())
        );
        assert_eq!(claims["exp"], now + 600);
        ids.push(claims["jti"].as_str().unwrap().parse::<uuid::Uuid>().unwrap());
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3);
    assert!(!format!("{credential:?}").contains("PRIVATE"));
}

#[test]
fn a_certificate_and_its_facts_are_read_from_one_file_or_two() {
    let pair = pair();
    let both = format!("some text\n{}{}", pair.key, pair.certificate);
    let one = Certificate::from_pem(both.as_bytes(), None).unwrap();
    let two = Certificate::from_pem(pair.certificate.as_bytes(), Some(pair.key.as_bytes())).unwrap();
    assert_eq!(one.facts(), two.facts());
    assert_eq!(&CertificateFacts::read(&pair.der).unwrap(), one.facts());

    let facts = one.facts();
    assert_eq!((facts.name.as_str(), facts.not_after), ("Warmy", NOW + Duration::days(30)));
    assert_eq!((facts.sha1.len(), facts.sha256.len()), (40, 64));
    assert!(facts.sha1.bytes().all(|digit| digit.is_ascii_digit() || digit.is_ascii_uppercase()));
}

#[test]
fn unusable_files_are_refused_with_a_reason() {
    let (pair, other) = (pair(), pair());
    let elliptic = pair_of(&KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap());
    let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    for (certificate, key, expected) in [
        ("", None, CertificateError::NoCertificate),
        ("not PEM", None, CertificateError::NoCertificate),
        (&pair.key, None, CertificateError::NoCertificate),
        (broken, None, CertificateError::Unreadable),
        (&pair.certificate, None, CertificateError::NoKey),
        (&pair.certificate, Some(""), CertificateError::NoKey),
        (&pair.certificate, Some(encrypted), CertificateError::Encrypted),
        (&pair.certificate, Some(&*elliptic.key), CertificateError::UnreadableKey),
        (&pair.certificate, Some(&*other.key), CertificateError::NotAPair),
        (&elliptic.certificate, Some(&*elliptic.key), CertificateError::NotRsa),
    ] {
        let read = Certificate::from_pem(certificate.as_bytes(), key.map(str::as_bytes));
        assert_eq!(read.err(), Some(expected));
    }
}

#[tokio::test]
async fn a_token_file_is_read_for_every_request() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    let credential = Credential::TokenFile(path.clone());
    let missing = credential.prove("client", &endpoint("t"), NOW).await.unwrap_err();
    assert_eq!(missing.class, crate::Class::OurCredential);
    assert_eq!(missing.code.as_deref(), Some("token_file_unusable"));
    for content in ["first", "second"] {
        std::fs::write(&path, format!("{content}\n")).unwrap();
        assert_eq!(assertion(&credential, &endpoint("t")).await, content);
    }
    std::fs::write(&path, "\n").unwrap();
    assert!(credential.prove("client", &endpoint("t"), NOW).await.is_err());
}

#[test]
fn days_left_are_whole_days_and_negative_afterwards() {
    let days = |expires_at| Credential::Secret { value: "x".into(), expires_at }.info(NOW).days_left;
    assert_eq!(days(None), None);
    for (left, expected) in [
        (Duration::days(30), 30),
        (Duration::days(30) - Duration::SECOND, 29),
        (Duration::SECOND, 0),
        (-Duration::SECOND, -1),
        (Duration::days(-2), -2),
    ] {
        assert_eq!(days(Some(NOW + left)), Some(expected), "{left}");
    }
    let pair = pair();
    let both = pair.certificate + &pair.key;
    let certificate = Certificate::from_pem(both.as_bytes(), None).unwrap();
    let sha1 = certificate.facts().sha1.clone();
    let info = Credential::Certificate(certificate).info(NOW);
    assert_eq!((info.kind, info.name, info.days_left), (CredentialKind::Certificate, sha1, Some(30)));
}
