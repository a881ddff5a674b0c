//! The one error of this crate.

use std::{fmt, time::Duration};

/// Why a call to Microsoft did not give what was asked: a class to decide by, and evidence for support.
///
/// Holds no secret, no address and none of Microsoft's free text (which names people); it may be stored,
/// logged and shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What it means; the only field to decide by.
    pub class: Class,
    /// HTTP status of the answer; `None` if there was none (or it came as a redirect's parameters).
    pub status: Option<u16>,
    /// Microsoft's own code: a Graph code as sent (`MailboxNotEnabledForRESTAPI`) or `AADSTS` with digits.
    pub code: Option<String>,
    /// What Microsoft's support asks for: Graph's `request-id`, Entra's correlation id, or (without any
    /// answer) the `client-request-id` that we sent.
    pub request_id: Option<String>,
    /// How long Microsoft asks us to stay away, clamped to 1 s..=10 min.
    pub retry_after: Option<Duration>,
    /// One line for a log, ours: which call, and what was wrong with the answer.
    pub detail: String,
}

impl Failure {
    pub(crate) fn new(class: Class, detail: impl Into<String>) -> Self {
        Self { class, status: None, code: None, request_id: None, retry_after: None, detail: detail.into() }
    }

    pub(crate) fn code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    pub(crate) fn request_id(mut self, id: impl Into<String>) -> Self {
        self.request_id = Some(id.into());
        self
    }

    pub(crate) fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Whether the code is this one; Microsoft is not consistent about case.
    pub(crate) fn is(&self, code: &str) -> bool {
        self.code.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(code))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}: {}", self.class, self.detail)?;
        if let Some(status) = self.status {
            write!(formatter, ", HTTP {status}")?;
        }
        if let Some(code) = &self.code {
            write!(formatter, ", {code}")?;
        }
        if let Some(id) = &self.request_id {
            write!(formatter, ", request {id}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}

/// What a [`Failure`] means, in the order "us, the tenant, a mailbox, the moment".
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
    /// The organisation lives in another of Microsoft's clouds; [`Failure::cloud`] says which.
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
    /// Consent is on its way through Microsoft's systems: minutes.
    NotPropagated,
    /// The directory has no such user any more.
    UserNotFound,
    /// No usable mailbox: unlicensed, inactive, soft-deleted, not created yet. See
    /// [`eligibility_without_mailbox`](crate::eligibility_without_mailbox).
    MailboxNotEnabled,
    /// The mailbox is on the customer's own Exchange server.
    MailboxOnPremises,
    /// The mailbox is being moved between servers: hours.
    MailboxMoving,
    /// The mailbox's store is offline or busy: minutes.
    MailboxUnavailable,
    /// A page or delta link is too old: start over with [`DeltaFrom::Start`](crate::DeltaFrom::Start).
    DeltaExpired,
    /// We asked too much; the whole tenant waits.
    Throttled,
    /// Microsoft did not answer, or not sensibly, this time.
    Unavailable,
    /// Nothing we know. Worth trying again for about an hour before anybody is asked to look.
    Unknown,
}

impl Class {
    /// Whether the same call may succeed later with nobody doing anything. `Unknown` is not: how long to
    /// believe in it is the caller's choice; nor is `DeltaExpired`, where another call is needed.
    #[must_use]
    pub fn is_transient(self) -> bool {
        matches!(
            self,
            Self::NotPropagated
                | Self::MailboxMoving
                | Self::MailboxUnavailable
                | Self::Throttled
                | Self::Unavailable
        )
    }

    /// Whether the next mailbox of the tenant would meet the same failure, so that a run should stop and
    /// ask instead of failing them one by one.
    #[must_use]
    pub fn is_tenant_wide(self) -> bool {
        !matches!(
            self,
            Self::OutOfScope
                | Self::UserNotFound
                | Self::MailboxNotEnabled
                | Self::MailboxOnPremises
                | Self::MailboxMoving
                | Self::MailboxUnavailable
                | Self::Unavailable
                | Self::Unknown
        )
    }
}
