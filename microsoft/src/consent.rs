//! Admin consent: the address to send an administrator to, and what comes back.

mod answer;

use url::Url;

use crate::{Microsoft, TenantId};

pub use answer::{AnswerError, ConsentAnswer, SignInAnswer, read_consent_answer, read_sign_in_answer};

impl Microsoft {
    /// The page on which an administrator of `tid` approves every permission of our registration
    /// ([admin consent](https://learn.microsoft.com/entra/identity-platform/v2-admin-consent)).
    ///
    /// `redirect` must be registered exactly. `state` comes back untouched; it must be single-use and bound
    /// to whoever starts this. What comes back proves nothing by itself: compare the tenant, and look at
    /// [`app_token`](Self::app_token) for what was really granted.
    #[must_use]
    pub fn admin_consent_url(&self, tid: &TenantId, redirect: &Url, state: &str) -> Url {
        // The v2.0 page: only with `.default` does it grant *application* permissions; single scopes say
        // `admin_consent=True` and grant nothing.
        let mut url = self.inner.cloud.login_url(&[tid.as_str(), "v2.0", "adminconsent"]);
        url.query_pairs_mut()
            .append_pair("client_id", self.client_id())
            .append_pair("scope", &self.inner.cloud.default_scope())
            .append_pair("redirect_uri", redirect.as_str())
            .append_pair("state", state);
        url
    }
}
