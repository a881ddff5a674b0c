//! The format of a batch.

use std::collections::{HashMap, HashSet};

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::Deserialize;
use serde_json::Value;

use crate::graph::context::GraphRequest;
use crate::graph::error::GraphError;

const LARGEST: usize = 20;

#[derive(Debug, Deserialize)]
struct Envelope {
    requests: Vec<Part>,
}

/// One request of a batch, as sent.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Part {
    pub(super) id: String,
    pub(super) method: String,
    pub(super) url: String,
    #[serde(default)]
    headers: HashMap<String, String>,
    body: Option<Value>,
    #[serde(default)]
    pub(super) depends_on: Vec<String>,
}

/// The parts of a batch.
///
/// # Errors
/// 400 for the batch as a whole.
pub(super) fn read(body: &[u8]) -> Result<Vec<Part>, GraphError> {
    let invalid = |text: String| GraphError::new(400, "BadRequest", text);
    let envelope: Envelope = serde_json::from_slice(body)
        .map_err(|error| invalid(format!("Invalid batch payload format: {error}")))?;
    if envelope.requests.len() > LARGEST {
        let text = format!("Number of batch request steps exceeds the maximum value of {LARGEST}.");
        return Err(GraphError::new(400, "MaximumValueExceeded", text));
    }
    // One absolute URL spoils the whole batch, and Graph does not say which.
    if envelope.requests.iter().any(|part| part.url.contains("://")) {
        return Err(invalid("Invalid batch payload format.".to_owned()));
    }
    let mut ids = HashSet::new();
    for part in &envelope.requests {
        if !ids.insert(part.id.to_lowercase()) {
            return Err(invalid(format!("The request id '{}' is used more than once.", part.id)));
        }
    }
    for part in &envelope.requests {
        if let Some(id) = part.depends_on.iter().find(|id| !ids.contains(&id.to_lowercase())) {
            return Err(invalid(format!("The request '{}' depends on '{id}', which is not there.", part.id)));
        }
    }
    Ok(envelope.requests)
}

impl Part {
    /// Parses a part: it must be no batch, and a body needs a content type.
    pub(super) fn parse(&self) -> Result<GraphRequest, GraphError> {
        if self.url.trim_start_matches('/').starts_with("$batch") {
            return Err(GraphError::bad_request("A batch request cannot contain another batch."));
        }
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
                headers.insert(name, value);
            }
        }
        if self.body.is_some() && !headers.contains_key("content-type") {
            return Err(GraphError::bad_request(
                "Content-Type header is required for a request with a body.",
            ));
        }
        let method = self.method.to_uppercase().parse().unwrap_or(Method::TRACE);
        Ok(GraphRequest::parse(method, &self.url, headers))
    }
}
