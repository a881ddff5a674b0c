//! Admin consent: the address of the consent page, and the answers of its redirect.

mod answer;

use url::Url;

use crate::{Microsoft, TenantId};

pub use answer::{AnswerError, ConsentAnswer, SignInAnswer, read_consent_answer, read_sign_in_answer};

impl Microsoft {
    /// The page on which an administrator of `tid` approves every permission of our registration
    /// ([admin consent](https://learn.microsoft.com/entra/identity-platform/v2-admin-consent)).
    ///
    /// `redirect` must be registered exactly. `state` is returned unchanged; it must be single-use and bound to the
    /// person who starts the consent. The answer proves nothing by itself: compare the tenant, and check the
    /// permissions that were granted with [`app_token`](Self::app_token).
    #[must_use]
    pub fn admin_consent_url(&self, tid: &TenantId, redirect: &Url, state: &str) -> Url {
        // The v2.0 page grants *application* permissions only with `.default`; with single scopes it answers
        // `admin_consent=True` and grants nothing.
        let mut url = self.inner.cloud.login_url(&[tid.as_str(), "v2.0", "adminconsent"]);
        url.query_pairs_mut()
            .append_pair("client_id", self.client_id())
            .append_pair("scope", &self.inner.cloud.default_scope())
            .append_pair("redirect_uri", redirect.as_str())
            .append_pair("state", state);
        url
    }
}
