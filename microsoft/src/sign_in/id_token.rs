//! Verifying an id_token
//! ([validation](https://learn.microsoft.com/entra/identity-platform/id-tokens#validate-tokens)).

use jsonwebtoken::{
    Algorithm, DecodingKey, Validation, decode, decode_header, errors::ErrorKind, get_current_timestamp,
};
use serde::Deserialize;

use super::person::SignedIn;
use crate::{
    TenantId,
    failure::{Class, Failure},
};

/// The difference between clocks that Microsoft's own libraries allow.
const LEEWAY_SECONDS: u64 = 300;

/// The claims we read ([reference](https://learn.microsoft.com/entra/identity-platform/id-token-claims-reference)).
#[derive(Deserialize)]
struct IdTokenClaims {
    iss: String,
    tid: String,
    oid: String,
    nonce: Option<String>,
    /// Seconds since 1970.
    iat: Option<u64>,
    #[serde(default)]
    name: String,
    #[serde(default)]
    preferred_username: String,
    wids: Option<Vec<String>>,
}

/// The id of the key that signed the token, read before it is verified.
pub(super) fn key_id(token: &str) -> Result<String, Failure> {
    let header = decode_header(token).map_err(|_| refused("its header cannot be read"))?;
    if header.alg != Algorithm::RS256 {
        return Err(refused("it is not signed with RS256"));
    }
    header.kid.ok_or_else(|| refused("it names no key"))
}

/// Verifies the token and returns its person.
pub(super) fn verify(
    token: &str,
    key: &DecodingKey,
    client_id: &str,
    nonce: &str,
    issuer: impl Fn(&TenantId) -> String,
) -> Result<SignedIn, Failure> {
    // RS256 and nothing else, whatever the header says: no `none`, no HMAC keyed with a public key.
    let mut validation = Validation::new(Algorithm::RS256);
    validation.leeway = LEEWAY_SECONDS;
    validation.set_audience(&[client_id]);
    validation.validate_nbf = true;
    validation.set_required_spec_claims(&["exp", "aud", "iss"]);
    let claims = decode::<IdTokenClaims>(token, key, &validation).map_err(|error| {
        refused(match error.kind() {
            ErrorKind::InvalidSignature => "its signature is wrong",
            ErrorKind::ExpiredSignature => "it has expired",
            ErrorKind::ImmatureSignature => "it is not valid yet",
            ErrorKind::InvalidAudience => "it is for another application",
            ErrorKind::MissingRequiredClaim(_) | ErrorKind::Json(_) => "a claim is missing or malformed",
            _ => "it cannot be read",
        })
    })?;
    let claims = claims.claims;
    let personal = |error| Failure::new(Class::WrongTenant, format!("id_token: its tenant is {error}"));
    let tid: TenantId = claims.tid.parse().map_err(personal)?;
    // The template of the shared endpoints is `{login}/{tenantid}/v2.0`; filled in with the token's own
    // tenant it must be the issuer, or a tenant could sign in people of another.
    if claims.iss != issuer(&tid) {
        return Err(refused("its issuer is not its tenant's"));
    }
    if claims.iat.is_some_and(|at| at > get_current_timestamp() + LEEWAY_SECONDS) {
        return Err(refused("it was issued in the future"));
    }
    if claims.nonce.as_deref() != Some(nonce) {
        return Err(refused("it was made for another sign-in"));
    }
    let (name, username) = (claims.name, claims.preferred_username);
    Ok(SignedIn { tid, oid: claims.oid, name, username, wids: claims.wids })
}

fn refused(why: &str) -> Failure {
    Failure::new(Class::Unknown, format!("id_token: {why}"))
}

#[cfg(test)]
mod tests;
