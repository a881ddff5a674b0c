//! Microsoft Graph v1.0: the calls of an application that reads a directory and reaches mailboxes.

mod admission;
mod answer;
mod batch;
mod bearer;
mod context;
mod delta;
mod error;
mod groups;
mod links;
mod mailbox;
mod mailbox_settings;
mod organization;
mod resource_units;
mod select;
mod struck;
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
use crate::state::Simulator;
use crate::web::base::Base;
use crate::web::observe::{Arrived, Noted};
use crate::web::waiting;

use self::answer::Answer;
use self::context::{Context, GraphRequest};
use self::error::GraphError;

pub(crate) use self::struck::damage;

const USERS: &[&str] = &["User.Read.All", "User.ReadWrite.All", "Directory.Read.All"];
const USERS_OR_BASIC: &[&str] =
    &["User.Read.All", "User.ReadWrite.All", "Directory.Read.All", "User.ReadBasic.All"];
const ORGANIZATION: &[&str] = &["Organization.Read.All", "Directory.Read.All"];
const GROUPS: &[&str] = &["GroupMember.Read.All", "Group.Read.All", "Directory.Read.All"];
const MAIL: &[&str] = &["Mail.ReadBasic.All", "Mail.Read", "Mail.ReadWrite"];
const SETTINGS: &[&str] = &["MailboxSettings.Read", "MailboxSettings.ReadWrite"];

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
    let mut noted = Noted { mailbox: request.user().map(str::to_owned), ..Noted::default() };
    let answer = match bearer::caller(&simulator, &request.headers) {
        Ok(caller) => {
            let early = {
                let state = caller.tenant.read();
                let early = |target| state.announced.is_early(target, arrived);
                (early(Target::Directory), early(Target::Mailboxes))
            };
            let strike = caller.tenant.strike(struck::situation(&request, caller.token));
            let base = base.as_str();
            let context = Context { simulator: &simulator, base, caller: &caller, request_id, early, strike };
            answer(&context, &request, &body, &mut noted).await
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

/// Answers an HTTP request of a known caller, as slowly as the tenant is.
async fn answer(context: &Context<'_>, request: &GraphRequest, body: &[u8], noted: &mut Noted) -> Answer {
    let is_batch = request.is(&Method::POST, &["$batch"]);
    let target = if is_batch { batch::target(body) } else { request.target() };
    let tenant = &context.caller.tenant;
    noted.tenant = Some(tenant.tid.to_string());
    noted.early = context.is_early(target);
    noted.chaos = context.strike.map(|strike| strike.kind.name());
    noted.damage = context.strike.and_then(struck::damage);
    noted.waited = true;
    let answer = if let Some(answer) = struck::instead(context, request, target) {
        waiting::wait(context.simulator, Some(tenant), 1).await;
        answer
    } else if is_batch {
        batch::run(context, request, body, noted).await
    } else {
        let admission = admission::admit(context, request);
        waiting::wait(context.simulator, Some(tenant), 1).await;
        admission.answer(context, request)
    };
    if let Some((seconds, everyone)) = answer.wait {
        noted.retry_after = Some(seconds);
        noted.announced.extend(everyone.map(|target| (target, seconds)));
    }
    answer
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
        ["groups"] => {
            context.need(GROUPS)?;
            groups::list(context, request)
        }
        ["groups", id, "transitiveMembers"] => {
            context.need(GROUPS)?;
            groups::members(context, request, id)
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
            context.need_mail(MAIL, id)?;
            mailbox::list(context, request, id)
        }
        ["users", id, "mailFolders", name] => {
            context.need_mail(MAIL, id)?;
            mailbox::folder(context, request, id, name)
        }
        ["users", id, "mailboxSettings"] => {
            context.need_mail(SETTINGS, id)?;
            mailbox_settings::get(context, request, id)
        }
        ["users", id, "mailboxSettings", "userPurpose"] => {
            context.need_mail(SETTINGS, id)?;
            mailbox_settings::purpose(context, id)
        }
        [.., last] => Err(GraphError::bad_request(format!("Resource not found for the segment '{last}'."))),
        [] => Err(GraphError::bad_request("Invalid request.")),
    }
}
