//! The mail server for alerts.

use clap::Args;
use secrecy::SecretString;

use crate::alerts::{MailError, Mailer};

/// The mail server for alerts. Without it there is no e-mail; the console and webhooks say the same.
#[derive(Clone, Debug, Args)]
pub struct MailConfig {
    /// Mail server for alerts: `smtps://user:password@host` or `smtp://user:password@host:587?tls=required`.
    #[arg(long = "smtp-url", env = "DWD_SMTP_URL", hide_env_values = true, requires = "from")]
    smtp_url: Option<SecretString>,

    /// Sender of alerts, e.g. `Warmy <alerts@example.com>`.
    #[arg(long = "mail-from", env = "DWD_MAIL_FROM")]
    from: Option<String>,
}

impl MailConfig {
    /// Whether e-mail can be sent.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.smtp_url.is_some() && self.from.is_some()
    }

    /// What sends it; `public` is the console's address. `None` without settings.
    ///
    /// # Errors
    /// [`MailError`].
    pub fn mailer(&self, public: &str) -> Result<Option<Mailer>, MailError> {
        let (Some(url), Some(from)) = (&self.smtp_url, &self.from) else { return Ok(None) };
        Mailer::new(url, from, public).map(Some)
    }
}
