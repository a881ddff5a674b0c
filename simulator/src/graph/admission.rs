//! Admits or throttles a request, and holds its permit for the mailbox until it is answered.

use std::sync::Arc;

use super::answer::Answer;
use super::context::{Context, GraphRequest};
use super::error::GraphError;
use super::{resource_units, route};
use crate::directory::limits::{Busy, IdentityUse};
use crate::directory::record::Presence;
use crate::directory::tenant::Tenant;
use crate::directory::throttle::Target;
use crate::entropy::instant;

/// Above this share, Microsoft's answers report the used share of the limit.
const REPORTED_SHARE: f64 = 0.8;
/// Wait that a busy mailbox announces, in seconds; when one of its requests ends is unknown.
const MAILBOX_WAIT: f64 = 1.0;

/// The decision about a request. The request counts as running until this is dropped.
#[derive(Debug)]
pub(crate) struct Admission {
    refusal: Option<GraphError>,
    headers: Vec<(&'static str, String)>,
    _permit: Option<MailboxPermit>,
}

/// One of the permits for concurrent requests to a mailbox.
#[derive(Debug)]
struct MailboxPermit {
    tenant: Arc<Tenant>,
    mailbox: u32,
}

impl Drop for MailboxPermit {
    fn drop(&mut self) {
        self.tenant.write().limits.leave(self.mailbox);
    }
}

/// Admits or refuses a request, and counts it.
pub(crate) fn admit(context: &Context<'_>, request: &GraphRequest) -> Admission {
    let (tenant, now) = (&context.caller.tenant, instant());
    let target = request.target();
    let mut admission = Admission { refusal: None, headers: Vec::new(), _permit: None };
    let mut state = tenant.write();
    if let Some(seconds) = state.throttles.retry_after(target, now) {
        admission.refusal = Some(throttled(context, target, seconds));
    } else if target == Target::Mailboxes {
        let record = request.user().and_then(|key| tenant.find_recipient(&state, key));
        let mailbox = record.filter(|it| it.presence == Presence::Here).map(|record| record.index);
        match state.limits.enter(mailbox, now) {
            Ok(()) => {
                admission._permit =
                    mailbox.map(|mailbox| MailboxPermit { tenant: Arc::clone(tenant), mailbox });
            }
            Err(busy) => admission.refusal = Some(refusal(busy)),
        }
    } else {
        let units = resource_units::cost(request);
        if let Some(IdentityUse { share, refused }) = state.limits.spend_units(units, now) {
            admission.headers.push(("x-ms-resource-unit", units.to_string()));
            if share > REPORTED_SHARE {
                admission.headers.push(("x-ms-throttle-limit-percentage", format!("{share:.2}")));
            }
            admission.refusal = refused.map(|seconds| throttled(context, target, seconds));
        }
    }
    admission
}

fn throttled(context: &Context<'_>, target: Target, seconds: f64) -> GraphError {
    GraphError::throttled(target, seconds, context.simulator.options.client_id, context.caller.tenant.tid)
}

fn refusal(busy: Busy) -> GraphError {
    let too_many = || GraphError::new(429, "TooManyRequests", "Too many requests.");
    match busy {
        Busy::Tenant(seconds) => too_many().wait(seconds, Some(Target::Mailboxes)),
        Busy::Mailbox(seconds) => too_many().wait(seconds, None),
        Busy::Concurrency => {
            let text = "Application is over its MailboxConcurrency limit.";
            GraphError::new(429, "ApplicationThrottled", text).wait(MAILBOX_WAIT, None)
        }
    }
}

impl Admission {
    /// Answers the request, or refuses it if it was not admitted.
    pub(crate) fn answer(mut self, context: &Context<'_>, request: &GraphRequest) -> Answer {
        let result = self.refusal.take().map_or_else(|| route::dispatch(context, request), Err);
        let mut answer = result
            .unwrap_or_else(|error| error.answer(context.simulator, &request.headers, context.request_id));
        answer.headers.append(&mut self.headers);
        answer
    }
}
