//! Many requests in one.
//!
//! <https://learn.microsoft.com/en-us/graph/json-batching>. Each part runs through the same code as a request of
//! its own: it is throttled, broken and refused by itself. Answers come back in no particular order.

mod envelope;
mod struck;

use std::collections::HashMap;

use axum::http::HeaderMap;
use serde_json::{Map, Value, json};

use self::envelope::Part;
use super::admission::{Admission, admit};
use super::answer::Answer;
use super::context::{Context, GraphRequest};
use super::error::GraphError;
use crate::directory::throttle::Target;
use crate::entropy::{iso, random_bytes, random_guid};
use crate::mix::mix;
use crate::request_log::Entry;
use crate::web::observe::{Noted, client_request_id};
use crate::web::waiting;

/// How many parts of a batch Graph sends to Exchange at a time.
const AT_A_TIME: usize = 4;

/// Which service a batch is mostly for.
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
    noted: &mut Noted,
) -> Answer {
    match envelope::read(body) {
        Ok(parts) => answer(context, &parts, noted).await,
        Err(error) => {
            waiting::wait(context.simulator, Some(&context.caller.tenant), 1).await;
            error.answer(context.simulator, &outer.headers, context.request_id)
        }
    }
}

/// A part on its way through.
struct Step<'a> {
    part: &'a Part,
    context: Context<'a>,
    request: Result<GraphRequest, GraphError>,
    answer: Option<Answer>,
}

async fn answer(context: &Context<'_>, parts: &[Part], noted: &mut Noted) -> Answer {
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
        for place in &turn {
            under_way.push((*place, begin(&steps[*place], *place, &statuses)));
        }
        let mail = turn.iter().filter(|place| steps[**place].is_mail()).count();
        waiting::wait(context.simulator, Some(&context.caller.tenant), mail).await;
        for (place, begun) in under_way {
            let step = &mut steps[place];
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
    let answered = steps.iter().enumerate().filter_map(|(place, step)| {
        let answer = step.answer.as_ref()?;
        if let Some((seconds, Some(target))) = answer.wait
            && struck::tells_everything(context)
        {
            noted.announced.push((target, seconds));
        }
        log(step, place, answer);
        Some(response(step, answer))
    });
    let responses = struck::rearranged(context, answered.collect());
    Answer::json(format!("{{\"responses\":[{}]}}", responses.join(",")))
}

/// Writes a part into the recording, as if it had been asked alone.
fn record(step: &Step<'_>, answer: &Answer) {
    if let Some(recorder) = &step.context.simulator.recorder {
        let path = format!("/{}", step.part.url.trim_start_matches('/'));
        recorder.push(&step.part.method, &path, answer.status, answer.content_type, &answer.body);
    }
}

/// Who runs together: four calls into Exchange at a time, everything else with the first of them. Parts that wait for
/// one another run one by one.
fn turns(steps: &[Step<'_>]) -> Vec<Vec<usize>> {
    if steps.iter().any(|step| !step.part.depends_on.is_empty()) {
        return (0..steps.len()).map(|place| vec![place]).collect();
    }
    let (mail, others): (Vec<usize>, Vec<usize>) =
        (0..steps.len()).partition(|place| steps[*place].is_mail());
    let mut turns: Vec<Vec<usize>> = mail.chunks(AT_A_TIME).map(<[usize]>::to_vec).collect();
    match turns.first_mut() {
        Some(first) => first.extend(others),
        None => turns.push(others),
    }
    turns
}

fn begin(step: &Step<'_>, place: usize, statuses: &HashMap<String, u16>) -> Result<Admission, GraphError> {
    let request = step.request.as_ref().map_err(Clone::clone)?;
    let good = |id: &String| statuses.get(&id.to_lowercase()).is_some_and(|status| *status < 400);
    if !step.part.depends_on.iter().all(good) {
        return Err(GraphError::new(424, "FailedDependency", "Dependent request failed."));
    }
    struck::refusal(&step.context, request, place).map_or_else(|| Ok(admit(&step.context, request)), Err)
}

impl Step<'_> {
    fn is_mail(&self) -> bool {
        self.request.as_ref().is_ok_and(GraphRequest::is_mail)
    }
}

fn refused(context: &Context<'_>, error: &GraphError) -> Answer {
    error.clone().answer(context.simulator, &HeaderMap::new(), context.request_id)
}

/// The order of answers, which is nobody's business.
fn shuffled(answers: Vec<String>) -> Vec<String> {
    let seed = u64::from_be_bytes(random_bytes());
    let mut placed: Vec<(u64, String)> =
        answers.into_iter().enumerate().map(|(place, answer)| (mix(&[seed, place as u64]), answer)).collect();
    placed.sort_by_key(|(order, _)| *order);
    placed.into_iter().map(|(_, answer)| answer).collect()
}

fn response(step: &Step<'_>, answer: &Answer) -> String {
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
    let (id, headers, status) = (json!(step.part.id), Value::Object(headers), answer.status);
    format!("{{\"id\":{id},\"status\":{status},\"headers\":{headers},\"body\":{body}}}")
}

fn log(step: &Step<'_>, place: usize, answer: &Answer) {
    let (context, request) = (&step.context, step.request.as_ref().ok());
    context.simulator.log.push(Entry {
        n: 0,
        at: iso(context.simulator.clock.now()),
        method: step.part.method.clone(),
        path: format!("/v1.0/{}", step.part.url.trim_start_matches('/')),
        tenant: Some(context.caller.tenant.tid.to_string()),
        mailbox: request.and_then(|request| request.user().map(str::to_owned)),
        status: answer.status,
        batch: Some(place),
        client_request_id: request.and_then(|request| client_request_id(&request.headers)),
        retry_after: answer.wait.map(|(seconds, _)| seconds),
        early: request.is_some_and(|request| context.is_early(request.target())),
        chaos: None,
    });
}
