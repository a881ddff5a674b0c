//! The application's credentials besides its secret: certificates, and trusted issuers (federated identity
//! credentials).

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::certificate::{self, Certificate};
use super::federated::Federated;

pub use super::certificate::CertificateError;

/// The registered credentials. Several certificates can be registered, so that a rotation can overlap.
#[derive(Debug)]
pub(crate) struct Credentials {
    /// The certificates at start.
    initial: Vec<Certificate>,
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    certificates: Vec<Certificate>,
    federated: Vec<Federated>,
    refuse_reused: bool,
    secret_expired: bool,
    /// Used assertions by `jti`, with their expiry times.
    seen: HashMap<String, i64>,
}

impl Credentials {
    /// Credentials with these certificates; each PEM text holds one or more.
    ///
    /// # Errors
    /// When a text holds no valid certificate.
    pub(crate) fn new(pems: &[String]) -> Result<Self, CertificateError> {
        let mut initial = Vec::new();
        for pem in pems {
            initial.extend(certificate::read(pem)?);
        }
        Ok(Self { initial, inner: Mutex::default() })
    }

    /// Restores the certificates at start.
    pub(crate) fn reset(&self) {
        *self.lock() = Inner { certificates: self.initial.clone(), ..Inner::default() };
    }

    pub(crate) fn certificates(&self) -> Vec<Certificate> {
        self.lock().certificates.clone()
    }

    pub(crate) fn federated(&self) -> Vec<Federated> {
        self.lock().federated.clone()
    }

    /// Registers certificates; those already registered are skipped.
    pub(crate) fn add(&self, certificates: Vec<Certificate>) {
        let known = &mut self.lock().certificates;
        for certificate in certificates {
            if !known.iter().any(|known| known.sha256 == certificate.sha256) {
                known.push(certificate);
            }
        }
    }

    /// Removes the certificate with this thumbprint (SHA-1 or SHA-256, hexadecimal), or all of them.
    /// Returns the number of removed certificates.
    pub(crate) fn remove(&self, thumbprint: Option<&str>) -> usize {
        let known = &mut self.lock().certificates;
        let before = known.len();
        known.retain(|certificate| thumbprint.is_some_and(|thumbprint| !certificate.is(thumbprint)));
        before - known.len()
    }

    /// Trusts an issuer and subject; if they are already trusted, their keys are replaced.
    pub(crate) fn trust(&self, federated: Federated) {
        let known = &mut self.lock().federated;
        known.retain(|one| one.issuer != federated.issuer || one.subject != federated.subject);
        known.push(federated);
    }

    pub(crate) fn clear_federated(&self) {
        self.lock().federated.clear();
    }

    /// Sets whether an assertion is valid for one request only.
    ///
    /// Off by default: Microsoft's own libraries reuse an assertion for its ten minutes, so its service cannot refuse
    /// that. RFC 7523 allows a server to do so.
    pub(crate) fn refuse_reused(&self, refuse: bool) {
        self.lock().refuse_reused = refuse;
    }

    pub(crate) fn refuses_reused(&self) -> bool {
        self.lock().refuse_reused
    }

    /// Sets whether the client secret is expired.
    pub(crate) fn expire_secret(&self, expired: bool) {
        self.lock().secret_expired = expired;
    }

    pub(crate) fn is_secret_expired(&self) -> bool {
        self.lock().secret_expired
    }

    /// Records the use of an assertion; `false` if it was used before and reuse is refused. Times are Unix seconds.
    pub(crate) fn note(&self, jti: &str, until: i64, now: i64) -> bool {
        let mut inner = self.lock();
        inner.seen.retain(|_, until| *until > now);
        inner.seen.insert(jti.to_owned(), until).is_none() || !inner.refuse_reused
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
