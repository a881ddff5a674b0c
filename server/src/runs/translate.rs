//! Microsoft's failures in the product's words.

use domain::{Reason, ids::Millis};
use microsoft::{Class, Failure};

use crate::store::WorkItem;

/// How long Exchange may take to make a mailbox for a new licence.
const CREATION: Millis = 24 * 60 * 60 * 1_000;

/// The reason for a failure that concerns the organisation. `linked` tells whether it worked before: then a
/// missing approval was withdrawn.
pub(crate) fn tenant_reason(failure: &Failure, linked: bool) -> Reason {
    match failure.class {
        Class::OurCredential | Class::OurBug => Reason::OurCredentialProblem,
        Class::ConsentMissing if linked => Reason::ConsentRevoked,
        Class::ConsentMissing => Reason::ConsentMissing,
        Class::ConsentDeclined => Reason::ConsentDeclined,
        Class::NotAdmin => Reason::NotAdmin,
        Class::WrongTenant => Reason::WrongTenant,
        Class::TenantUnknown => Reason::TenantUnknown,
        Class::NationalCloud => Reason::NationalCloud,
        Class::AppDisabled => Reason::AppDisabledInTenant,
        Class::PolicyBlocked => Reason::BlockedByPolicy,
        Class::PermissionMissing => Reason::PermissionMissing,
        Class::OutOfScope => Reason::OutOfScope,
        Class::NoExchangeInTenant | Class::MailboxNotEnabled => Reason::NoExchangeLicense,
        Class::NotPropagated => Reason::PropagationPending,
        Class::UserNotFound => Reason::UserNotFound,
        Class::MailboxOnPremises => Reason::MailboxOnPremises,
        Class::Throttled => Reason::Throttled,
        Class::MailboxMoving | Class::MailboxUnavailable | Class::Unavailable => Reason::MicrosoftUnavailable,
        Class::DeltaExpired | Class::Unknown => Reason::Unknown,
    }
}

/// The reason for a failure that concerns one mailbox: where Exchange's answer names several causes, what the
/// directory says decides.
pub(super) fn mailbox_reason(failure: &Failure, item: &WorkItem, now: Millis) -> Reason {
    match failure.class {
        Class::MailboxNotEnabled
            if item.licensed && item.licensed_at.is_some_and(|at| now - at < CREATION) =>
        {
            Reason::MailboxNotProvisioned
        }
        Class::MailboxNotEnabled if item.on_premises => Reason::MailboxOnPremises,
        Class::MailboxNotEnabled if item.licensed => Reason::MailboxSoftDeleted,
        _ => tenant_reason(failure, true),
    }
}
