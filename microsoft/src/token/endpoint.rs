//! `POST {login}/{tenant}/oauth2/v2.0/token`, for client credentials and for authorization codes.
//!
//! A form of our own instead of the `oauth2` crate's request: its error keeps neither the HTTP status nor
//! `Retry-After` nor `error_codes`, which are all that tells one failure from another.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::{
    Microsoft,
    classify::entra,
    failure::{Class, Failure},
};

/// What we use of a successful answer. `Debug` shows no token.
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
    /// Asks the token endpoint of `authority` once. Client id and credential are added to `fields`.
    pub(crate) async fn ask_token(
        &self,
        authority: &str,
        fields: &[(&str, &str)],
        what: &str,
    ) -> Result<TokenAnswer, Failure> {
        let registration = &self.inner.registration;
        let credential = registration.credential.fields();
        let mut form = fields.to_vec();
        form.push(("client_id", &registration.client_id));
        form.extend(credential.iter().map(|(name, value)| (*name, value.expose_secret())));

        let url = self.inner.cloud.login_url(&[authority, "oauth2", "v2.0", "token"]);
        let answer =
            self.inner.http.exchange(self.inner.http.pool(authority).post(url).form(&form), what).await?;
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
