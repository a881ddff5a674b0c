//! Effects of chaos on answers of Graph.

use super::answer::Answer;
use super::context::{Context, GraphRequest};
use super::error::GraphError;
use super::{delta, users};
use crate::chaos::Injection;
use crate::chaos::call::{Call, Situation};
use crate::chaos::kind::Kind;
use crate::directory::throttle::Target;
use crate::entropy::real_seconds;
use crate::login::failure_page;
use crate::mix::pick;
use crate::web::request_details::Damage;

/// The properties of a request that matter to chaos.
pub(crate) fn situation(request: &GraphRequest, token: u64) -> Situation {
    let segments: Vec<&str> = request.segments.iter().map(String::as_str).collect();
    let call = match segments.as_slice() {
        ["$batch"] => Call::Batch,
        ["users"] => Call::Listing,
        ["users", "delta" | "delta()" | "microsoft.graph.delta()"] => Call::Delta,
        _ if request.is_mail() => Call::Mailbox,
        _ => Call::Directory,
    };
    Situation {
        call,
        later_page: request.option("skiptoken").is_some(),
        delta_link: request.option("deltatoken").is_some_and(|token| token != "latest"),
        token: Some(token),
    }
}

/// The damage to the answer in transit, for the kinds that do not replace it.
pub(crate) fn damage(injection: Injection) -> Option<Damage> {
    match injection.kind {
        Kind::Dropped => Some(Damage::Dropped),
        Kind::CutShort => Some(Damage::CutShort),
        Kind::CutChunked => Some(Damage::CutChunked),
        Kind::Stalled => Some(Damage::Stalled(injection.wait)),
        _ => None,
    }
}

/// The answer that replaces the real one, for the kinds that do so.
pub(crate) fn replacement(context: &Context<'_>, request: &GraphRequest, target: Target) -> Option<Answer> {
    let injection = context.injection?;
    let throttled = || GraphError::new(429, "TooManyRequests", "Too many requests.");
    let unavailable = || GraphError::new(503, "serviceNotAvailable", "The service is not available.");
    let status = pick(&[500, 502, 504], injection.random);
    let error = match injection.kind {
        Kind::Throttled => throttled().wait(injection.wait.ceil(), Some(target)),
        Kind::ThrottledFraction => throttled().wait(injection.wait, Some(target)),
        Kind::ThrottledDate => until_a_date(throttled(), injection.wait, target),
        Kind::ThrottledSilent => throttled(),
        Kind::Unavailable => unavailable().wait(injection.wait.ceil(), Some(target)),
        Kind::UnavailableSilent => unavailable(),
        Kind::UnavailableEmpty => return Some(Answer { status: 503, ..Answer::text(String::new()) }),
        Kind::FailureJson => {
            let code = match status {
                504 => "gatewayTimeout",
                502 => "UnknownError",
                _ => "generalException",
            };
            GraphError::new(status, code, "The server could not process the request.")
        }
        Kind::FailureText => {
            return Some(Answer { status, ..Answer::text(failure_page::title(status).to_owned()) });
        }
        Kind::FailureHtml => {
            let page = Answer::text(failure_page::html(status));
            return Some(Answer { status, content_type: "text/html", ..page });
        }
        Kind::SuccessHtml => {
            return Some(Answer { content_type: "text/html", ..Answer::text(failure_page::html(200)) });
        }
        Kind::SuccessEmpty => return Some(Answer::json(String::new())),
        Kind::SuccessCut => return Some(Answer::json("{\"value\":[{\"id\":\"".to_owned())),
        Kind::ForbiddenUnknown => GraphError::new(403, "UnknownError", ""),
        Kind::LinkRefused => GraphError::bad_request("The link is not valid."),
        Kind::TokenRefused => refused_token(),
        Kind::PageExpired => users::expired_page(),
        Kind::DeltaExpired => delta::sync_state_not_found(context),
        _ => return None,
    };
    Some(error.answer(context.simulator, &request.headers, context.request_id))
}

/// The error for a token that chaos refuses before it expires.
pub(crate) fn refused_token() -> GraphError {
    let text = "Access token has expired or is not yet valid.";
    GraphError::new(401, "InvalidAuthenticationToken", text)
}

/// Announces a wait as a date. Dates have no fractions, so it is rounded up to the next second of the machine's clock.
fn until_a_date(mut error: GraphError, wait: f64, target: Target) -> GraphError {
    let now = real_seconds();
    let until = (now + wait).ceil();
    let Ok(since_1970) = std::time::Duration::try_from_secs_f64(until) else { return error };
    error.headers.push(("Retry-After", httpdate::fmt_http_date(std::time::UNIX_EPOCH + since_1970)));
    error.wait = Some((until - now, Some(target)));
    error
}
