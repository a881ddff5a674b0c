//! The address that the client uses for the simulator.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use crate::state::Simulator;

/// Scheme and authority (and path, if `--public-url` has one), without a trailing slash. Every link in an answer
/// starts with it, because clients follow links only to the host they were configured with.
#[derive(Debug, Clone)]
pub(crate) struct Base(String);

impl Base {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Host and port.
    pub(crate) fn host(&self) -> &str {
        let rest = self.0.split_once("://").map_or(self.0.as_str(), |(_, rest)| rest);
        rest.split('/').next().unwrap_or(rest)
    }
}

impl FromRequestParts<Simulator> for Base {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, simulator: &Simulator) -> Result<Self, Infallible> {
        if let Some(url) = &simulator.options.public_url {
            return Ok(Self(url.as_str().trim_end_matches('/').to_owned()));
        }
        let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok());
        let own = if simulator.options.tls { "https" } else { "http" };
        let scheme = text(header::HeaderName::from_static("x-forwarded-proto")).unwrap_or(own);
        let host =
            text(header::HOST).or_else(|| parts.uri.authority().map(axum::http::uri::Authority::as_str));
        Ok(Self(format!("{scheme}://{}", host.unwrap_or("localhost"))))
    }
}
