//! Microsoft Graph v1.0: the calls of an application that reads a directory and reaches mailboxes.

mod answer;
mod batch;
mod bearer;
mod context;
mod delta;
mod error;
mod links;
mod mailbox;
mod mailbox_settings;
mod organization;
mod select;
mod token;
mod user;
mod user_json;
mod users;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;
use axum::routing::any;

use crate::directory::throttle::Target;
use crate::entropy::{instant, random_guid};
use crate::state::Simulator;
use crate::web::base::Base;
use crate::web::observe::Noted;

use self::answer::Answer;
use self::context::{Context, GraphRequest};
use self::error::GraphError;

const USERS: &[&str] = &["User.Read.All", "User.ReadWrite.All", "Directory.Read.All"];
const USERS_OR_BASIC: &[&str] =
    &["User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "User.ReadBasic.All"];
const ORGANIZATION: &[&str] = &["Organization.Read.All", "Directory.Read.All"];
const MAIL: &[&str] = &["Mail.ReadBasic.All", "Mail.Read", "Mail.ReadWrite"];
const SETTINGS: &[&str] = &["MailboxSettings.Read", "MailboxSettings.ReadWrite"];

/// Everything under `/v1.0/`.
pub(crate) fn routes() -> Router<Simulator> {
    Router::new().route("/v1.0/{*path}", any(serve))
}

async fn serve(
    State(simulator): State<Simulator>,
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
    let caller = bearer::caller(&simulator, &request.headers);
    let mut noted = Noted { mailbox: request.user().map(str::to_owned), ..Noted::default() };
    let answer = match caller {
        Ok(caller) => {
            noted.tenant = Some(caller.tenant.tid.to_string());
            let context = Context { simulator: &simulator, base: base.as_str(), caller: &caller, request_id };
            if request.is(&Method::POST, &["$batch"]) {
                batch::run(&context, &request, &body, &mut noted)
            } else {
                answer_one(&context, &request)
            }
        }
        Err(error) => error.answer(&simulator, &request.headers, request_id),
    };
    if let Some(recorder) = &simulator.recorder {
        let path = path.strip_prefix("/v1.0").unwrap_or(path);
        recorder.push(sent.as_str(), path, answer.status, answer.content_type, &answer.body);
    }
    let mut response = answer.into_response(&request.headers, request_id);
    response.extensions_mut().insert(noted);
    response
}

/// Answers one request, or one part of a batch: both come through here.
fn answer_one(context: &Context<'_>, request: &GraphRequest) -> Answer {
    throttled(context, request)
        .map_or_else(|| route(context, request), Err)
        .unwrap_or_else(|error| error.answer(context.simulator, &request.headers, context.request_id))
}

fn throttled(context: &Context<'_>, request: &GraphRequest) -> Option<GraphError> {
    let target = if request.is_mail() { Target::Mailboxes } else { Target::Directory };
    let seconds = context.caller.tenant.read().throttles.retry_after(target, instant())?;
    Some(GraphError::throttled(target, seconds, context))
}

/// Which call it is, and which permission it needs.
fn route(context: &Context<'_>, request: &GraphRequest) -> Result<Answer, GraphError> {
    let segments: Vec<&str> = request.segments.iter().map(String::as_str).collect();
    if request.method != Method::GET {
        return Err(GraphError::bad_request("The simulator answers GET requests and POST /$batch only."));
    }
    match segments.as_slice() {
        ["organization"] => {
            context.need(ORGANIZATION)?;
            organization::list(context, request)
        }
        ["organization", id] => {
            context.need(ORGANIZATION)?;
            organization::get(context, request, id)
        }
        ["users"] => {
            context.need(USERS_OR_BASIC)?;
            users::list(context, request)
        }
        ["users", "$count"] => {
            context.need(USERS_OR_BASIC)?;
            users::count(context, request)
        }
        ["users", "delta" | "delta()" | "microsoft.graph.delta()"] => {
            context.need(USERS)?;
            delta::get(context, request)
        }
        ["users", id] => {
            context.need(USERS_OR_BASIC)?;
            user::get(context, request, id)
        }
        ["users", id, "mailFolders"] => {
            context.need_mail(MAIL)?;
            mailbox::list(context, request, id)
        }
        ["users", id, "mailFolders", name] => {
            context.need_mail(MAIL)?;
            mailbox::folder(context, request, id, name)
        }
        ["users", id, "mailboxSettings"] => {
            context.need_mail(SETTINGS)?;
            mailbox_settings::get(context, request, id)
        }
        ["users", id, "mailboxSettings", "userPurpose"] => {
            context.need_mail(SETTINGS)?;
            mailbox_settings::purpose(context, id)
        }
        [.., last] => Err(GraphError::bad_request(format!("Resource not found for the segment '{last}'."))),
        [] => Err(GraphError::bad_request("Invalid request.")),
    }
}
