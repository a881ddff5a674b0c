//! Errors of the sign-in service, as JSON, page or redirect.
//!
//! Codes and texts: <https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes>.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use serde_json::json;
use uuid::Uuid;

use crate::entropy::{random_guid, sts_date};
use crate::web::html::{self, escape};
use crate::web::redirect::found;

/// An `AADSTS…` error.
#[derive(Debug, Clone)]
pub(crate) struct StsError {
    pub(crate) status: StatusCode,
    /// The OAuth2 `error`.
    pub(crate) error: &'static str,
    pub(crate) code: u32,
    pub(crate) message: String,
}

/// The context of an error, for the details that Microsoft's errors contain.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ErrorContext<'a> {
    /// Virtual time, Unix seconds.
    pub(crate) now: i64,
    /// The client's own id for the request.
    pub(crate) correlation_id: Option<Uuid>,
    pub(crate) base: &'a str,
}

impl StsError {
    pub(crate) fn new(error: &'static str, code: u32, message: impl Into<String>) -> Self {
        let status =
            if error == "invalid_client" { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
        Self { status, error, code, message: message.into() }
    }

    /// Parameter missing from a request.
    pub(crate) fn missing(parameter: &str) -> Self {
        let text = format!("The request body must contain the following parameter: '{parameter}'.");
        Self::new("invalid_request", 900_144, text)
    }

    /// The client id is not the registered application's.
    pub(crate) fn unknown_client(client_id: &str, directory: &str) -> Self {
        let text = format!(
            "Application with identifier '{client_id}' was not found in the directory '{directory}'. This can \
             happen if the application has not been installed by the administrator of the tenant or consented to \
             by any user in the tenant. You may have sent your authentication request to the wrong tenant."
        );
        Self::new("unauthorized_client", 700_016, text)
    }

    fn description(&self, context: ErrorContext<'_>, separator: &str) -> (String, Uuid, Uuid) {
        let (trace, correlation) = (random_guid(), context.correlation_id.unwrap_or_else(random_guid));
        let text = format!(
            "AADSTS{}: {}{separator}Trace ID: {trace}{separator}Correlation ID: {correlation}{separator}Timestamp: {}",
            self.code,
            self.message,
            sts_date(context.now)
        );
        (text, trace, correlation)
    }

    /// The JSON of discovery and of the token endpoint.
    pub(crate) fn json(&self, context: ErrorContext<'_>) -> Response {
        let (description, trace, correlation) = self.description(context, " ");
        let body = json!({
            "error": self.error,
            "error_description": description,
            "error_codes": [self.code],
            "timestamp": sts_date(context.now),
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": format!("{}/error?code={}", context.base, self.code),
        });
        (self.status, [("cache-control", "no-store, no-cache")], Json(body)).into_response()
    }

    /// An error page for the user; the application is not informed.
    pub(crate) fn page(&self, context: ErrorContext<'_>, title: &str, more: &str) -> Response {
        let (_, trace, correlation) = self.description(context, " ");
        let body = format!(
            "<h1>{}</h1><p role=\"alert\"><strong>AADSTS{}</strong>: {}</p>{more}\
             <details><summary>Troubleshooting details</summary><dl><dt>Correlation ID</dt><dd>{correlation}</dd>\
             <dt>Trace ID</dt><dd>{trace}</dd><dt>Timestamp</dt><dd>{}</dd></dl></details>",
            escape(title),
            self.code,
            escape(&self.message),
            sts_date(context.now)
        );
        (self.status, Html(html::page(title, &body))).into_response()
    }

    /// The error redirect of `/authorize`.
    pub(crate) fn redirect(&self, context: ErrorContext<'_>, reply: &str, state: Option<&str>) -> Response {
        self.redirect_with(context, reply, state, &[])
    }

    /// The error redirect with further parameters, in the form that Microsoft really sends: CRLF in the description,
    /// percent-encoding with lower-case digits, a trailing `#`.
    pub(crate) fn redirect_with(
        &self,
        context: ErrorContext<'_>,
        reply: &str,
        state: Option<&str>,
        more: &[(&str, &str)],
    ) -> Response {
        let (description, _, _) = self.description(context, "\r\n");
        let uri = format!("{}/error?code={}", context.base, self.code);
        let mut pairs = vec![("error", self.error), ("error_description", &description), ("error_uri", &uri)];
        pairs.extend(more);
        pairs.extend(state.map(|state| ("state", state)));
        let query: Vec<_> =
            pairs.into_iter().map(|(name, value)| format!("{name}={}", lower_encoded(value))).collect();
        let join = if reply.contains('?') { '&' } else { '?' };
        found(&format!("{reply}{join}{}#", query.join("&")))
    }
}

/// `application/x-www-form-urlencoded` with lower-case hexadecimal digits.
fn lower_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'!' | b'*' | b'(' | b')' => {
                encoded.push(char::from(byte));
            }
            b' ' => encoded.push('+'),
            _ => {
                encoded.push('%');
                for digit in [byte >> 4, byte & 15] {
                    encoded.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
                }
            }
        }
    }
    encoded
}
