//! The error type of this crate; its [`Class`] is its meaning.

use std::{fmt, time::Duration};

pub use crate::class::Class;

/// A failed call to Microsoft: a class to decide by, and evidence for support.
///
/// Holds no secret, no address and none of Microsoft's free text (which names people); it may be stored,
/// logged and shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// The meaning of the failure; the only field to decide by.
    pub class: Class,
    /// HTTP status of the answer; `None` if there was none (or it came as a redirect's parameters).
    pub status: Option<u16>,
    /// Microsoft's own code: a Graph code as sent (`MailboxNotEnabledForRESTAPI`) or `AADSTS` with digits.
    pub code: Option<String>,
    /// The id that Microsoft's support needs: Graph's `request-id`, Entra's correlation id, or (without any answer)
    /// the `client-request-id` that we sent.
    pub request_id: Option<String>,
    /// The wait that Microsoft requests, clamped to 1 s..=10 min.
    pub retry_after: Option<Duration>,
    /// One line for a log, in our own words: the call, and the problem with the answer.
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

    /// Whether one such failure of a call about the tenant is enough to act on. An answer that is unknown, unreadable or
    /// contradicts our token may be one of a kind: ask again later before anybody is alarmed.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        match self.class {
            Class::Unknown | Class::TokenRefused | Class::DeltaExpired | Class::ItemNotFound => false,
            // Entra's numbers name an error of our registration; Graph only rejects a request.
            Class::OurBug => self.code.as_deref().is_some_and(|code| code.starts_with("AADSTS")),
            // A token shows whether a permission is granted. Answers of single calls do not.
            Class::PermissionMissing | Class::OutOfScope => false,
            _ => true,
        }
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
