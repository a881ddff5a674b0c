//! Batches: several requests in one.
//!
//! <https://learn.microsoft.com/en-us/graph/json-batching>. Each part runs through the same code as a single request;
//! throttling, faults and refusals apply to it separately. Answers have no particular order.

mod chaos_effects;
mod envelope;

use std::collections::HashMap;

use axum::http::HeaderMap;
use serde_json::{Map, Value, json};

use self::envelope::Part;
use super::admission::{Admission, admit};
use super::answer::Answer;
use super::context::{Context, GraphRequest};
use super::error::GraphError;
use crate::directory::throttle::Target;
use crate::entropy::{iso, random_guid};
use crate::request_log::Entry;
use crate::web::observe::client_request_id;
use crate::web::request_details::RequestDetails;
use crate::web::waiting;

/// How many parts of a batch Graph sends to Exchange at a time.
const AT_A_TIME: usize = 4;

/// The service that a batch counts for: Exchange if any part is for it, else the directory.
pub(crate) fn target(body: &[u8]) -> Target {
    let parts = envelope::read(body).unwrap_or_default();
    let mail = parts.iter().any(|part| part.parse().is_ok_and(|request| request.is_mail()));
    if mail { Target::Mailboxes } else { Target::Directory }
}

/// `POST /$batch`
pub(crate) async fn run(
    context: &Context<'_>,
    outer: &GraphRequest,
    body: &[u8],
    details: &mut RequestDetails,
) -> Answer {
    match envelope::read(body) {
        Ok(parts) => answer(context, &parts, details).await,
        Err(error) => {
            waiting::wait(context.simulator, Some(&context.caller.tenant), 1).await;
            error.answer(context.simulator, &outer.headers, context.request_id)
        }
    }
}

/// A part during processing.
struct Step<'a> {
    part: &'a Part,
    context: Context<'a>,
    request: Result<GraphRequest, GraphError>,
    answer: Option<Answer>,
}

async fn answer(context: &Context<'_>, parts: &[Part], details: &mut RequestDetails) -> Answer {
    let mut steps: Vec<Step<'_>> = parts
        .iter()
        .map(|part| Step {
            part,
            context: Context { request_id: random_guid(), ..*context },
            request: part.parse(),
            answer: None,
        })
        .collect();
    let mut statuses: HashMap<String, u16> = HashMap::new();
    for turn in turns(&steps) {
        let mut under_way: Vec<(usize, Result<Admission, GraphError>)> = Vec::with_capacity(turn.len());
        for index in &turn {
            under_way.push((*index, begin(&steps[*index], (*index, parts.len()), &statuses)));
        }
        let mail = turn.iter().filter(|index| steps[**index].is_mail()).count();
        waiting::wait(context.simulator, Some(&context.caller.tenant), mail).await;
        for (index, begun) in under_way {
            let step = &mut steps[index];
            let answer = match (begun, &step.request) {
                (Ok(admission), Ok(request)) => admission.answer(&step.context, request),
                (Err(error), _) => refused(&step.context, &error),
                (_, Err(error)) => refused(&step.context, error),
            };
            record(step, &answer);
            statuses.insert(step.part.id.to_lowercase(), answer.status);
            step.answer = Some(answer);
        }
    }
    let answered = steps.iter().enumerate().filter_map(|(index, step)| {
        let answer = step.answer.as_ref()?;
        if let Some((seconds, Some(target))) = answer.wait
            && chaos_effects::includes_all_parts(context)
        {
            details.announced.push((target, seconds));
        }
        log(step, index, answer);
        let bare = answer.null_headers || chaos_effects::is_without_headers(context, (index, parts.len()));
        Some(response(step, answer, bare))
    });
    let responses = chaos_effects::rearranged(context, answered.collect());
    Answer::json(format!("{{\"responses\":[{}]}}", responses.join(",")))
}

/// Writes a part into the recording, like a single request.
fn record(step: &Step<'_>, answer: &Answer) {
    if let Some(recorder) = &step.context.simulator.recorder {
        let path = format!("/{}", step.part.url.trim_start_matches('/'));
        recorder.push(&step.part.method, &path, answer.status, answer.content_type, &answer.body);
    }
}

/// Groups of parts that run together: four calls to Exchange at a time, all other calls with the first group. If any
/// part depends on another, all run one by one.
fn turns(steps: &[Step<'_>]) -> Vec<Vec<usize>> {
    if steps.iter().any(|step| !step.part.depends_on.is_empty()) {
        return (0..steps.len()).map(|index| vec![index]).collect();
    }
    let (mail, others): (Vec<usize>, Vec<usize>) =
        (0..steps.len()).partition(|index| steps[*index].is_mail());
    let mut turns: Vec<Vec<usize>> = mail.chunks(AT_A_TIME).map(<[usize]>::to_vec).collect();
    match turns.first_mut() {
        Some(first) => first.extend(others),
        None => turns.push(others),
    }
    turns
}

fn begin(
    step: &Step<'_>,
    position: (usize, usize),
    statuses: &HashMap<String, u16>,
) -> Result<Admission, GraphError> {
    let request = step.request.as_ref().map_err(Clone::clone)?;
    let good = |id: &String| statuses.get(&id.to_lowercase()).is_some_and(|status| *status < 400);
    if !step.part.depends_on.iter().all(good) {
        return Err(GraphError::new(424, "FailedDependency", "Dependent request failed."));
    }
    chaos_effects::refusal(&step.context, request, position)
        .map_or_else(|| Ok(admit(&step.context, request)), Err)
}

impl Step<'_> {
    fn is_mail(&self) -> bool {
        self.request.as_ref().is_ok_and(GraphRequest::is_mail)
    }
}

fn refused(context: &Context<'_>, error: &GraphError) -> Answer {
    error.clone().answer(context.simulator, &HeaderMap::new(), context.request_id)
}

/// `bare`: with null instead of headers.
fn response(step: &Step<'_>, answer: &Answer, bare: bool) -> String {
    let mut headers = Map::new();
    headers.insert("Content-Type".to_owned(), json!(answer.content_type));
    headers.insert("request-id".to_owned(), json!(step.context.request_id));
    for (name, value) in &answer.headers {
        headers.insert((*name).to_owned(), json!(value));
    }
    // Bodies are JSON already, except `$count`.
    let body = if answer.content_type.starts_with("application/json") {
        answer.body.clone()
    } else {
        json!(answer.body).to_string()
    };
    let headers = if bare { Value::Null } else { Value::Object(headers) };
    let (id, status) = (json!(step.part.id), answer.status);
    format!("{{\"id\":{id},\"status\":{status},\"headers\":{headers},\"body\":{body}}}")
}

fn log(step: &Step<'_>, index: usize, answer: &Answer) {
    let (context, request) = (&step.context, step.request.as_ref().ok());
    context.simulator.log.push(Entry {
        n: 0,
        at: iso(context.simulator.clock.now()),
        method: step.part.method.clone(),
        path: format!("/v1.0/{}", step.part.url.trim_start_matches('/')),
        tenant: Some(context.caller.tenant.tid.to_string()),
        mailbox: request.and_then(|request| request.user().map(str::to_owned)),
        status: answer.status,
        batch: Some(index),
        client_request_id: request.and_then(|request| client_request_id(&request.headers)),
        retry_after: answer.wait.map(|(seconds, _)| seconds),
        early: request.is_some_and(|request| context.is_early(request.target())),
        chaos: None,
    });
}
