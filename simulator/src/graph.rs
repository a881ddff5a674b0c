//! Microsoft Graph v1.0: the calls of an application that reads a directory and reaches mailboxes.

mod admission;
mod answer;
mod batch;
mod bearer;
mod caller;
mod chaos_effects;
mod context;
mod delta;
mod error;
mod groups;
mod links;
mod mailbox;
mod mailbox_settings;
mod organization;
mod resource_units;
mod route;
mod select;
mod token;
mod user;
mod user_json;
mod users;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;
use axum::routing::any;
use axum::{Extension, Router};

use crate::directory::throttle::Target;
use crate::entropy::random_guid;
use crate::lateness;
use crate::state::Simulator;
use crate::web::base::Base;
use crate::web::observe::Arrived;
use crate::web::request_details::RequestDetails;
use crate::web::waiting;

use self::answer::Answer;
use self::context::{Context, GraphRequest};

pub(crate) use self::chaos_effects::damage;

/// Everything under `/v1.0/`.
pub(crate) fn routes() -> Router<Simulator> {
    Router::new().route("/v1.0/{*path}", any(serve))
}

async fn serve(
    State(simulator): State<Simulator>,
    Extension(Arrived(arrived)): Extension<Arrived>,
    base: Base,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let request_id = random_guid();
    let sent = method.clone();
    let path = uri.path_and_query().map_or("", |it| it.as_str());
    let request = GraphRequest::parse(method, path.strip_prefix("/v1.0").unwrap_or(path), headers);
    let mut details =
        RequestDetails { mailbox: request.user().map(str::to_owned), ..RequestDetails::default() };
    let answer = match bearer::caller(&simulator, &request.headers) {
        Ok(caller) => {
            let early = {
                let state = caller.tenant.read();
                let slack = lateness::slack();
                let early = |target| state.announced.is_early(target, arrived, slack);
                (early(Target::Directory), early(Target::Mailboxes))
            };
            let injection = caller.tenant.inject_chaos(chaos_effects::situation(&request, caller.token));
            let base = base.as_str();
            let context =
                Context { simulator: &simulator, base, caller: &caller, request_id, early, injection };
            answer(&context, &request, &body, &mut details).await
        }
        Err(error) => error.answer(&simulator, &request.headers, request_id),
    };
    if let Some(recorder) = &simulator.recorder {
        let path = path.strip_prefix("/v1.0").unwrap_or(path);
        recorder.push(sent.as_str(), path, answer.status, answer.content_type, &answer.body);
    }
    let mut response = answer.into_response(&request.headers, request_id);
    response.extensions_mut().insert(details);
    response
}

/// Answers an HTTP request of a known caller, with the tenant's latency.
async fn answer(
    context: &Context<'_>,
    request: &GraphRequest,
    body: &[u8],
    details: &mut RequestDetails,
) -> Answer {
    let is_batch = request.is(&Method::POST, &["$batch"]);
    let target = if is_batch { batch::target(body) } else { request.target() };
    let tenant = &context.caller.tenant;
    details.tenant = Some(tenant.tid.to_string());
    details.early = context.is_early(target);
    details.chaos = context.injection.map(|injection| injection.kind.name());
    details.damage = context.injection.and_then(chaos_effects::damage);
    details.waited = true;
    let answer = if let Some(answer) = chaos_effects::replacement(context, request, target) {
        waiting::wait(context.simulator, Some(tenant), 1).await;
        answer
    } else if is_batch {
        batch::run(context, request, body, details).await
    } else {
        let admission = admission::admit(context, request);
        waiting::wait(context.simulator, Some(tenant), 1).await;
        admission.answer(context, request)
    };
    if let Some((seconds, everyone)) = answer.wait {
        details.retry_after = Some(seconds);
        details.announced.extend(everyone.map(|target| (target, seconds)));
    }
    answer
}
