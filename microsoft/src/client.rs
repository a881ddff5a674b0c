//! The client: one [`Microsoft`] per process and cloud.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use url::Url;

use crate::{
    Clock, Cloud, CloudKind, Limits, Registration, Tenant, TenantId, http::Http, limits::TenantLimits,
    registration::rotation::Rotation, sign_in::keys::Keys, token::cache::Tokens,
};

/// From this number of tenants on, unused limits are removed; those of one tenant take less than a kilobyte.
const MAX_TENANTS: usize = 20_000;

/// Our application at one Microsoft cloud. Cheap to clone; clones share connections, tokens and pauses, so that the
/// pause of a tenant applies to all its callers.
#[derive(Clone)]
pub struct Microsoft {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) cloud: Cloud,
    pub(crate) registration: Registration,
    pub(crate) http: Http,
    pub(crate) rotation: Rotation,
    pub(crate) clock: Clock,
    pub(crate) tokens: Tokens,
    pub(crate) keys: Keys,
    tenants: Mutex<HashMap<TenantId, Arc<TenantLimits>>>,
}

/// A configuration error that prevents the setup of a client.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("the client id is empty")]
    NoClientId,
    #[error("{} is not an http(s) address with a host and without a user", plain(.0))]
    InvalidBase(Url),
    #[error(
        "{} belongs to Microsoft's {} cloud, but the chosen one is {} ({ours}): choose {theirs}, or correct the address",
        plain(base), theirs.label(), ours.label()
    )]
    OtherCloud { base: Url, ours: CloudKind, theirs: CloudKind },
    #[error(
        "{} is not a host of Microsoft's {} cloud (https, default port), nor this machine: our credentials would \
         be sent to it. Correct it, or allow its host explicitly",
        plain(base), ours.label()
    )]
    UntrustedHost { base: Url, ours: CloudKind },
    #[error("the HTTP client cannot be built")]
    Http(#[from] reqwest::Error),
}

/// An address without the user and password that it may hold.
fn plain(url: &Url) -> String {
    let mut url = url.clone();
    // Addresses that cannot have a user have none to hide.
    _ = url.set_username("");
    _ = url.set_password(None);
    url.into()
}

impl Microsoft {
    /// A client for `registration` at `cloud`. Sends nothing.
    ///
    /// # Errors
    /// [`SetupError`] for a base that is not a web address or not at a trusted host, an empty client id, or no TLS
    /// roots.
    pub fn new(cloud: Cloud, registration: Registration) -> Result<Self, SetupError> {
        Self::build(cloud, registration, Clock::system(), Limits::default())
    }

    /// As [`Microsoft::new`], with another source of the time.
    ///
    /// # Errors
    /// As [`Microsoft::new`].
    pub fn with_clock(cloud: Cloud, registration: Registration, clock: Clock) -> Result<Self, SetupError> {
        Self::build(cloud, registration, clock, Limits::default())
    }

    /// As [`Microsoft::new`], with other limits.
    ///
    /// # Errors
    /// As [`Microsoft::new`].
    pub fn with_limits(cloud: Cloud, registration: Registration, limits: Limits) -> Result<Self, SetupError> {
        Self::build(cloud, registration, Clock::system(), limits)
    }

    fn build(
        cloud: Cloud,
        registration: Registration,
        clock: Clock,
        limits: Limits,
    ) -> Result<Self, SetupError> {
        cloud.check()?;
        if registration.client_id.trim().is_empty() {
            return Err(SetupError::NoClientId);
        }
        let http = Http::new(limits)?;
        let tenants = Mutex::default();
        let (tokens, keys, rotation) = (Tokens::new(), Keys::new(), Rotation::default());
        let inner = Inner { cloud, registration, rotation, clock, http, tokens, keys, tenants };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The cloud this client talks to.
    #[must_use]
    pub fn cloud(&self) -> &Cloud {
        &self.inner.cloud
    }

    /// Our application id, as customers see it.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.inner.registration.client_id
    }

    /// A handle for the calls of one tenant. Sends nothing; every `Tenant` of one id shares gate and token.
    #[must_use]
    pub fn tenant(&self, tid: &TenantId) -> Tenant {
        Tenant::new(self.clone(), tid.clone(), self.limits(tid))
    }

    /// Invalidates the token of a tenant: after a consent, a revocation, or *Check again*, because the permissions in
    /// a token never change during its life (about an hour).
    pub fn invalidate_token(&self, tid: &TenantId) {
        self.limits(tid).invalidate_token();
    }

    pub(crate) fn limits(&self, tid: &TenantId) -> Arc<TenantLimits> {
        // A panic elsewhere cannot leave this map half changed.
        let mut tenants = self.inner.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if tenants.len() >= MAX_TENANTS && !tenants.contains_key(tid) {
            // Limits that are referenced elsewhere are in use, and a pause must not be lost.
            tenants.retain(|_, limits| Arc::strong_count(limits) > 1 || limits.gate.left().is_some());
        }
        Arc::clone(tenants.entry(tid.clone()).or_insert_with(|| Arc::new(TenantLimits::new())))
    }
}

impl fmt::Debug for Microsoft {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Microsoft")
            .field("cloud", &self.inner.cloud)
            .field("client_id", &self.inner.registration.client_id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Credential;

    #[test]
    fn a_client_needs_web_addresses_and_an_id_and_hides_its_secret() {
        let registration = |id: &str| Registration {
            client_id: id.to_owned(),
            credentials: vec![Credential::secret("hunter2")],
        };
        let mail_link = Url::parse("mailto:it@contoso.com").unwrap();
        let cloud = Cloud::at(mail_link.clone(), mail_link);
        assert!(matches!(Microsoft::new(cloud, registration("id")), Err(SetupError::InvalidBase(_))));
        assert!(matches!(Microsoft::new(Cloud::global(), registration(" ")), Err(SetupError::NoClientId)));

        let microsoft = Microsoft::new(Cloud::global(), registration("id")).unwrap();
        assert!(!format!("{microsoft:?} {:?}", microsoft.inner.registration).contains("hunter2"));
    }
}
