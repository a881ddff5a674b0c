//! Authenticates the application at the token endpoint.
//!
//! <https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow>

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq as _;

use super::assertion::{self, Endpoint};
use super::error::StsError;
use super::fields::Fields;
use crate::state::Simulator;

/// The credentials in a token request.
#[derive(Debug)]
enum Credential {
    /// `client_secret`, in the body or as HTTP Basic.
    Secret(String),
    /// `client_assertion`: a JWT signed with a certificate or by a trusted issuer.
    Assertion(String),
    None,
}

/// The method by which an application was authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    Secret,
    Assertion,
}

impl Proof {
    /// The claim `appidacr` of tokens.
    pub(crate) fn claim(self) -> &'static str {
        match self {
            Self::Secret => "1",
            Self::Assertion => "2",
        }
    }
}

/// Checks the client id and its credential.
///
/// # Errors
/// AADSTS900144, 700016, 7000218, 7000215, 7000222, or those of [`assertion::verify`].
pub(crate) fn check(endpoint: Endpoint<'_>, headers: &HeaderMap, fields: &Fields) -> Result<Proof, StsError> {
    let simulator = endpoint.simulator;
    let basic = basic(headers);
    let client_id =
        fields.get("client_id").map(str::to_owned).or_else(|| basic.as_ref().map(|(id, _)| id.clone()));
    let client_id = client_id.ok_or_else(|| StsError::missing("client_id"))?;
    let registered = simulator.options.client_id;
    if !client_id.eq_ignore_ascii_case(&registered.to_string()) {
        return Err(StsError::unknown_client(&client_id, endpoint.at.title()));
    }
    let credential = match (fields.get("client_secret"), fields.get("client_assertion"), basic) {
        (Some(secret), _, _) => Credential::Secret(secret.to_owned()),
        (None, Some(assertion), _) => Credential::Assertion(assertion.to_owned()),
        (None, None, Some((_, secret))) => Credential::Secret(secret),
        (None, None, None) => Credential::None,
    };
    match credential {
        Credential::Secret(secret) if is_ours(simulator, &secret) => {
            if simulator.credentials.is_secret_expired() {
                let text = format!("The provided client secret keys for app '{registered}' are expired.");
                return Err(StsError::new("invalid_client", 7_000_222, text));
            }
            Ok(Proof::Secret)
        }
        Credential::Secret(_) => Err(StsError::new(
            "invalid_client",
            7_000_215,
            format!(
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret \
                 value, not the client secret ID, for a secret added to app '{registered}'."
            ),
        )),
        Credential::Assertion(assertion) => {
            if fields.required("client_assertion_type")? != assertion::JWT_BEARER {
                let text = "The value of 'client_assertion_type' is not supported: it must be a JWT bearer assertion.";
                return Err(StsError::new("invalid_request", 9_002_313, text));
            }
            assertion::verify(endpoint, &assertion).map(|()| Proof::Assertion)
        }
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

/// Id and secret of `Authorization: Basic`, each form-encoded as RFC 6749 requires.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(value).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((form_decoded(id), form_decoded(secret)))
}

fn form_decoded(text: &str) -> String {
    // The parser splits at `=` and `&`, which an encoded value cannot contain.
    url::form_urlencoded::parse(text.as_bytes())
        .next()
        .map_or_else(String::new, |(name, _)| name.into_owned())
}
