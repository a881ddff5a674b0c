//! The second half of a sign-in: from the code to the id_token to the person.

use secrecy::ExposeSecret;
use url::Url;

use super::{Authority, id_token, person::SignedIn};
use crate::{
    Microsoft, TenantId,
    failure::{Class, Failure},
};

const WHAT: &str = "sign-in: redeeming the code";

impl Microsoft {
    /// Redeems the `code` of a sign-in that was started with the same `redirect`, `authority`, verifier and
    /// nonce, and verifies the id_token: RS256 by one of Microsoft's published keys, for us, from the
    /// tenant's own issuer, unexpired, with our nonce. Compare the `state` first.
    ///
    /// # Errors
    /// [`Class::WrongTenant`] if the person's tenant is not the authority's or is not an organisation;
    /// [`Class::OurCredential`], [`Class::OurBug`] for our registration; [`Class::Unavailable`] and
    /// [`Class::Throttled`], which are temporary; [`Class::Unknown`] for a code that is used, expired or not ours and
    /// for a token that does not verify: start a new sign-in.
    pub async fn finish_sign_in(
        &self,
        code: &str,
        pkce_verifier: &str,
        nonce: &str,
        redirect: &Url,
        authority: &Authority,
    ) -> Result<SignedIn, Failure> {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect.as_str()),
            ("code_verifier", pkce_verifier),
            ("scope", "openid profile"),
        ];
        // Sent once: the first attempt uses up the code, even if its answer is lost.
        let answer = self.request_token(authority.segment(), &fields, WHAT).await?;
        let Some(token) = answer.id_token else {
            return Err(Failure::new(Class::Unknown, format!("{WHAT}: the answer has no id_token")));
        };
        let token = token.expose_secret();
        let key = self.signing_key(authority, id_token::key_id(token)?).await?;
        let issuer = |tid: &TenantId| self.inner.cloud.issuer(tid.as_str());
        let person = id_token::verify(token, &key, self.client_id(), nonce, issuer)?;
        match authority {
            Authority::Tenant(expected) if *expected != person.tid => {
                Err(Failure::new(Class::WrongTenant, format!("{WHAT}: signed in to another tenant")))
            }
            _ => Ok(person),
        }
    }
}
