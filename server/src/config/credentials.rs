//! The credentials that prove our identity to Microsoft. All configured ones are combined, in the order certificate,
//! token file, secret; when Microsoft refuses one, the next is used.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use microsoft::{Certificate, Credential, CredentialInfo};
use secrecy::{ExposeSecret, SecretString};
use time::{Date, OffsetDateTime, format_description::well_known::Rfc3339, macros::format_description};

/// Days before the expiry of a credential from which on the log warns.
const SOON: i64 = 30;

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Microsoft")]
pub struct CredentialsConfig {
    /// PEM file with the certificate whose public half is uploaded in Entra. `server cert new` makes one.
    #[arg(long = "microsoft-certificate", env = "DWD_MICROSOFT_CERTIFICATE")]
    pub certificate: Option<PathBuf>,

    /// PEM file with the certificate's private key (PKCS #8, RSA), unless it is in the same file.
    #[arg(
        long = "microsoft-certificate-key",
        env = "DWD_MICROSOFT_CERTIFICATE_KEY",
        requires = "certificate"
    )]
    pub certificate_key: Option<PathBuf>,

    /// PEM file with the next certificate: used when Microsoft refuses the first one.
    #[arg(long = "microsoft-certificate-next", env = "DWD_MICROSOFT_CERTIFICATE_NEXT")]
    pub certificate_next: Option<PathBuf>,

    /// PEM file with the private key of the next certificate, unless it is in the same file.
    #[arg(
        long = "microsoft-certificate-key-next",
        env = "DWD_MICROSOFT_CERTIFICATE_KEY_NEXT",
        requires = "certificate_next"
    )]
    pub certificate_key_next: Option<PathBuf>,

    /// File with an assertion of workload identity federation, which the platform renews. Also taken from
    /// AZURE_FEDERATED_TOKEN_FILE.
    #[arg(long = "microsoft-token-file", env = "DWD_MICROSOFT_TOKEN_FILE")]
    pub token_file: Option<PathBuf>,

    /// The same, as Azure's workload identity webhook sets it; the option above takes precedence.
    #[arg(long, env = "AZURE_FEDERATED_TOKEN_FILE", hide = true)]
    pub azure_federated_token_file: Option<PathBuf>,

    /// Client secret (its value, not its id).
    #[arg(long = "microsoft-client-secret", env = "DWD_MICROSOFT_CLIENT_SECRET", hide_env_values = true)]
    pub client_secret: Option<SecretString>,

    /// Expiry of the client secret, as Entra shows it (2027-05-31, or RFC 3339): Microsoft does not send it to the
    /// server.
    #[arg(
        long = "microsoft-client-secret-expires",
        env = "DWD_MICROSOFT_CLIENT_SECRET_EXPIRES",
        value_parser = moment
    )]
    pub client_secret_expires: Option<OffsetDateTime>,

    /// The next client secret: used when Microsoft refuses the first one.
    #[arg(
        long = "microsoft-client-secret-next",
        env = "DWD_MICROSOFT_CLIENT_SECRET_NEXT",
        hide_env_values = true
    )]
    pub client_secret_next: Option<SecretString>,

    /// Expiry of the next client secret.
    #[arg(
        long = "microsoft-client-secret-next-expires",
        env = "DWD_MICROSOFT_CLIENT_SECRET_NEXT_EXPIRES",
        value_parser = moment
    )]
    pub client_secret_next_expires: Option<OffsetDateTime>,
}

impl CredentialsConfig {
    /// All credentials, the preferred one first. Reads the certificates; a token file is read when it is used.
    ///
    /// # Errors
    /// A certificate or key that cannot be read or used, with the file's name.
    pub fn load(&self) -> anyhow::Result<Vec<Credential>> {
        let mut credentials = Vec::new();
        for (certificate, key) in
            [(&self.certificate, &self.certificate_key), (&self.certificate_next, &self.certificate_key_next)]
        {
            if let Some(certificate) = certificate {
                credentials.push(Credential::Certificate(read(certificate, key.as_deref())?));
            }
        }
        let token_file = self.token_file.as_ref().or(self.azure_federated_token_file.as_ref());
        credentials.extend(token_file.cloned().map(Credential::TokenFile));
        for (secret, expires_at) in [
            (&self.client_secret, self.client_secret_expires),
            (&self.client_secret_next, self.client_secret_next_expires),
        ] {
            // An empty variable counts as not set.
            let secret = secret.clone().filter(|secret| !secret.expose_secret().is_empty());
            credentials.extend(secret.map(|value| Credential::Secret { value, expires_at }));
        }
        Ok(credentials)
    }
}

/// Logs every credential and how long it is valid.
pub fn log(credentials: &[CredentialInfo]) {
    for CredentialInfo { kind, name, days_left, .. } in credentials {
        match days_left {
            Some(days) if *days < 0 => {
                tracing::warn!(%kind, name, days_left, "a credential for Microsoft has expired: replace it");
            }
            Some(days) if *days <= SOON => {
                tracing::warn!(%kind, name, days_left, "a credential for Microsoft expires soon: add the next one");
            }
            _ => tracing::info!(%kind, name, days_left, "credential for Microsoft"),
        }
    }
    if credentials.is_empty() {
        tracing::warn!("no credential for Microsoft: no request to it will work");
    }
}

fn read(certificate: &Path, key: Option<&Path>) -> anyhow::Result<Certificate> {
    let file = |path: &Path| std::fs::read(path).with_context(|| format!("reading {}", path.display()));
    let text = key.map(file).transpose()?;
    Certificate::from_pem(&file(certificate)?, text.as_deref()).with_context(|| {
        let key = key.map_or_else(String::new, |key| format!(" with the key {}", key.display()));
        format!("the certificate {}{key} cannot be used", certificate.display())
    })
}

/// Parses a date (as its first moment in UTC, to be on the safe side) or a moment.
fn moment(text: &str) -> Result<OffsetDateTime, String> {
    let date = Date::parse(text, format_description!("[year]-[month]-[day]"));
    let moment =
        date.map(|date| date.midnight().assume_utc()).or_else(|_| OffsetDateTime::parse(text, &Rfc3339));
    moment.map_err(|_| "not a date like 2027-05-31".to_owned())
}

#[cfg(test)]
mod tests;
