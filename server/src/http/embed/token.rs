//! The host's launch token: a JWT signed with EdDSA or ES256 by one of the configured keys, valid for one minute.

use domain::{
    Role,
    ids::{Millis, WorkspaceId},
};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

use crate::{config::Config, host_keys::HostKeys};
use store::Launch;

/// The longest validity of a token, in milliseconds.
const LIFE: Millis = 60 * 1_000;
/// Tolerated difference between the clocks, in milliseconds.
const LEEWAY: Millis = 5 * 1_000;

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
}

/// Reads a token.
///
/// # Errors
/// The problem with the token, in words for the log.
pub(super) async fn read(
    keys: &HostKeys,
    token: &str,
    config: &Config,
    now: Millis,
) -> Result<Launch, &'static str> {
    let header = decode_header(token).map_err(|_| "not a token")?;
    if !matches!(header.alg, Algorithm::EdDSA | Algorithm::ES256) {
        return Err("not an accepted signature algorithm");
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
    let (from, until) = (claims.iat.saturating_mul(1_000), claims.exp.saturating_mul(1_000));
    if until <= now - LEEWAY || from > now + LEEWAY {
        return Err("expired, or not valid yet");
    }
    if until - from > LIFE {
        return Err("valid for longer than a minute");
    }
    if claims.jti.len() < 16 || claims.sub.is_empty() || claims.name.trim().is_empty() {
        return Err("without an id or a user");
    }
    if !config.embed_origins.contains(&claims.parent_origin) {
        return Err("for a page that may not show the console");
    }
    Ok(Launch {
        host: claims.parent_origin,
        jti: claims.jti,
        expires_at: until,
        workspace: claims.workspace_id,
        user: claims.sub,
        name: claims.name.trim().chars().take(100).collect(),
        role: claims.role,
    })
}
