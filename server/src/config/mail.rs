//! The mail server for alerts.

use clap::Args;
use secrecy::SecretString;

/// The mail server for alerts. Without it no e-mail is sent; the console and webhooks report the same.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "E-mail")]
pub struct MailConfig {
    /// Mail server for alerts: `smtps://user:password@host` or `smtp://user:password@host:587?tls=required`.
    #[arg(long = "smtp-url", env = "DWD_SMTP_URL", hide_env_values = true, requires = "from")]
    smtp_url: Option<SecretString>,

    /// Sender of alerts, required with a mail server, e.g. `Warmy <alerts@example.com>`.
    #[arg(long = "mail-from", env = "DWD_MAIL_FROM")]
    from: Option<String>,
}

impl MailConfig {
    /// Whether e-mail can be sent.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.server_and_sender().is_some()
    }

    /// The mail server and the sender. `None` without settings.
    pub(crate) fn server_and_sender(&self) -> Option<(&SecretString, &str)> {
        self.smtp_url.as_ref().zip(self.from.as_deref())
    }
}
