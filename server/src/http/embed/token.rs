//! The host's launch token: a JWT signed with EdDSA or ES256 by one of the configured keys, valid for one minute.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    Role,
    ids::{Millis, WorkspaceId},
    text::{NAME, clean},
};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

use crate::{config::Config, host_keys::HostKeys};
use store::Launch;

/// The longest validity of a token, in milliseconds.
const LIFE: Millis = 60 * 1_000;
/// Tolerated difference between the clocks, in milliseconds.
const LEEWAY: Millis = 5 * 1_000;
/// The longest id of a token or of a user, in bytes.
const MOST: usize = 255;

#[derive(Debug, Deserialize)]
struct LaunchClaims {
    sub: String,
    name: String,
    workspace_id: WorkspaceId,
    role: Role,
    parent_origin: String,
    jti: String,
    /// Unix seconds.
    iat: i64,
    exp: i64,
    #[serde(default)]
    nbf: Option<i64>,
}

/// Reads a token.
///
/// # Errors
/// The problem with the token, in words for the log.
pub(super) async fn read(
    keys: &Arc<HostKeys>,
    token: &str,
    config: &Config,
    now: Millis,
) -> Result<Launch, &'static str> {
    let header = decode_header(token).map_err(|_| "not a token")?;
    if !matches!(header.alg, Algorithm::EdDSA | Algorithm::ES256) {
        return Err("not an accepted signature algorithm");
    }
    // An extension that must be understood, and is not (RFC 7515, 4.1.11).
    if has_critical_extension(token) {
        return Err("with a critical extension");
    }
    let key = &keys.find(header.kid.as_deref(), now).await?;
    let key = DecodingKey::from_jwk(key).map_err(|_| "an unusable key")?;
    let mut validation = Validation::new(header.alg);
    validation.set_audience(&[config.public()]);
    validation.set_issuer(&[config.host_issuer.as_deref().unwrap_or_default()]);
    validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
    // Checked below, by the clock that stamps the rows.
    validation.validate_exp = false;
    let claims =
        decode::<LaunchClaims>(token, &key, &validation).map_err(|_| "not signed for us by the host")?.claims;
    let millis = |seconds: i64| seconds.checked_mul(1_000).ok_or("with a time that no clock shows");
    let (from, until) = (millis(claims.iat)?, millis(claims.exp)?);
    let not_before = millis(claims.nbf.unwrap_or(claims.iat))?.max(from);
    if until <= now - LEEWAY || not_before > now + LEEWAY {
        return Err("expired, or not valid yet");
    }
    if until.saturating_sub(from) > LIFE {
        return Err("valid for longer than a minute");
    }
    let (user, name) = (clean(&claims.sub), clean(&claims.name));
    if !(16..=MOST).contains(&claims.jti.len()) || user.is_empty() || name.is_empty() {
        return Err("without an id or a user");
    }
    // An id is compared and never shown: it is refused and not changed.
    if user.len() > MOST || user != claims.sub {
        return Err("with a user id that is longer than 255 bytes, or has characters that cannot be seen");
    }
    if !config.embed_origins.contains(&claims.parent_origin) {
        return Err("for a page that may not show the console");
    }
    Ok(Launch {
        host: claims.parent_origin,
        jti: claims.jti,
        expires_at: until,
        workspace: claims.workspace_id,
        name: name.chars().take(NAME).collect(),
        user: claims.sub,
        role: claims.role,
    })
}

fn has_critical_extension(token: &str) -> bool {
    let header = token.split('.').next().and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let header: Option<serde_json::Value> = header.and_then(|json| serde_json::from_slice(&json).ok());
    header.is_none_or(|header| header.get("crit").is_some())
}
