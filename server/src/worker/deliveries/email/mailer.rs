//! The client of the mail server: sends one alert e-mail at a time.

use std::{error::Error as _, net::IpAddr, time::Duration};

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::render::render;
use crate::config::MailConfig;
use store::{AlertEmail, Outcome};

/// How long the mail server may take to answer: some delay senders on purpose.
const TIMEOUT: Duration = Duration::from_secs(60);

/// Why the settings for e-mail cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("not the address of a mail server, e.g. smtps://user:password@mail.example.com")]
    Url,
    #[error("it would send the password unencrypted: use smtps://, or smtp:// with ?tls=required")]
    Plain,
    #[error("{0:?} is not a sender, e.g. Warmy <alerts@example.com>")]
    From(String),
    #[error("{0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
}

/// Sends alert e-mails by the configured mail server.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    public: String,
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailer").field("from", &self.from).finish_non_exhaustive()
    }
}

impl Mailer {
    /// Creates the configured mailer; `public` is the console's address. `None` without settings.
    ///
    /// # Errors
    /// [`MailError`].
    pub fn from_config(config: &MailConfig, public: &str) -> Result<Option<Self>, MailError> {
        config.server_and_sender().map(|(url, from)| Self::new(url, from, public)).transpose()
    }

    /// Creates the mailer; `public` is the console's address, without a trailing slash.
    ///
    /// # Errors
    /// [`MailError`].
    pub fn new(url: &SecretString, from: &str, public: &str) -> Result<Self, MailError> {
        let parsed = Url::parse(url.expose_secret()).map_err(|_| MailError::Url)?;
        let encrypted = parsed.scheme() == "smtps"
            || parsed.query_pairs().any(|(key, value)| key == "tls" && value == "required");
        // For this scheme the URL standard parses every host as a name, so addresses are parsed here.
        let host = parsed.host_str().filter(|host| !host.is_empty()).ok_or(MailError::Url)?;
        let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
        let is_local = host == "localhost" || address.is_some_and(|address| address.is_loopback());
        if !encrypted && !is_local {
            return Err(MailError::Plain);
        }
        let from = from.parse().map_err(|_| MailError::From(from.to_owned()))?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())?
            .timeout(Some(TIMEOUT))
            .build();
        Ok(Self { transport, from, public: public.to_owned() })
    }

    /// Checks that the mail server answers and accepts our password.
    ///
    /// # Errors
    /// Its answer, in words.
    pub async fn check(&self) -> Result<(), String> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err("the mail server closed the connection".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Sends an e-mail once. Anything but the mail server's acceptance is a failure.
    pub async fn send(&self, email: &AlertEmail) -> Outcome {
        match self.try_send(email).await {
            Ok(()) => Outcome::Delivered,
            Err(answer) => Outcome::Failed { answer, retry_after: None },
        }
    }

    async fn try_send(&self, email: &AlertEmail) -> Result<(), String> {
        let message = self.message(email)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            // Only an answer of the mail server is passed on; other errors may show details of our network.
            Err(error) if error.status().is_some() => {
                Err(error.source().map_or_else(|| error.to_string(), ToString::to_string))
            }
            Err(error) if error.is_timeout() => Err("the mail server does not answer".to_owned()),
            Err(error) => {
                tracing::warn!(%error, "the mail server cannot be reached");
                Err("the mail server cannot be reached".to_owned())
            }
        }
    }

    /// Builds the message.
    ///
    /// # Errors
    /// When the address is not valid for e-mail.
    fn message(&self, email: &AlertEmail) -> Result<Message, String> {
        let rendered = render(email, &self.public);
        let header =
            |name: &'static str, value: String| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
        Message::builder()
            .from(self.from.clone())
            .to(email.to.parse().map_err(|error| format!("{error}"))?)
            .subject(rendered.subject)
            // The same id for every attempt, so that mail programs recognise a repeated e-mail.
            .message_id(Some(format!("<{}@{}>", email.id, self.from.email.domain())))
            .header(ContentType::TEXT_PLAIN)
            .raw_header(header("Auto-Submitted", "auto-generated".to_owned()))
            // Unsubscribing with one click in a mail program (RFC 8058).
            .raw_header(header("List-Unsubscribe", format!("<{}>", rendered.stop)))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()))
            .body(rendered.body)
            .map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str, from: &str) -> Result<Mailer, MailError> {
        _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        Mailer::new(&SecretString::from(url), from, "https://console.example")
    }

    #[tokio::test]
    async fn passwords_are_only_sent_encrypted() {
        let from = "Warmy <alerts@example.com>";
        for good in [
            "smtps://user:secret@mail.example.com",
            "smtp://user:secret@mail.example.com:587?tls=required",
            "smtp://127.0.0.1:2525",
            "smtp://[::1]:2525",
            "smtp://localhost",
        ] {
            assert!(of(good, from).is_ok(), "{good}");
        }
        for plain in ["smtp://user:secret@mail.example.com", "smtp://mail.example.com?tls=opportunistic"] {
            assert!(matches!(of(plain, from), Err(MailError::Plain)), "{plain}");
        }
        assert!(matches!(of("mail.example.com", from), Err(MailError::Url)));
        assert!(matches!(of("smtps://mail.example.com", "Warmy"), Err(MailError::From(_))));
    }
}
