//! The facts of a credential that may be shown.

use std::fmt;

use time::OffsetDateTime;

use super::Credential;
use crate::Microsoft;

const DAY: i64 = 24 * 60 * 60;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CredentialKind {
    Certificate,
    TokenFile,
    Secret,
}

/// The facts of a credential that may be shown to an operator. Contains no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialInfo {
    pub kind: CredentialKind,
    /// The certificate's SHA-1 thumbprint as Entra shows it, the token file's path, or `secret`.
    pub name: String,
    /// When it expires; `None` if unknown, and for token files, which the platform renews.
    pub expires_at: Option<OffsetDateTime>,
    /// Whole days until then: 0 on the last day, negative when it has expired.
    pub days_left: Option<i64>,
}

impl Credential {
    /// The facts that may be shown, at the time `now`.
    #[must_use]
    pub fn info(&self, now: OffsetDateTime) -> CredentialInfo {
        let (kind, name, expires_at) = match self {
            Self::Certificate(certificate) => {
                let facts = certificate.facts();
                (CredentialKind::Certificate, facts.sha1.clone(), Some(facts.not_after))
            }
            Self::TokenFile(path) => (CredentialKind::TokenFile, path.display().to_string(), None),
            Self::Secret { expires_at, .. } => (CredentialKind::Secret, "secret".to_owned(), *expires_at),
        };
        // Rounded down, so that a credential that expired an hour ago does not have "0 days left".
        let days_left = expires_at.map(|at| (at - now).whole_seconds().div_euclid(DAY));
        CredentialInfo { kind, name, expires_at, days_left }
    }
}

impl Microsoft {
    /// Our credentials in the order of preference, with the days they have left.
    #[must_use]
    pub fn credentials(&self) -> Vec<CredentialInfo> {
        let now = self.inner.clock.now();
        self.inner.registration.credentials.iter().map(|credential| credential.info(now)).collect()
    }
}

impl fmt::Display for CredentialKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Certificate => "certificate",
            Self::TokenFile => "token file",
            Self::Secret => "client secret",
        })
    }
}
