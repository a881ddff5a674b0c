//! What the application is registered with besides its secret: certificates, and issuers that are trusted to
//! speak for it (federated identity credentials).

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::certificate::{self, Certificate};
use super::federated::Federated;

pub use super::certificate::CertificateError;

/// Everything registered now. Several certificates may be, so that a new one is there before the old one goes.
#[derive(Debug)]
pub(crate) struct Credentials {
    /// Those it started with.
    initial: Vec<Certificate>,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    certificates: Vec<Certificate>,
    federated: Vec<Federated>,
    refuse_reused: bool,
    secret_expired: bool,
    /// Assertions seen, by their `jti`, with the time until which they would be valid.
    seen: HashMap<String, i64>,
}

impl Credentials {
    /// With these certificates, each PEM of one or more.
    ///
    /// # Errors
    /// When one is no certificate.
    pub(crate) fn new(pems: &[String]) -> Result<Self, CertificateError> {
        let mut initial = Vec::new();
        for pem in pems {
            initial.extend(certificate::read(pem)?);
        }
        Ok(Self { initial, inner: Mutex::default() })
    }

    /// Back to those it started with.
    pub(crate) fn reset(&self) {
        *self.lock() = Inner { certificates: self.initial.clone(), ..Inner::default() };
    }

    pub(crate) fn certificates(&self) -> Vec<Certificate> {
        self.lock().certificates.clone()
    }

    pub(crate) fn federated(&self) -> Vec<Federated> {
        self.lock().federated.clone()
    }

    /// Registers certificates; those that are already there stay as they are.
    pub(crate) fn add(&self, certificates: Vec<Certificate>) {
        let known = &mut self.lock().certificates;
        for certificate in certificates {
            if !known.iter().any(|known| known.sha256 == certificate.sha256) {
                known.push(certificate);
            }
        }
    }

    /// Removes the certificate with this thumbprint (SHA-1 or SHA-256, hexadecimal), or all of them.
    /// The answer is how many went.
    pub(crate) fn remove(&self, thumbprint: Option<&str>) -> usize {
        let known = &mut self.lock().certificates;
        let before = known.len();
        known.retain(|certificate| thumbprint.is_some_and(|thumbprint| !certificate.is(thumbprint)));
        before - known.len()
    }

    /// Trusts an issuer and subject; one that is already trusted gets these keys.
    pub(crate) fn trust(&self, federated: Federated) {
        let known = &mut self.lock().federated;
        known.retain(|one| one.issuer != federated.issuer || one.subject != federated.subject);
        known.push(federated);
    }

    pub(crate) fn trust_nobody(&self) {
        self.lock().federated.clear();
    }

    /// Whether an assertion is good for one request only.
    ///
    /// Off at first: Microsoft's own libraries use an assertion for its ten minutes, so its service cannot refuse
    /// it. RFC 7523 allows a server to.
    pub(crate) fn refuse_reused(&self, refuse: bool) {
        self.lock().refuse_reused = refuse;
    }

    pub(crate) fn refuses_reused(&self) -> bool {
        self.lock().refuse_reused
    }

    /// The client secret runs out, or gets a longer life.
    pub(crate) fn expire_secret(&self, expired: bool) {
        self.lock().secret_expired = expired;
    }

    pub(crate) fn is_secret_expired(&self) -> bool {
        self.lock().secret_expired
    }

    /// Notes an assertion; `false` if it was used before and must not be again. Times are Unix seconds.
    pub(crate) fn note(&self, jti: &str, until: i64, now: i64) -> bool {
        let mut inner = self.lock();
        inner.seen.retain(|_, until| *until > now);
        inner.seen.insert(jti.to_owned(), until).is_none() || !inner.refuse_reused
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
