//! Many requests in one.
//!
//! <https://learn.microsoft.com/en-us/graph/json-batching>. Each part runs through the same code as a request of
//! its own: it is throttled, broken and refused by itself. Answers come back in no particular order.

use std::collections::{HashMap, HashSet};

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::context::{Context, GraphRequest};
use super::error::GraphError;
use crate::entropy::{iso, random_bytes, random_guid};
use crate::mix::mix;
use crate::request_log::Entry;
use crate::web::observe::{Noted, client_request_id};

const LARGEST: usize = 20;
/// How many parts of a batch Graph sends to Exchange at a time.
const AT_A_TIME: u32 = 4;

#[derive(Debug, Deserialize)]
struct Envelope {
    requests: Vec<Part>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    id: String,
    method: String,
    url: String,
    #[serde(default)]
    headers: HashMap<String, String>,
    body: Option<Value>,
    #[serde(default)]
    depends_on: Vec<String>,
}

/// `POST /$batch`
pub(crate) fn run(context: &Context<'_>, outer: &GraphRequest, body: &[u8], noted: &mut Noted) -> Answer {
    match read(body) {
        Ok(parts) => answer(context, &parts, noted),
        Err(error) => error.answer(context.simulator, &outer.headers, context.request_id),
    }
}

fn read(body: &[u8]) -> Result<Vec<Part>, GraphError> {
    let invalid = |text: String| GraphError::new(400, "BadRequest", text);
    let envelope: Envelope = serde_json::from_slice(body)
        .map_err(|error| invalid(format!("Invalid batch payload format: {error}")))?;
    if envelope.requests.len() > LARGEST {
        let text = format!("Number of batch request steps exceeds the maximum value of {LARGEST}.");
        return Err(GraphError::new(400, "MaximumValueExceeded", text));
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

fn answer(context: &Context<'_>, parts: &[Part], noted: &mut Noted) -> Answer {
    let mut statuses: HashMap<String, u16> = HashMap::new();
    let mut answers = Vec::with_capacity(parts.len());
    let mut mail = 0;
    for (place, part) in parts.iter().enumerate() {
        let context = Context { request_id: random_guid(), ..*context };
        let parsed = parse(part);
        let answer = match &parsed {
            _ if !part
                .depends_on
                .iter()
                .all(|id| statuses.get(&id.to_lowercase()).is_some_and(|it| *it < 400)) =>
            {
                let text = "Dependent request failed.";
                refused(&context, &GraphError::new(424, "FailedDependency", text))
            }
            Ok(request) => super::answer_one(&context, request),
            Err(error) => refused(&context, error),
        };
        mail += u32::from(parsed.as_ref().is_ok_and(GraphRequest::is_mail));
        log(&context, place, part, parsed.as_ref().ok(), answer.status);
        if let Some(recorder) = &context.simulator.recorder {
            let path = format!("/{}", part.url.trim_start_matches('/'));
            recorder.push(&part.method, &path, answer.status, answer.content_type, &answer.body);
        }
        statuses.insert(part.id.to_lowercase(), answer.status);
        answers.push(response(part, &answer, &context));
    }
    noted.turns = mail.div_ceil(AT_A_TIME);
    let seed = u64::from_be_bytes(random_bytes());
    let mut order: Vec<usize> = (0..answers.len()).collect();
    order.sort_by_key(|place| mix(&[seed, *place as u64]));
    let shuffled: Vec<&str> = order.into_iter().map(|place| answers[place].as_str()).collect();
    Answer::json(format!("{{\"responses\":[{}]}}", shuffled.join(",")))
}

/// A part as a request: relative, not another batch, and with a content type if it has a body.
fn parse(part: &Part) -> Result<GraphRequest, GraphError> {
    if part.url.contains("://") || part.url.trim_start_matches('/').starts_with("$batch") {
        return Err(GraphError::bad_request("Invalid URL: the url of a batch request must be relative."));
    }
    let mut headers = HeaderMap::new();
    for (name, value) in &part.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
            headers.insert(name, value);
        }
    }
    if part.body.is_some() && !headers.contains_key("content-type") {
        return Err(GraphError::bad_request("Content-Type header is required for a request with a body."));
    }
    let method = part.method.to_uppercase().parse().unwrap_or(Method::TRACE);
    Ok(GraphRequest::parse(method, &part.url, headers))
}

fn refused(context: &Context<'_>, error: &GraphError) -> Answer {
    error.clone().answer(context.simulator, &HeaderMap::new(), context.request_id)
}

fn response(part: &Part, answer: &Answer, context: &Context<'_>) -> String {
    let mut headers = Map::new();
    headers.insert("Content-Type".to_owned(), json!(answer.content_type));
    headers.insert("request-id".to_owned(), json!(context.request_id));
    for (name, value) in &answer.headers {
        headers.insert((*name).to_owned(), json!(value));
    }
    // Bodies are JSON already, except `$count`.
    let body = if answer.content_type.starts_with("application/json") {
        answer.body.clone()
    } else {
        json!(answer.body).to_string()
    };
    let (id, headers, status) = (json!(part.id), Value::Object(headers), answer.status);
    format!("{{\"id\":{id},\"status\":{status},\"headers\":{headers},\"body\":{body}}}")
}

fn log(context: &Context<'_>, place: usize, part: &Part, request: Option<&GraphRequest>, status: u16) {
    let mailbox = request.and_then(|request| request.user().map(str::to_owned));
    context.simulator.log.push(Entry {
        n: 0,
        at: iso(context.simulator.clock.now()),
        method: part.method.clone(),
        path: format!("/v1.0/{}", part.url.trim_start_matches('/')),
        tenant: Some(context.caller.tenant.tid.to_string()),
        mailbox,
        status,
        batch: Some(place),
        client_request_id: request.and_then(|request| client_request_id(&request.headers)),
    });
}
