//! `POST {login}/{tenant}/oauth2/v2.0/token`, for client credentials and for authorization codes.
//!
//! We send the form ourselves instead of the `oauth2` crate's request, whose error contains neither the HTTP status
//! nor `Retry-After` nor `error_codes`; only these distinguish the failures.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use url::Url;

use crate::{
    Credential, Microsoft,
    classify::entra,
    failure::{Class, Failure},
};

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
    expires_in: Option<u64>,
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
