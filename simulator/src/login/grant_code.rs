//! Tokens for a signed-in person, in exchange for an authorization code.

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::assertion::Endpoint;
use super::codes::{Grant, Redeemed};
use super::error::StsError;
use super::fields::Fields;
use super::tenant_ref::TenantRef;
use super::{client_auth, id_token, sign_in};
use crate::state::Simulator;
use crate::web::base::Base;

/// Redeems a code: once, by the client it was issued to, with the verifier of its challenge.
pub(crate) fn issue(
    simulator: &Simulator,
    at: &TenantRef,
    headers: &HeaderMap,
    fields: &Fields,
    base: &Base,
) -> Result<Value, StsError> {
    let code = fields.required("code")?;
    let redirect_uri = fields.required("redirect_uri")?;
    client_auth::check(Endpoint { simulator, at, base }, headers, fields)?;
    let grant = match simulator.codes.redeem(code) {
        Redeemed::Now(grant) => grant,
        Redeemed::Already => {
            let text = "OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an \
                        existing refresh token.";
            return Err(StsError::new("invalid_grant", 54_005, text));
        }
        Redeemed::Expired => {
            let text = "The provided authorization code or refresh token has expired due to inactivity. Send a new \
                        interactive authorization request for this user and resource.";
            return Err(StsError::new("invalid_grant", 70_008, text));
        }
        Redeemed::Unknown => {
            let text = "The provided authorization code is malformed or not valid.";
            return Err(StsError::new("invalid_grant", 9_002_313, text));
        }
    };
    if grant.redirect_uri != redirect_uri {
        let text = format!(
            "The reply address '{redirect_uri}' does not match the reply address '{}' provided when requesting \
             Authorization code.",
            grant.redirect_uri
        );
        return Err(StsError::new("invalid_grant", 500_112, text));
    }
    check_verifier(&grant, fields.get("code_verifier"))?;
    let person = sign_in::current(simulator, grant.account).filter(|person| at.admits(&person.tenant));
    let person = person.ok_or_else(|| {
        StsError::new(
            "invalid_grant",
            70_000,
            "The provided grant is not valid for the tenant it was sent to.",
        )
    })?;
    let failed = |error: crate::KeyError| StsError::new("temporarily_unavailable", 90_033, error.to_string());
    let id_token = id_token::claims(simulator, &person, grant.nonce.as_deref(), base.as_str());
    let access_token = id_token::access_claims(simulator, &person, base.as_str());
    let mut body = json!({
        "token_type": "Bearer",
        "scope": "email openid profile",
        "expires_in": 3599,
        "ext_expires_in": 3599,
        "access_token": simulator.key.sign(&access_token).map_err(failed)?,
    });
    if grant.scope.split_whitespace().any(|scope| scope == "openid") {
        body["id_token"] = json!(simulator.key.sign(&id_token).map_err(failed)?);
    }
    Ok(body)
}

fn check_verifier(grant: &Grant, verifier: Option<&str>) -> Result<(), StsError> {
    let matches = match (&grant.challenge, verifier) {
        (None, None) => true,
        (Some(challenge), Some(verifier)) => {
            let hashed = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
            hashed.as_bytes().ct_eq(challenge.as_bytes()).into()
        }
        _ => false,
    };
    let text = "The Code_Verifier does not match the code_challenge supplied in the authorization request.";
    if matches { Ok(()) } else { Err(StsError::new("invalid_grant", 501_481, text)) }
}
