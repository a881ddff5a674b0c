//! Classes of failures: who has to act, whether a retry helps, and whether the whole tenant is affected.
//!
//! `party`, `retry` and `is_tenant_wide` match without a default arm: a new class does not compile until all three
//! handle it.

use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The meaning of a [`Failure`](crate::Failure), in the order "us, the tenant, a mailbox, temporary".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// Our secret or certificate is wrong or expired: the calls of every tenant fail, and no tenant is to blame.
    OurCredential,
    /// Our request or our registration is wrong. The customer cannot fix it.
    OurBug,
    /// The app is not (or no longer) in the tenant. Right after a consent this may still be propagation.
    ConsentMissing,
    /// The administrator pressed Cancel on the consent page.
    ConsentDeclined,
    /// The person who signed in may not approve application permissions.
    NotAdmin,
    /// The person who signed in belongs to another tenant.
    WrongTenant,
    /// Microsoft has no organisation with that domain or id.
    TenantUnknown,
    /// The organisation is in another of Microsoft's clouds; [`Failure::cloud`](crate::Failure::cloud) says which.
    NationalCloud,
    /// An administrator switched the app off in the tenant.
    AppDisabled,
    /// A policy of the tenant (Conditional Access, cross-tenant access, assignment) blocks the call.
    PolicyBlocked,
    /// The app is in the tenant, but a permission that this call needs is not granted.
    PermissionMissing,
    /// The permission is granted, but not for this mailbox (access policy, RBAC for Applications).
    OutOfScope,
    /// The tenant has no Exchange Online.
    NoExchangeInTenant,
    /// The customer's Microsoft 365 subscription has lapsed.
    SubscriptionLapsed,
    /// The consent has not reached all of Microsoft's systems yet; takes minutes.
    NotPropagated,
    /// The directory has no such user any more.
    UserNotFound,
    /// No usable mailbox: unlicensed, inactive, soft-deleted, not created yet. See
    /// [`eligibility`](crate::eligibility).
    MailboxNotEnabled,
    /// The mailbox is on the customer's own Exchange server.
    MailboxOnPremises,
    /// The mailbox is being moved between servers; takes hours.
    MailboxMoving,
    /// The mailbox's store is offline or busy, for minutes.
    MailboxUnavailable,
    /// The mailbox is full; it receives nothing until space is freed.
    MailboxFull,
    /// The mailbox has reached its daily sending limit.
    SendingLimited,
    /// Microsoft has stopped the mailbox from sending (outbound spam, suspended).
    SendingBlocked,
    /// The requested message or folder does not exist (any more).
    ItemNotFound,
    /// A page or delta link is too old: start over with [`DeltaFrom::Start`](crate::DeltaFrom::Start).
    DeltaExpired,
    /// Graph does not accept the token that Entra issued, although it was renewed.
    TokenRefused,
    /// Too many requests; all calls of the tenant wait.
    Throttled,
    /// Too many requests to one mailbox; only its calls wait. Exchange counts for each app and mailbox.
    MailboxThrottled,
    /// Microsoft did not answer, or reported that it is unavailable; temporary.
    Unavailable,
    /// An unknown error, or an answer that cannot be read. One alone proves nothing: it is worth retrying for a quarter
    /// of an hour before a person has to look at it.
    Unknown,
}

/// The party that has to act to end a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Party {
    /// Us: our credential, our registration, our code. Never to be shown as the customer's problem.
    Us,
    /// An administrator of the customer's tenant.
    Tenant,
    /// Microsoft; or no party, and the failure passes with time.
    Microsoft,
}

/// Whether and when to retry a call. [`Failure::retry_after`](crate::Failure), the wait that Microsoft requested,
/// takes precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Retry {
    /// Retry the same call, first after this wait, then after increasing waits.
    Later(Duration),
    /// Do not retry the call, but start the whole round over.
    StartOver,
    /// Retry the same call once the responsible party has acted. Check about this often, because we are not notified.
    OnceFixed(Duration),
    /// Do not retry: the same call always fails.
    Never,
}

impl Class {
    /// The party that has to act.
    #[must_use]
    pub fn party(self) -> Party {
        match self {
            Self::OurCredential | Self::OurBug | Self::ItemNotFound => Party::Us,
            Self::ConsentMissing
            | Self::ConsentDeclined
            | Self::NotAdmin
            | Self::WrongTenant
            | Self::TenantUnknown
            | Self::NationalCloud
            | Self::AppDisabled
            | Self::PolicyBlocked
            | Self::PermissionMissing
            | Self::OutOfScope
            | Self::NoExchangeInTenant
            | Self::SubscriptionLapsed
            | Self::UserNotFound
            | Self::MailboxNotEnabled
            | Self::MailboxOnPremises
            | Self::MailboxFull
            | Self::SendingBlocked => Party::Tenant,
            Self::NotPropagated
            | Self::MailboxMoving
            | Self::MailboxUnavailable
            | Self::SendingLimited
            | Self::DeltaExpired
            | Self::TokenRefused
            | Self::Throttled
            | Self::MailboxThrottled
            | Self::Unavailable
            | Self::Unknown => Party::Microsoft,
        }
    }

    /// Whether and when to try again.
    #[must_use]
    pub fn retry(self) -> Retry {
        match self {
            Self::OurCredential | Self::TokenRefused => Retry::OnceFixed(MINUTE),
            Self::OurBug
            | Self::ConsentDeclined
            | Self::NotAdmin
            | Self::WrongTenant
            | Self::NationalCloud
            | Self::UserNotFound
            | Self::ItemNotFound => Retry::Never,
            // The approval may still be propagating; later, a revoked one may be granted again at any time.
            Self::ConsentMissing => Retry::OnceFixed(5 * MINUTE),
            Self::MailboxNotEnabled => Retry::OnceFixed(15 * MINUTE),
            // Exchange caches the permissions of an app for 30 minutes to 2 hours.
            Self::AppDisabled | Self::PolicyBlocked | Self::PermissionMissing | Self::OutOfScope => {
                Retry::OnceFixed(HOUR)
            }
            Self::MailboxFull | Self::SendingBlocked => Retry::OnceFixed(6 * HOUR),
            Self::TenantUnknown
            | Self::NoExchangeInTenant
            | Self::SubscriptionLapsed
            | Self::MailboxOnPremises => Retry::OnceFixed(DAY),
            Self::NotPropagated | Self::Throttled | Self::MailboxThrottled => Retry::Later(5 * SECOND),
            Self::Unavailable => Retry::Later(2 * SECOND),
            Self::MailboxUnavailable | Self::Unknown => Retry::Later(MINUTE),
            Self::MailboxMoving => Retry::Later(15 * MINUTE),
            Self::SendingLimited => Retry::Later(DAY),
            Self::DeltaExpired => Retry::StartOver,
        }
    }

    /// Whether the same call may succeed later without any action. `Unknown` is not transient: the caller decides how
    /// long to retry it; nor is `DeltaExpired`, which needs another call.
    #[must_use]
    pub fn is_transient(self) -> bool {
        self != Self::Unknown && matches!(self.retry(), Retry::Later(_))
    }

    /// Whether the cause concerns the whole tenant, if a call about the tenant itself (its token, its organisation) fails
    /// in this way. The answer of one mailbox proves nothing about the others, even with such a class: check the tenant.
    #[must_use]
    pub fn is_tenant_wide(self) -> bool {
        match self {
            Self::OurCredential
            | Self::OurBug
            | Self::ConsentMissing
            | Self::ConsentDeclined
            | Self::NotAdmin
            | Self::WrongTenant
            | Self::TenantUnknown
            | Self::NationalCloud
            | Self::AppDisabled
            | Self::PolicyBlocked
            | Self::PermissionMissing
            | Self::NoExchangeInTenant
            | Self::SubscriptionLapsed
            | Self::NotPropagated
            | Self::DeltaExpired
            | Self::TokenRefused
            | Self::Throttled => true,
            Self::OutOfScope
            | Self::UserNotFound
            | Self::MailboxNotEnabled
            | Self::MailboxOnPremises
            | Self::MailboxMoving
            | Self::MailboxUnavailable
            | Self::MailboxFull
            | Self::SendingLimited
            | Self::SendingBlocked
            | Self::ItemNotFound
            | Self::MailboxThrottled
            | Self::Unavailable
            | Self::Unknown => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transient_failures_need_no_action() {
        for class in [Class::Throttled, Class::Unavailable, Class::MailboxMoving, Class::NotPropagated] {
            assert!(class.is_transient() && class.party() == Party::Microsoft, "{class:?}");
        }
        for class in [Class::Unknown, Class::DeltaExpired, Class::OutOfScope, Class::OurCredential] {
            assert!(!class.is_transient(), "{class:?}");
        }
    }
}
