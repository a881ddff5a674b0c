//! Reply addresses: redirects go only to registered ones.

use url::{Host, Url};

use super::error::StsError;
use crate::state::Simulator;

/// Checks a `redirect_uri` against the registration.
///
/// # Errors
/// AADSTS50011 (not registered) or AADSTS500113 (the registration has none and none was sent).
pub(crate) fn check(simulator: &Simulator, redirect_uri: Option<&str>) -> Result<String, StsError> {
    let registered = simulator.registration.redirect_uris();
    let Some(requested) = redirect_uri.filter(|uri| !uri.is_empty()) else {
        let text = "No reply address is registered for the application.";
        return registered.first().cloned().ok_or_else(|| StsError::new("invalid_request", 500_113, text));
    };
    let allowed = if registered.is_empty() {
        is_loopback(requested)
    } else {
        registered.iter().any(|known| known == requested)
    };
    if allowed {
        return Ok(requested.to_owned());
    }
    let text = format!(
        "The redirect URI '{requested}' specified in the request does not match the redirect URIs configured for the \
         application '{}'. Make sure the redirect URI sent in the request matches one added to your application in \
         the Azure portal.",
        simulator.options.client_id
    );
    Err(StsError::new("invalid_request", 50_011, text))
}

fn is_loopback(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else { return false };
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// A reply address with parameters added to its query.
pub(crate) fn with_query(reply: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs);
    let join = if reply.contains('?') { '&' } else { '?' };
    format!("{reply}{join}{}", query.finish())
}
