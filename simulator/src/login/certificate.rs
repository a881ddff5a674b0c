//! A registered certificate of the application.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use rcgen::{CertificateParams, DnType, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use sha2::{Digest as _, Sha256};
use time::{Duration, OffsetDateTime};
use x509_parser::pem::Pem;
use x509_parser::public_key::PublicKey;

/// A text that is not a valid certificate.
#[derive(Debug, thiserror::Error)]
#[error("not a certificate: {0}")]
pub struct CertificateError(String);

/// A registered certificate: the thumbprints that assertions use, the public key, and the validity.
#[derive(Debug, Clone)]
pub(crate) struct Certificate {
    /// Thumbprint in `x5t`. Legacy, but older clients still send it.
    pub(crate) sha1: Vec<u8>,
    /// Thumbprint in `x5t#S256`.
    pub(crate) sha256: Vec<u8>,
    /// Public key, DER of a `SubjectPublicKeyInfo`.
    pub(crate) key: Vec<u8>,
    pub(crate) subject: String,
    /// Unix seconds.
    pub(crate) from: i64,
    /// Unix seconds.
    pub(crate) until: i64,
}

impl Certificate {
    /// Whether the certificate has this thumbprint: SHA-1 or SHA-256, hexadecimal in any case, with or without colons.
    pub(crate) fn is(&self, thumbprint: &str) -> bool {
        let wanted = thumbprint.replace(':', "").to_ascii_uppercase();
        wanted == hex(&self.sha1) || wanted == hex(&self.sha256)
    }
}

/// A new self-signed certificate for a year from `now` (Unix seconds), and its private key; both PEM.
///
/// # Errors
/// When the key cannot be generated.
pub(crate) fn make(name: &str, now: i64) -> Result<(String, String), CertificateError> {
    let failed = |error: rcgen::Error| CertificateError(error.to_string());
    let now = OffsetDateTime::from_unix_timestamp(now).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let key = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).map_err(failed)?;
    let mut params = CertificateParams::new(Vec::new()).map_err(failed)?;
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = now - Duration::days(1);
    params.not_after = now + Duration::days(365);
    let certificate = params.self_signed(&key).map_err(failed)?;
    Ok((certificate.pem(), key.serialize_pem()))
}

/// The certificates in a PEM text. Other blocks are ignored, because users paste certificate and key together.
///
/// # Errors
/// When there is no certificate, or one is malformed or has no RSA key.
pub(crate) fn read(pem: &str) -> Result<Vec<Certificate>, CertificateError> {
    let mut certificates = Vec::new();
    for block in Pem::iter_from_buffer(pem.as_bytes()) {
        let block = block.map_err(|error| CertificateError(error.to_string()))?;
        if block.label == "CERTIFICATE" {
            certificates.push(from_der(&block.contents)?);
        }
    }
    if certificates.is_empty() {
        return Err(CertificateError("there is no BEGIN CERTIFICATE in it".to_owned()));
    }
    Ok(certificates)
}

fn from_der(der: &[u8]) -> Result<Certificate, CertificateError> {
    let (_, parsed) =
        x509_parser::parse_x509_certificate(der).map_err(|error| CertificateError(error.to_string()))?;
    if !matches!(parsed.public_key().parsed(), Ok(PublicKey::RSA(_))) {
        // The sign-in service accepts only RS256 and PS256.
        return Err(CertificateError("its key is not RSA".to_owned()));
    }
    Ok(Certificate {
        sha1: digest(&SHA1_FOR_LEGACY_USE_ONLY, der).as_ref().to_vec(),
        sha256: Sha256::digest(der).to_vec(),
        key: parsed.public_key().raw.to_vec(),
        subject: parsed.subject().to_string(),
        from: parsed.validity().not_before.timestamp(),
        until: parsed.validity().not_after.timestamp(),
    })
}

/// Upper-case hexadecimal, as Microsoft's portal shows thumbprints.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}
