//! The second half of a sign-in: code to id_token to person.

use secrecy::ExposeSecret;
use url::Url;

use super::{Authority, id_token};
use crate::{
    Microsoft, TenantId,
    failure::{Class, Failure},
};

const WHAT: &str = "sign-in: redeeming the code";

/// A person whom Microsoft vouches for. Identify them by (`tid`, `oid`), never by `username`.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The tenant the person signed in to.
    pub tid: TenantId,
    /// The person's object id in that tenant.
    pub oid: String,
    /// Display name; empty if Microsoft sent none.
    pub name: String,
    /// `preferred_username`: usually an address, may change, may be empty. For showing only.
    pub username: String,
    /// Template ids of the person's directory roles, if our registration has them put into tokens
    /// (`groupMembershipClaims`). See [`is_privileged`](crate::is_privileged).
    pub wids: Option<Vec<String>>,
}

impl Microsoft {
    /// Redeems the `code` of a sign-in that was started with the same `redirect`, `authority`, verifier and
    /// nonce, and verifies the id_token: RS256 by one of Microsoft's published keys, for us, from the
    /// tenant's own issuer, unexpired, with our nonce. Compare the `state` first.
    ///
    /// # Errors
    /// [`Class::WrongTenant`] if the person's tenant is not the authority's or is not an organisation;
    /// [`Class::OurCredential`], [`Class::OurBug`] for our registration; [`Class::Unavailable`] and
    /// [`Class::Throttled`] of the moment; [`Class::Unknown`] for a code that is used, expired or not ours
    /// and for a token that does not verify: start again.
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
        // Once: a code is spent by the first attempt, even by one whose answer we never saw.
        let answer = self.ask_token(authority.segment(), &fields, WHAT).await?;
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

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Without the name and the address: this ends up in logs.
        formatter
            .debug_struct("SignedIn")
            .field("tid", &self.tid)
            .field("oid", &self.oid)
            .field("wids", &self.wids)
            .finish_non_exhaustive()
    }
}
