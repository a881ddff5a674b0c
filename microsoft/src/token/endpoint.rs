//! `POST {login}/{tenant}/oauth2/v2.0/token`, for client credentials and for authorization codes.
//!
//! We send the form ourselves instead of the `oauth2` crate's request, whose error contains neither the HTTP status
//! nor `Retry-After` nor `error_codes`; only these distinguish the failures.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use url::Url;

use crate::{
    Credential, Microsoft,
    classify::entra,
    failure::{Class, Failure},
};

/// A larger lifetime is an error of Microsoft's; the limit keeps the conversion exact.
const MAX_SECONDS: f64 = 1e9;

/// The fields that are used of a successful answer. `Debug` shows no token.
#[derive(Debug, Default)]
pub(crate) struct TokenAnswer {
    pub(crate) access_token: Option<SecretString>,
    pub(crate) id_token: Option<SecretString>,
    /// Seconds.
    pub(crate) expires_in: Option<u64>,
}

#[derive(Deserialize)]
struct Body {
    access_token: Option<String>,
    id_token: Option<String>,
    #[serde(default, deserialize_with = "seconds")]
    expires_in: Option<u64>,
}

/// Reads a number of seconds: Microsoft's endpoints have sent it as an integer, as a float and as a text. Anything else
/// is `None`.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
    let valid = number.filter(|seconds| seconds.is_finite() && *seconds >= 0.0);
    Ok(valid.map(|seconds| Duration::from_secs_f64(seconds.min(MAX_SECONDS)).as_secs()))
}

impl Microsoft {
    /// Requests a token from the endpoint of `authority`, with one credential after the other until Microsoft accepts
    /// one. Client id and credential are added to `fields`.
    ///
    /// Fails as [`Class::OurCredential`] only if none was accepted, with the refusal of the credential that was tried
    /// first.
    pub(crate) async fn request_token(
        &self,
        authority: &str,
        fields: &[(&str, &str)],
        what: &str,
    ) -> Result<TokenAnswer, Failure> {
        let (credentials, rotation) = (&self.inner.registration.credentials, &self.inner.rotation);
        let url = self.inner.cloud.login_url(&[authority, "oauth2", "v2.0", "token"]);
        let mut refusal = None;
        for position in rotation.order(credentials.len()) {
            let credential = &credentials[position];
            match self.request_token_with(credential, url.clone(), fields, what).await {
                Err(failure) if failure.class == Class::OurCredential => {
                    let shown = credential.info(self.inner.clock.now());
                    let (kind, name, days_left) = (shown.kind, shown.name, shown.days_left);
                    tracing::warn!(%kind, name, days_left, %failure, "Microsoft refused a credential");
                    refusal.get_or_insert(failure);
                }
                answer => {
                    if answer.is_ok() {
                        rotation.record_success(position);
                    }
                    return answer;
                }
            }
        }
        Err(refusal.unwrap_or_else(|| {
            Failure::new(Class::OurCredential, format!("{what}: not sent, no credential is configured"))
        }))
    }

    async fn request_token_with(
        &self,
        credential: &Credential,
        url: Url,
        fields: &[(&str, &str)],
        what: &str,
    ) -> Result<TokenAnswer, Failure> {
        let client_id = self.client_id();
        let proof = credential.prove(client_id, &url, self.inner.clock.now()).await?;
        let mut form = fields.to_vec();
        form.push(("client_id", client_id));
        form.extend(proof.iter().map(|(name, value)| (*name, value.expose_secret())));

        let http = &self.inner.http;
        let answer = http.exchange(http.pool(url.path()).post(url.clone()).form(&form), what).await?;
        if answer.status != 200 {
            return Err(entra::failure(&answer, what));
        }
        let Ok(body) = serde_json::from_slice::<Body>(&answer.body) else {
            let failure = Failure::new(Class::Unknown, format!("{what}: the answer is not a token"));
            return Err(failure.request_id(answer.request_id));
        };
        Ok(TokenAnswer {
            access_token: body.access_token.map(SecretString::from),
            id_token: body.id_token.map(SecretString::from),
            expires_in: body.expires_in,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifetime_is_read_in_every_form() {
        for (json, seconds) in [
            ("3599", Some(3599)),
            ("3599.9", Some(3599)),
            (r#""3599""#, Some(3599)),
            (r#"" 86700.0 ""#, Some(86_700)),
            ("-1", None),
            ("null", None),
            (r#""soon""#, None),
            ("[3599]", None),
            ("1e300", Some(1_000_000_000)),
        ] {
            let body = format!(r#"{{"access_token":"t","expires_in":{json}}}"#);
            assert_eq!(serde_json::from_str::<Body>(&body).unwrap().expires_in, seconds, "{json}");
        }
        assert_eq!(serde_json::from_str::<Body>("{}").unwrap().expires_in, None);
    }
}
