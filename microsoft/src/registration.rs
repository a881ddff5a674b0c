//! Our app registration at Microsoft, and its credentials.

mod assertion;
mod certificate;
mod facts;
mod info;
pub(crate) mod rotation;
mod token_file;

use std::path::PathBuf;

use secrecy::SecretString;
use time::OffsetDateTime;
use url::Url;

use crate::failure::Failure;

pub use certificate::Certificate;
pub use facts::{CertificateError, CertificateFacts};
pub use info::{CredentialInfo, CredentialKind};

/// Our app registration: one multi-tenant application serves every customer tenant.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The application (client) id, a GUID.
    pub client_id: String,
    /// The credentials of that application, in order of preference: the next one is used when Microsoft refuses the
    /// previous one, so that an old and a new credential can overlap. With none, every request fails as
    /// [`Class::OurCredential`](crate::Class::OurCredential).
    pub credentials: Vec<Credential>,
}

/// A proof of our application's identity. Its `Debug` never shows a secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Credential {
    /// A certificate whose public half is uploaded in Entra; its key signs an assertion for every request
    /// ([certificate credentials](https://learn.microsoft.com/entra/identity-platform/certificate-credentials)).
    Certificate(Certificate),
    /// A file with an assertion that the platform issues and rotates, read again for every request
    /// ([workload identity federation](https://learn.microsoft.com/entra/workload-id/workload-identity-federation)).
    TokenFile(PathBuf),
    /// A client secret.
    Secret {
        /// The *value* (not the secret's id, which is the usual cause of AADSTS7000215).
        value: SecretString,
        /// When it expires, as Entra showed when it was created. Microsoft does not report it again.
        expires_at: Option<OffsetDateTime>,
    },
}

impl Credential {
    /// A client secret with an unknown expiry.
    #[must_use]
    pub fn secret(value: impl Into<SecretString>) -> Self {
        Self::Secret { value: value.into(), expires_at: None }
    }

    /// The form fields that prove our identity at the token endpoint `audience`
    /// ([client credentials](https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow)).
    /// Fails as `OurCredential` when the proof cannot be made.
    pub(crate) async fn prove(
        &self,
        client_id: &str,
        audience: &Url,
        now: OffsetDateTime,
    ) -> Result<Vec<(&'static str, SecretString)>, Failure> {
        let assertion = match self {
            Self::Secret { value, .. } => return Ok(vec![("client_secret", value.clone())]),
            Self::Certificate(certificate) => assertion::sign(certificate, client_id, audience, now)?,
            Self::TokenFile(path) => token_file::read(path).await?,
        };
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned();
        Ok(vec![("client_assertion_type", kind.into()), ("client_assertion", assertion)])
    }
}

#[cfg(test)]
mod tests;
