//! How an application proves who it is at the token endpoint.
//!
//! <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow>

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq as _;

use super::error::StsError;
use super::token::Fields;
use crate::state::Simulator;

/// The credentials in a token request.
#[derive(Debug)]
enum Credential {
    /// `client_secret`, in the body or as HTTP Basic.
    Secret(String),
    /// `client_assertion`: a JWT signed with a certificate.
    Assertion,
    None,
}

/// Checks the client id and its credential.
///
/// # Errors
/// AADSTS900144, 700016, 7000218, 7000215 or 700027.
pub(crate) fn check(
    simulator: &Simulator,
    headers: &HeaderMap,
    fields: &Fields,
    directory: &str,
) -> Result<(), StsError> {
    let basic = basic(headers);
    let client_id =
        fields.get("client_id").map(str::to_owned).or_else(|| basic.as_ref().map(|(id, _)| id.clone()));
    let client_id = client_id.ok_or_else(|| StsError::missing("client_id"))?;
    let registered = simulator.options.client_id;
    if !client_id.eq_ignore_ascii_case(&registered.to_string()) {
        return Err(StsError::unknown_client(&client_id, directory));
    }
    let credential = match (fields.get("client_secret"), fields.get("client_assertion"), basic) {
        (Some(secret), _, _) => Credential::Secret(secret.to_owned()),
        (None, Some(_), _) => Credential::Assertion,
        (None, None, Some((_, secret))) => Credential::Secret(secret),
        (None, None, None) => Credential::None,
    };
    match credential {
        Credential::Secret(secret) if is_ours(simulator, &secret) => Ok(()),
        Credential::Secret(_) => Err(StsError::new(
            "invalid_client",
            7_000_215,
            format!(
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret \
                 value, not the client secret ID, for a secret added to app '{registered}'."
            ),
        )),
        // The place for certificates: look the key up by `x5t#S256`, then check aud, iss, sub and exp.
        Credential::Assertion => Err(StsError::new(
            "invalid_client",
            700_027,
            "The certificate with identifier used to sign the client assertion is not registered on application.",
        )),
        Credential::None => Err(StsError::new(
            "invalid_client",
            7_000_218,
            "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        )),
    }
}

fn is_ours(simulator: &Simulator, secret: &str) -> bool {
    secret.as_bytes().ct_eq(simulator.options.client_secret.as_bytes()).into()
}

/// Id and secret of `Authorization: Basic`, each form-encoded as RFC 6749 asks.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(value).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((form_decoded(id), form_decoded(secret)))
}

fn form_decoded(text: &str) -> String {
    // The parser splits at `=` and `&`, which an encoded value cannot hold.
    url::form_urlencoded::parse(text.as_bytes())
        .next()
        .map_or_else(String::new, |(name, _)| name.into_owned())
}
