//! Client assertions: statements of our application's identity, signed with the certificate's key
//! ([format](https://learn.microsoft.com/entra/identity-platform/certificate-credentials#assertion-format)).

use jsonwebtoken::{Algorithm, Header, encode};
use secrecy::SecretString;
use serde::Serialize;
use time::{Duration, OffsetDateTime};
use url::Url;
use uuid::Uuid;

use super::certificate::Certificate;
use crate::failure::{Class, Failure};

/// How long an assertion is valid. Microsoft recommends five to ten minutes.
const LIFE: Duration = Duration::minutes(10);

#[derive(Serialize)]
struct AssertionClaims<'a> {
    aud: &'a str,
    iss: &'a str,
    sub: &'a str,
    jti: String,
    iat: i64,
    nbf: i64,
    exp: i64,
}

/// An assertion for one request at the token endpoint `audience`. The endpoint's address contains the tenant, so the
/// assertion is valid for no other tenant; it is neither stored nor logged.
pub(super) fn sign(
    certificate: &Certificate,
    client_id: &str,
    audience: &Url,
    now: OffsetDateTime,
) -> Result<SecretString, Failure> {
    let header = Header {
        x5t_s256: Some(certificate.x5t_s256().to_owned()),
        ..Header::new(Algorithm::PS256) // which sets `typ` to JWT
    };
    let claims = AssertionClaims {
        aud: audience.as_str(),
        iss: client_id,
        sub: client_id,
        jti: id(),
        iat: now.unix_timestamp(),
        nbf: now.unix_timestamp(),
        exp: (now + LIFE).unix_timestamp(),
    };
    let signed = encode(&header, &claims, certificate.key());
    signed.map(SecretString::from).map_err(|_| {
        Failure::new(Class::OurCredential, "the certificate's key cannot sign").code("assertion_unsigned")
    })
}

#[expect(clippy::disallowed_methods, reason = "it must differ between assertions and decides nothing")]
fn id() -> String {
    Uuid::new_v4().to_string()
}
