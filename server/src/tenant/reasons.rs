//! Maps Microsoft's failures to the product's reasons.

use domain::{Reason, ids::Millis, mailbox::Kind};
use microsoft::{Class, Eligibility, Exchange, Facts, Failure, License, eligibility};
use time::OffsetDateTime;

use store::WorkItem;

/// The reason for a failure that concerns the organisation. `linked`: whether it worked before, in which case a
/// missing approval was withdrawn.
pub(crate) fn tenant_reason(failure: &Failure, linked: bool) -> Reason {
    match failure.class {
        Class::OurCredential => Reason::OurCredentialProblem,
        // Our registration is wrong; Graph only rejects a request.
        Class::OurBug if failure.is_certain() => Reason::OurCredentialProblem,
        Class::ConsentMissing if linked => Reason::ConsentRevoked,
        Class::ConsentMissing => Reason::ConsentMissing,
        Class::ConsentDeclined => Reason::ConsentDeclined,
        Class::NotAdmin => Reason::NotAdmin,
        Class::WrongTenant => Reason::WrongTenant,
        Class::TenantUnknown => Reason::TenantUnknown,
        Class::NationalCloud => Reason::NationalCloud,
        Class::AppDisabled => Reason::AppDisabledInTenant,
        Class::PolicyBlocked | Class::SendingBlocked => Reason::BlockedByPolicy,
        Class::PermissionMissing => Reason::PermissionMissing,
        Class::OutOfScope => Reason::OutOfScope,
        Class::NoExchangeInTenant | Class::SubscriptionLapsed | Class::MailboxNotEnabled => {
            Reason::NoExchangeLicense
        }
        Class::NotPropagated => Reason::PropagationPending,
        Class::UserNotFound => Reason::UserNotFound,
        Class::MailboxOnPremises => Reason::MailboxOnPremises,
        Class::Throttled | Class::MailboxThrottled => Reason::Throttled,
        Class::MailboxMoving | Class::MailboxUnavailable | Class::TokenRefused | Class::Unavailable => {
            Reason::MicrosoftUnavailable
        }
        // Failures that our calls do not cause, and unknown ones.
        Class::MailboxFull
        | Class::SendingLimited
        | Class::ItemNotFound
        | Class::OurBug
        | Class::DeltaExpired
        | Class::Unknown => Reason::Unknown,
    }
}

/// The reason for a failure that concerns one mailbox: when Exchange's answer has several possible causes, the facts
/// from the directory decide.
pub(crate) fn mailbox_reason(failure: &Failure, item: &WorkItem, now: Millis) -> Reason {
    if !matches!(failure.class, Class::MailboxNotEnabled | Class::UserNotFound) {
        return tenant_reason(failure, true);
    }
    let facts = Facts {
        license: item.licensed.then(|| License { since: item.licensed_at.map(moment) }),
        synchronised: item.on_premises,
        address: true,
        enabled: true,
        ..Facts::default()
    };
    let found = eligibility(&facts, Exchange::Refuses(failure.class), moment(now));
    described(found).1.unwrap_or(Reason::NoExchangeLicense)
}

/// Our kind of a mailbox, and the reason why it cannot be connected.
pub(crate) fn described(eligibility: Eligibility) -> (Kind, Option<Reason>) {
    match eligibility {
        Eligibility::User | Eligibility::Special => (Kind::User, None),
        Eligibility::Shared => (Kind::Shared, None),
        Eligibility::Room => (Kind::Room, Some(Reason::NotAUserMailbox)),
        Eligibility::Equipment => (Kind::Equipment, Some(Reason::NotAUserMailbox)),
        Eligibility::Guest => (Kind::Guest, Some(Reason::GuestUser)),
        Eligibility::Unlicensed => (Kind::User, Some(Reason::NoExchangeLicense)),
        Eligibility::OnPremises => (Kind::User, Some(Reason::MailboxOnPremises)),
        Eligibility::Provisioning => (Kind::User, Some(Reason::MailboxNotProvisioned)),
        Eligibility::NoMailbox => (Kind::User, Some(Reason::NoMailbox)),
        Eligibility::SoftDeleted => (Kind::User, Some(Reason::UserNotFound)),
    }
}

/// Converts a time to the type of the `microsoft` crate.
pub(crate) fn moment(at: Millis) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(at) * 1_000_000)
        .unwrap_or(OffsetDateTime::UNIX_EPOCH)
}
