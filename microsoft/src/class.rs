//! What a failure means: whose it is, whether it passes, whom it concerns.
//!
//! Every question below is answered by a `match` without a default arm: a new class does not compile until
//! somebody has thought about all of them.

use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// What a [`Failure`](crate::Failure) means, in the order "us, the tenant, a mailbox, the moment".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// Our secret or certificate is wrong or expired: every tenant fails, none is to blame.
    OurCredential,
    /// We asked wrongly, or our registration is wrong. Nothing the customer can do.
    OurBug,
    /// The app is not (or no longer) in the tenant. Right after a consent this may still be propagation.
    ConsentMissing,
    /// The administrator pressed Cancel on the consent page.
    ConsentDeclined,
    /// The person who signed in may not approve application permissions.
    NotAdmin,
    /// The person who signed in belongs to another tenant.
    WrongTenant,
    /// Microsoft knows no organisation by that domain or id.
    TenantUnknown,
    /// The organisation lives in another of Microsoft's clouds; [`Failure::cloud`](crate::Failure::cloud) says
    /// which.
    NationalCloud,
    /// An administrator switched the app off in the tenant.
    AppDisabled,
    /// A policy of the tenant (Conditional Access, cross-tenant access, assignment) is in the way.
    PolicyBlocked,
    /// The app is there, but a permission that this call needs is not granted.
    PermissionMissing,
    /// The permission is granted, but not for this mailbox (access policy, RBAC for Applications).
    OutOfScope,
    /// The tenant has no Exchange Online.
    NoExchangeInTenant,
    /// The customer's Microsoft 365 subscription has lapsed.
    SubscriptionLapsed,
    /// Consent is on its way through Microsoft's systems: minutes.
    NotPropagated,
    /// The directory has no such user any more.
    UserNotFound,
    /// No usable mailbox: unlicensed, inactive, soft-deleted, not created yet. See
    /// [`eligibility`](crate::eligibility).
    MailboxNotEnabled,
    /// The mailbox is on the customer's own Exchange server.
    MailboxOnPremises,
    /// The mailbox is being moved between servers: hours.
    MailboxMoving,
    /// The mailbox's store is offline or busy: minutes.
    MailboxUnavailable,
    /// The mailbox takes nothing more in until somebody makes room.
    MailboxFull,
    /// The mailbox has sent what it may within a day.
    SendingLimited,
    /// Microsoft has stopped the mailbox from sending (outbound spam, suspended).
    SendingBlocked,
    /// The message or folder asked for is not there (any more).
    ItemNotFound,
    /// A page or delta link is too old: start over with [`DeltaFrom::Start`](crate::DeltaFrom::Start).
    DeltaExpired,
    /// Graph does not accept the token that Entra gave us, although it was renewed.
    TokenRefused,
    /// We asked too much; the whole tenant waits.
    Throttled,
    /// Microsoft did not answer, or not sensibly, this time.
    Unavailable,
    /// Nothing we know. Worth trying again for about an hour before anybody is asked to look.
    Unknown,
}

/// Who has to act before a failure goes away, if anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Party {
    /// We: our credential, our registration, our code. Never to be shown as the customer's problem.
    Us,
    /// An administrator of the customer's tenant.
    Tenant,
    /// Microsoft, or time.
    Microsoft,
}

/// Whether and when a call is worth making again. Beside it, [`Failure::retry_after`](crate::Failure) is what
/// Microsoft asked for, and goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Retry {
    /// The same call, first after this long, then ever longer.
    Later(Duration),
    /// Another call instead: the whole round from its start.
    StartOver,
    /// The same call once somebody has acted; worth a look about this often, because they do not tell us.
    OnceMended(Duration),
    /// The same call fails for ever.
    Never,
}

impl Class {
    /// Who has to act.
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
            | Self::Unavailable
            | Self::Unknown => Party::Microsoft,
        }
    }

    /// Whether and when to try again.
    #[must_use]
    pub fn retry(self) -> Retry {
        match self {
            Self::OurCredential | Self::TokenRefused => Retry::OnceMended(MINUTE),
            Self::OurBug
            | Self::ConsentDeclined
            | Self::NotAdmin
            | Self::WrongTenant
            | Self::NationalCloud
            | Self::UserNotFound
            | Self::ItemNotFound => Retry::Never,
            // The approval may still be on its way; later, a revoked one may come back any time.
            Self::ConsentMissing => Retry::OnceMended(5 * MINUTE),
            Self::MailboxNotEnabled => Retry::OnceMended(15 * MINUTE),
            // Exchange caches what an app may do for 30 minutes to 2 hours.
            Self::AppDisabled | Self::PolicyBlocked | Self::PermissionMissing | Self::OutOfScope => {
                Retry::OnceMended(HOUR)
            }
            Self::MailboxFull | Self::SendingBlocked => Retry::OnceMended(6 * HOUR),
            Self::TenantUnknown
            | Self::NoExchangeInTenant
            | Self::SubscriptionLapsed
            | Self::MailboxOnPremises => Retry::OnceMended(DAY),
            Self::NotPropagated | Self::Throttled => Retry::Later(5 * SECOND),
            Self::Unavailable => Retry::Later(2 * SECOND),
            Self::MailboxUnavailable | Self::Unknown => Retry::Later(MINUTE),
            Self::MailboxMoving => Retry::Later(15 * MINUTE),
            Self::SendingLimited => Retry::Later(DAY),
            Self::DeltaExpired => Retry::StartOver,
        }
    }

    /// Whether the same call may succeed later with nobody doing anything. `Unknown` is not: how long to
    /// believe in it is the caller's choice; nor is `DeltaExpired`, where another call is needed.
    #[must_use]
    pub fn is_transient(self) -> bool {
        self != Self::Unknown && matches!(self.retry(), Retry::Later(_))
    }

    /// Whether the next mailbox of the tenant would meet the same failure, so that a run should stop and
    /// ask instead of failing them one by one.
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
            | Self::Unavailable
            | Self::Unknown => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_passes_by_itself_is_nobodys_to_mend() {
        for class in [Class::Throttled, Class::Unavailable, Class::MailboxMoving, Class::NotPropagated] {
            assert!(class.is_transient() && class.party() == Party::Microsoft, "{class:?}");
        }
        for class in [Class::Unknown, Class::DeltaExpired, Class::OutOfScope, Class::OurCredential] {
            assert!(!class.is_transient(), "{class:?}");
        }
    }
}
