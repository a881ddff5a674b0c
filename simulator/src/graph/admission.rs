//! Whether a request is let in at this moment, and its place in the mailbox until it is answered.

use std::sync::Arc;

use super::answer::Answer;
use super::context::{Context, GraphRequest};
use super::error::GraphError;
use super::resource_units;
use crate::directory::limits::{Busy, IdentityUse};
use crate::directory::record::Presence;
use crate::directory::tenant::Tenant;
use crate::directory::throttle::Target;
use crate::entropy::instant;

/// From this share on, Microsoft says how much of the limit is used.
const WORTH_SAYING: f64 = 0.8;
/// What a busy mailbox announces, as nobody knows when one of its requests ends.
const MAILBOX_WAIT: f64 = 1.0;

/// A request that was judged. While this lives, the request is under way.
#[derive(Debug)]
pub(crate) struct Admission {
    refusal: Option<GraphError>,
    headers: Vec<(&'static str, String)>,
    _place: Option<Place>,
}

/// One of the few places in a mailbox.
#[derive(Debug)]
struct Place {
    tenant: Arc<Tenant>,
    mailbox: u32,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.tenant.write().limits.leave(self.mailbox);
    }
}

/// Judges a request, and counts it.
pub(crate) fn admit(context: &Context<'_>, request: &GraphRequest) -> Admission {
    let (tenant, now) = (&context.caller.tenant, instant());
    let target = request.target();
    let mut admission = Admission { refusal: None, headers: Vec::new(), _place: None };
    let mut state = tenant.write();
    if let Some(seconds) = state.throttles.retry_after(target, now) {
        admission.refusal = Some(GraphError::throttled(target, seconds, context));
    } else if target == Target::Mailboxes {
        let record = request.user().and_then(|key| tenant.find_recipient(&state, key));
        let mailbox = record.filter(|it| it.presence == Presence::Here).map(|record| record.index);
        match state.limits.enter(mailbox, now) {
            Ok(()) => {
                admission._place = mailbox.map(|mailbox| Place { tenant: Arc::clone(tenant), mailbox });
            }
            Err(busy) => admission.refusal = Some(refusal(busy)),
        }
    } else {
        let units = resource_units::cost(request);
        if let Some(IdentityUse { share, refused }) = state.limits.spend_units(units, now) {
            admission.headers.push(("x-ms-resource-unit", units.to_string()));
            if share > WORTH_SAYING {
                admission.headers.push(("x-ms-throttle-limit-percentage", format!("{share:.2}")));
            }
            admission.refusal = refused.map(|seconds| GraphError::throttled(target, seconds, context));
        }
    }
    admission
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
    /// Answers the request, if it was let in, and ends it.
    pub(crate) fn answer(mut self, context: &Context<'_>, request: &GraphRequest) -> Answer {
        let result = self.refusal.take().map_or_else(|| super::route(context, request), Err);
        let mut answer = result
            .unwrap_or_else(|error| error.answer(context.simulator, &request.headers, context.request_id));
        answer.headers.append(&mut self.headers);
        answer
    }
}
