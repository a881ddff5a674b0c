//! Middleware of the endpoints that programs call: injects chaos and detects early calls.

use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse as _, Response};

use super::error::{ErrorContext, StsError};
use super::failure_page;
use crate::chaos::Injection;
use crate::chaos::call::{Call, Situation};
use crate::chaos::kind::Kind;
use crate::directory::throttle::Target;
use crate::graph::damage;
use crate::lateness;
use crate::mix::pick;
use crate::state::Simulator;
use crate::web::base::Base;
use crate::web::observe::Arrived;
use crate::web::request_details::RequestDetails;

/// Injects chaos into discovery, key and token requests; requests for pages pass unchanged.
pub(crate) async fn inject_chaos(
    State(simulator): State<Simulator>,
    base: Base,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let call = match path.rsplit('/').next() {
        Some("token") => Call::Token,
        Some("openid-configuration" | "keys") => Call::Discovery,
        _ => return next.run(request).await,
    };
    let Some(tenant) = path.split('/').nth(1).and_then(|segment| simulator.tenants.find(segment)) else {
        return next.run(request).await;
    };
    let arrived = request.extensions().get::<Arrived>().map(|Arrived(at)| *at);
    let is_early = |at: Instant| tenant.read().announced.is_early(Target::Token, at, lateness::slack());
    let early = call == Call::Token && arrived.is_some_and(is_early);
    let injection =
        tenant.inject_chaos(Situation { call, later_page: false, delta_link: false, token: None });
    let context = ErrorContext { now: simulator.clock.now(), correlation_id: None, base: base.as_str() };
    let replaced = injection.and_then(|injection| replacement(injection, context));
    let mut response = match replaced {
        Some(response) => response,
        None => next.run(request).await,
    };
    let retry_after = response.headers().get(header::RETRY_AFTER);
    let retry_after: Option<f64> = retry_after.and_then(|value| value.to_str().ok()?.parse().ok());
    response.extensions_mut().insert(RequestDetails {
        tenant: Some(tenant.tid.to_string()),
        retry_after,
        announced: retry_after.into_iter().map(|seconds| (Target::Token, seconds)).collect(),
        early,
        chaos: injection.map(|injection| injection.kind.name()),
        damage: injection.and_then(damage),
        ..RequestDetails::default()
    });
    response
}

fn replacement(injection: Injection, context: ErrorContext<'_>) -> Option<Response> {
    match injection.kind {
        Kind::TokenThrottled => {
            let headers =
                [("retry-after", injection.wait.to_string()), ("content-type", "text/plain".to_owned())];
            Some((StatusCode::TOO_MANY_REQUESTS, headers, "Too Many Requests").into_response())
        }
        Kind::TokenTransient => {
            let text = "A transient error has occurred. Please try again.";
            let error = StsError::new("temporarily_unavailable", 90_033, text);
            Some(StsError { status: StatusCode::SERVICE_UNAVAILABLE, ..error }.json(context))
        }
        Kind::TokenFailureHtml => {
            let status = pick(&[500, 502, 503, 504], injection.random);
            let code = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            Some((code, Html(failure_page::html(status))).into_response())
        }
        Kind::TokenHtml => Some(Html(failure_page::html(200)).into_response()),
        Kind::TokenProxy => {
            let page = Html(failure_page::html(407));
            Some((StatusCode::PROXY_AUTHENTICATION_REQUIRED, page).into_response())
        }
        _ => None,
    }
}
