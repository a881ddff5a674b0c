//! Sign-in of a person (OpenID Connect, authorization code with PKCE), as the proof of control over a tenant.
//!
//! [Protocol](https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow). The `oauth2` crate
//! creates state, nonce, PKCE and the address; the exchange is our own (see `token::endpoint`).

mod finish;
mod id_token;
pub(crate) mod keys;
mod person;
mod registered;

use std::{borrow::Cow, fmt};

use oauth2::{AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, RedirectUrl, Scope, basic::BasicClient};
use url::Url;

use crate::{Microsoft, TenantId};

pub use person::SignedIn;

/// Bytes of randomness in state and nonce.
const RANDOM: u32 = 32;

/// The accounts that the sign-in page accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authority {
    /// Any work or school account; its tenant is known afterwards.
    Organizations,
    /// Accounts (and guests) of one tenant.
    Tenant(TenantId),
}

/// A started sign-in: send the person to `url`, store the rest on the server, for one use.
#[derive(Clone)]
pub struct SignInStart {
    pub url: Url,
    /// Returned with the answer; compare it before anything else.
    pub state: String,
    /// For [`Microsoft::finish_sign_in`]; ties the id_token to this start.
    pub nonce: String,
    /// For [`Microsoft::finish_sign_in`]; proves that the same party redeems the code.
    pub pkce_verifier: String,
}

impl Authority {
    pub(crate) fn segment(&self) -> &str {
        match self {
            Self::Organizations => "organizations",
            Self::Tenant(tid) => tid.as_str(),
        }
    }
}

impl Microsoft {
    /// Starts a sign-in. `redirect` must be registered exactly; `login_hint` (an address) fills in the form,
    /// and without it the person chooses an account. Sends nothing.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "made for one sign-in; a reference would gain nothing")]
    pub fn start_sign_in(
        &self,
        authority: Authority,
        redirect: &Url,
        login_hint: Option<&str>,
    ) -> SignInStart {
        let authorize = self.inner.cloud.login_url(&[authority.segment(), "oauth2", "v2.0", "authorize"]);
        let client = BasicClient::new(ClientId::new(self.client_id().to_owned()))
            .set_auth_uri(AuthUrl::from_url(authorize));
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let nonce = CsrfToken::new_random_len(RANDOM).into_secret();
        let (hint, value) = login_hint.map_or(("prompt", "select_account"), |hint| ("login_hint", hint));
        let (url, state) = client
            .authorize_url(|| CsrfToken::new_random_len(RANDOM))
            .add_scopes(["openid", "profile"].map(|scope| Scope::new(scope.to_owned())))
            .set_redirect_uri(Cow::Owned(RedirectUrl::from_url(redirect.clone())))
            .set_pkce_challenge(challenge)
            .add_extra_param("nonce", nonce.as_str())
            .add_extra_param("response_mode", "query")
            .add_extra_param(hint, value)
            .url();
        SignInStart { url, state: state.into_secret(), nonce, pkce_verifier: verifier.into_secret() }
    }
}

impl fmt::Debug for SignInStart {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SignInStart(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::{Cloud, Credential, Registration};

    #[test]
    fn the_address_has_all_parameters_and_every_start_differs() {
        let credentials = vec![Credential::secret("secret")];
        let registration = Registration { client_id: "client".to_owned(), credentials };
        let microsoft = Microsoft::new(Cloud::global(), registration).unwrap();
        let redirect = Url::parse("https://app.example/signed-in?x=1").unwrap();
        let start = microsoft.start_sign_in(Authority::Organizations, &redirect, Some("it@contoso.com"));
        let query: HashMap<_, _> = start.url.query_pairs().into_owned().collect();
        assert!(
            start
                .url
                .as_str()
                .starts_with("https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize?")
        );
        for (name, value) in [
            ("client_id", "client"),
            ("response_type", "code"),
            ("redirect_uri", redirect.as_str()),
            ("scope", "openid profile"),
            ("state", &start.state),
            ("nonce", &start.nonce),
            ("code_challenge_method", "S256"),
            ("login_hint", "it@contoso.com"),
        ] {
            assert_eq!(query[name], value, "{name}");
        }
        assert!(!query.contains_key("prompt") && !start.url.as_str().contains(&start.pkce_verifier));

        let tid = Authority::Tenant("aaaabbbb-0000-cccc-1111-dddd2222eeee".parse().unwrap());
        let other = microsoft.start_sign_in(tid, &redirect, None);
        assert!(other.state != start.state && other.nonce != start.nonce);
        assert!(
            other.url.as_str().contains("prompt=select_account") && other.url.path().contains("aaaabbbb")
        );
        assert_eq!(format!("{other:?}"), "SignInStart(…)");
    }
}
