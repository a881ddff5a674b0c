//! An answer of Graph, for an HTTP response of its own or for a part of a batch.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::error::GraphError;
use crate::directory::throttle::Target;
use crate::entropy::iso;
use crate::state::Simulator;
use crate::web::observe::client_request_id;

const JSON: &str =
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8";

/// Status, headers and a body that is already text.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) content_type: &'static str,
    pub(crate) body: String,
    /// The seconds announced in `Retry-After`, and the service that the wait applies to, unless only to one mailbox.
    pub(crate) wait: Option<(f64, Option<Target>)>,
    /// In a batch, this part has null instead of headers.
    pub(crate) null_headers: bool,
}

impl Answer {
    pub(crate) fn json(body: String) -> Self {
        Self { status: 200, headers: Vec::new(), content_type: JSON, body, wait: None, null_headers: false }
    }

    pub(crate) fn text(body: String) -> Self {
        Self {
            status: 200,
            headers: Vec::new(),
            content_type: "text/plain",
            body,
            wait: None,
            null_headers: false,
        }
    }

    pub(crate) fn of(value: &impl Serialize) -> Result<Self, GraphError> {
        serde_json::to_string(value)
            .map(Self::json)
            .map_err(|error| GraphError::new(500, "generalException", error.to_string()))
    }

    /// Converts to an HTTP response of its own.
    pub(crate) fn into_response(self, request: &HeaderMap, request_id: Uuid) -> Response {
        let client = client_request_id(request).unwrap_or_else(|| request_id.to_string());
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Body::from(self.body)).into_response();
        let mut headers = self.headers;
        headers.push(("Content-Type", self.content_type.to_owned()));
        headers.push(("request-id", request_id.to_string()));
        headers.push(("client-request-id", client));
        headers.push(("OData-Version", "4.0".to_owned()));
        headers.push(("Cache-Control", "no-cache".to_owned()));
        for (name, value) in headers {
            if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(&value)) {
                response.headers_mut().insert(name, value);
            }
        }
        response
    }
}

impl GraphError {
    /// The answer with the error in Graph's envelope.
    pub(crate) fn answer(self, simulator: &Simulator, headers: &HeaderMap, request_id: Uuid) -> Answer {
        let date = iso(simulator.clock.now());
        let client = client_request_id(headers).unwrap_or_else(|| request_id.to_string());
        let mut inner = json!({
            "date": date.trim_end_matches('Z'),
            "request-id": request_id,
            "client-request-id": client,
        });
        for (name, value) in self.inner {
            inner[name] = json!(value);
        }
        let body = json!({ "error": { "code": self.code, "message": self.message, "innerError": inner } });
        Answer {
            status: self.status,
            headers: self.headers,
            wait: self.wait,
            null_headers: self.null_headers,
            ..Answer::json(body.to_string())
        }
    }
}
