//! The reasons for which a simulator does not start.

use std::io;

use crate::keys::KeyError;
use crate::login::credentials::CertificateError;
use crate::scenario::ScenarioError;
use crate::tls::TlsError;

/// Why a simulator did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is in use or not available.
    #[error("cannot listen: {0}")]
    Listen(#[from] io::Error),
    /// A scenario that does not exist or fails.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// No signing key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// No certificate for `https`.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// A text in [`Options::certificates`](crate::Options::certificates) is not a certificate.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// [`Options::record`](crate::Options::record) cannot be written.
    #[error("cannot record: {0}")]
    Record(#[source] io::Error),
}
