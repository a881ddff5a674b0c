//! The client that sends one message to one receiver.

use std::{sync::Arc, time::Duration};

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use domain::ids::Millis;
use reqwest::{Client, StatusCode, header::RETRY_AFTER, redirect::Policy};
use secrecy::{ExposeSecret as _, SecretString};

use super::resolver::PublicOnly;
use crate::config::Targets;
use store::{Outcome, WebhookMessage};

/// How long a receiver may take to answer: it should answer first and work afterwards.
const TIMEOUT: Duration = Duration::from_secs(15);

/// Sends messages. Redirects are not followed: they could lead into our own network.
#[derive(Clone, Debug)]
pub struct WebhookClient {
    public: Client,
    /// For addresses that the configuration allows although they are private.
    allowed: Client,
    targets: Targets,
}

impl WebhookClient {
    /// Creates the client.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(targets: Targets) -> Result<Self, reqwest::Error> {
        let builder = || {
            Client::builder()
                .user_agent(concat!("warmy-domain-delegation/", env!("CARGO_PKG_VERSION")))
                .redirect(Policy::none())
                .timeout(TIMEOUT)
                .no_proxy()
        };
        let public = builder().dns_resolver(Arc::new(PublicOnly)).build()?;
        Ok(Self { public, allowed: builder().build()?, targets })
    }

    /// Sends a message once. Any status but 2xx is a failure; the body of the answer is not read.
    pub async fn send(&self, message: &WebhookMessage, now: Millis) -> Outcome {
        let failed = |answer: String| Outcome::Failed { answer, retry_after: None };
        let url = match self.targets.check(&message.url) {
            Ok(url) => url,
            Err(refusal) => return failed(refusal.to_string()),
        };
        let (id, seconds) = (message.id.to_string(), now / 1_000);
        let Some(signatures) = signatures(&message.secrets, &id, seconds, &message.payload) else {
            return failed("its secret cannot be decrypted".to_owned());
        };
        // A resolver sees names only, and what is allowed is an address with its port.
        let client = if self.targets.allows(&url) { &self.allowed } else { &self.public };
        let request = client
            .post(url)
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds.to_string())
            .header("webhook-signature", signatures)
            .body(message.payload.clone());
        let answer = match request.send().await {
            Ok(answer) => answer,
            // Not the error itself: it may contain addresses of our network.
            Err(error) if error.is_timeout() => {
                return failed(format!("no answer in {} s", TIMEOUT.as_secs()));
            }
            Err(_) => return failed("no connection".to_owned()),
        };
        match answer.status() {
            status if status.is_success() => Outcome::Delivered,
            StatusCode::GONE => Outcome::Gone,
            status => {
                let wait = answer
                    .headers()
                    .get(RETRY_AFTER)
                    .and_then(|wait| wait.to_str().ok()?.parse::<u32>().ok());
                Outcome::Failed {
                    answer: status.to_string(),
                    retry_after: wait.map(|wait| Millis::from(wait) * 1_000),
                }
            }
        }
    }
}

/// `v1,…` for each secret, separated by spaces: HMAC-SHA256 over id, time and body. `None` for an unreadable secret.
fn signatures(secrets: &[SecretString], id: &str, seconds: i64, payload: &str) -> Option<String> {
    let signed = format!("{id}.{seconds}.{payload}");
    let each = secrets.iter().map(|secret| {
        let key = STANDARD.decode(secret.expose_secret().strip_prefix("whsec_")?).ok()?;
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), signed.as_bytes());
        Some(format!("v1,{}", STANDARD.encode(tag)))
    });
    Some(each.collect::<Option<Vec<_>>>()?.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the [specification](https://github.com/standard-webhooks/standard-webhooks).
    #[test]
    fn signs_as_the_specification_does() {
        let secret = SecretString::from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let signed =
            signatures(&[secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}");
        assert_eq!(signed.as_deref(), Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    }
}
