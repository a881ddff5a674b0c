//! One letter to the mail server.

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

use super::words::words;
use crate::store::Letter;

/// Mail servers make senders wait on purpose.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why the settings for e-mail cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("no address of a mail server, e.g. smtps://user:password@mail.example.com")]
    Url,
    #[error("it would send the password in the clear: use smtps://, or smtp:// with ?tls=required")]
    Plain,
    #[error("{0:?} is no sender, e.g. Warmy <alerts@example.com>")]
    From(String),
    #[error("{0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
}

/// Hands letters to the mail server of the configuration.
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
    /// `public` is the console's address, without a trailing slash.
    ///
    /// # Errors
    /// [`MailError`].
    pub fn new(url: &SecretString, from: &str, public: &str) -> Result<Self, MailError> {
        let parsed = Url::parse(url.expose_secret()).map_err(|_| MailError::Url)?;
        let encrypted = parsed.scheme() == "smtps"
            || parsed.query_pairs().any(|(key, value)| key == "tls" && value == "required");
        // In an address of this kind the standard reads every host as a name.
        let host = parsed.host_str().filter(|host| !host.is_empty()).ok_or(MailError::Url)?;
        let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
        let near = host == "localhost" || address.is_some_and(|address| address.is_loopback());
        if !encrypted && !near {
            return Err(MailError::Plain);
        }
        let from = from.parse().map_err(|_| MailError::From(from.to_owned()))?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())?
            .timeout(Some(PATIENCE))
            .build();
        Ok(Self { transport, from, public: public.to_owned() })
    }

    /// Whether the mail server answers, and takes our password.
    ///
    /// # Errors
    /// What it answered, in words.
    pub async fn check(&self) -> Result<(), String> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err("the mail server ended the conversation".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Sends it once.
    ///
    /// # Errors
    /// What the mail server answered, in words.
    pub async fn send(&self, letter: &Letter) -> Result<(), String> {
        let message = self.message(letter)?;
        match self.transport.send(message).await {
            Ok(_) => Ok(()),
            // The server's own words, where it has said any: the rest is our network's business.
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

    /// # Errors
    /// When the address is none that a mail server takes.
    fn message(&self, letter: &Letter) -> Result<Message, String> {
        let words = words(letter, &self.public);
        let header =
            |name: &'static str, value: String| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
        Message::builder()
            .from(self.from.clone())
            .to(letter.to.parse().map_err(|error| format!("{error}"))?)
            .subject(words.subject)
            // The same letter, sent again, is the same to whoever has it already.
            .message_id(Some(format!("<{}@{}>", letter.id, self.from.email.domain())))
            .header(ContentType::TEXT_PLAIN)
            .raw_header(header("Auto-Submitted", "auto-generated".to_owned()))
            // One click in a mail program (RFC 8058).
            .raw_header(header("List-Unsubscribe", format!("<{}>", words.stop)))
            .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()))
            .body(words.body)
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
    async fn no_password_goes_in_the_clear() {
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
