//! Who we are to Microsoft.

use secrecy::SecretString;

/// Our app registration: one multi-tenant application serves every customer tenant.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The application (client) id, a GUID.
    pub client_id: String,
    /// How we prove to be that application.
    pub credential: Credential,
}

/// A proof of our application's identity. Its `Debug` never shows the secret.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Credential {
    /// The *value* of a client secret (not its id: that is what AADSTS7000215 usually means).
    Secret(SecretString),
}

impl Credential {
    /// The form fields that prove it at a token endpoint
    /// ([client credentials](https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow)).
    pub(crate) fn fields(&self) -> Vec<(&'static str, SecretString)> {
        match self {
            Self::Secret(secret) => vec![("client_secret", secret.clone())],
        }
    }
}
