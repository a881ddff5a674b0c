//! The outcome of one mailbox from Microsoft's answer.

use std::time::Duration;

use domain::{Reason, evidence::Evidence, ids::Millis};
use microsoft::{Class, Failure, Purpose};
use store::{ItemOutcome, ItemResult, WorkItem, clock::Sources};

use crate::{
    tenant::reasons::{described, mailbox_reason, moment},
    worker::runs::purposes::kind_of,
};

/// Attempts at one mailbox before a failure that may pass becomes its result.
const MAX_ATTEMPTS: u32 = 5;
/// The wait if the one that Microsoft requests does not fit into the type, in milliseconds.
const LONG: Millis = 5 * 60 * 1_000;

/// Whether the answer of one mailbox may have a cause in the whole organisation, which has to be checked then.
pub(super) fn is_suspicious(failure: &Failure) -> bool {
    failure.class.is_tenant_wide() && failure.class != Class::Throttled
}

/// The result of a mailbox that can be read. A room takes no slot, even if it has a licence.
pub(super) fn read(item: &WorkItem, purpose: Option<Purpose>, now: Millis) -> ItemResult {
    let known = purpose.and_then(|purpose| Some((purpose, kind_of(purpose, item.licensed, moment(now))?)));
    let Some((purpose, found)) = known else { return ItemResult::new(item.mailbox, ItemOutcome::Done) };
    let (kind, obstacle) = described(found);
    let outcome = obstacle.map_or(ItemOutcome::Done, ItemOutcome::Failed);
    ItemResult { kind: Some((kind, purpose.as_str())), ..ItemResult::new(item.mailbox, outcome) }
}

/// The result of a mailbox that failed, once the organisation is known to work. `scheduled`: a second check confirms it.
pub(super) fn alone(
    sources: &Sources,
    item: &WorkItem,
    failure: &Failure,
    scheduled: bool,
    now: Millis,
) -> ItemResult {
    let reason = reason(failure, item, now);
    let attempts = match () {
        () if failure.class.is_transient() && !is_suspicious(failure) => MAX_ATTEMPTS,
        // One answer that no documentation names may be the only one of its kind.
        () if reason == Reason::Unknown && !scheduled => 1,
        () => 0,
    };
    if item.attempt < attempts {
        return retry(sources, item, failure, now);
    }
    failed(item, failure, reason)
}

/// The result of a mailbox while it is not known whether the organisation works: another attempt, and after the last one
/// a failure of this mailbox alone.
pub(super) fn doubtful(sources: &Sources, item: &WorkItem, failure: &Failure, now: Millis) -> ItemResult {
    if item.attempt < MAX_ATTEMPTS {
        return retry(sources, item, failure, now);
    }
    failed(item, failure, reason(failure, item, now))
}

fn retry(sources: &Sources, item: &WorkItem, failure: &Failure, now: Millis) -> ItemResult {
    let wait = failure.retry_after.unwrap_or_else(|| Duration::from_secs(2 << item.attempt.min(6)));
    let wait = Millis::try_from(wait.as_millis()).unwrap_or(LONG);
    ItemResult::new(item.mailbox, ItemOutcome::Retry(now + sources.spread(wait)))
}

fn failed(item: &WorkItem, failure: &Failure, reason: Reason) -> ItemResult {
    let status = || failure.status.map(|status| format!("HTTP {status}"));
    let evidence =
        Evidence { code: failure.code.clone().or_else(status), request_id: failure.request_id.clone() };
    ItemResult { evidence: Some(evidence), ..ItemResult::new(item.mailbox, ItemOutcome::Failed(reason)) }
}

/// The reason of one mailbox. A class that usually concerns the organisation proves nothing here, except that Exchange
/// denies access to mailboxes outside the scope of a permission.
fn reason(failure: &Failure, item: &WorkItem, now: Millis) -> Reason {
    let denied = failure.code.as_deref().is_some_and(|code| code.eq_ignore_ascii_case("ErrorAccessDenied"));
    match failure.class {
        Class::PermissionMissing if denied => Reason::OutOfScope,
        _ if is_suspicious(failure) => Reason::Unknown,
        _ => mailbox_reason(failure, item, now),
    }
}

#[cfg(test)]
mod tests {
    use domain::{connection::Connection, ids::MailboxId};
    use uuid::Uuid;

    use super::*;

    fn failure(class: Class, code: &str) -> Failure {
        Failure {
            class,
            status: Some(403),
            code: Some(code.to_owned()),
            request_id: Some("r-1".to_owned()),
            retry_after: None,
            detail: String::new(),
        }
    }

    fn item(attempt: u32) -> WorkItem {
        WorkItem {
            mailbox: MailboxId(Uuid::nil()),
            entra_id: "a".to_owned(),
            connection: Connection::Queued,
            licensed: true,
            on_premises: false,
            licensed_at: None,
            attempt,
        }
    }

    #[test]
    fn a_single_mailbox_fails_by_itself_with_evidence() {
        let sources = Sources::system();
        for (class, code, reason) in [
            (Class::OurBug, "Request_BadRequest", Reason::Unknown),
            (Class::TokenRefused, "InvalidAuthenticationToken", Reason::Unknown),
            (Class::PermissionMissing, "accessDenied", Reason::Unknown),
            (Class::PermissionMissing, "ErrorAccessDenied", Reason::OutOfScope),
            (Class::OutOfScope, "ErrorAccessDenied", Reason::OutOfScope),
            (Class::DeltaExpired, "gone", Reason::Unknown),
            (Class::Unknown, "UnknownError", Reason::Unknown),
        ] {
            let result = |attempt| alone(&sources, &item(attempt), &failure(class, code), false, 0);
            let again = matches!(result(0).outcome, ItemOutcome::Retry(_));
            assert_eq!(again, reason == Reason::Unknown, "{class:?} {code}");
            let scheduled = alone(&sources, &item(0), &failure(class, code), true, 0);
            assert_eq!(scheduled.outcome, ItemOutcome::Failed(reason), "{class:?} {code}");
            let result = result(1);
            assert_eq!(result.outcome, ItemOutcome::Failed(reason), "{class:?} {code}");
            assert_eq!(result.evidence.unwrap().to_string(), format!("{code}, request r-1"));
        }
    }

    #[test]
    fn a_failure_that_may_pass_is_retried_five_times() {
        let sources = Sources::system();
        for class in [Class::MailboxThrottled, Class::Unavailable, Class::MailboxMoving] {
            let result = |attempt| alone(&sources, &item(attempt), &failure(class, "x"), false, 0).outcome;
            assert!(matches!(result(4), ItemOutcome::Retry(_)), "{class:?}");
            assert!(matches!(result(5), ItemOutcome::Failed(_)), "{class:?}");
        }
        let result = |attempt| doubtful(&sources, &item(attempt), &failure(Class::OurBug, "x"), 0).outcome;
        assert!(matches!(result(4), ItemOutcome::Retry(_)));
        assert_eq!(result(5), ItemOutcome::Failed(Reason::Unknown));
    }
}
