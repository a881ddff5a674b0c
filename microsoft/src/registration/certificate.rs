//! A certificate with its private key.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, crypto};

use super::facts::{self, CertificateError, CertificateFacts};

/// A certificate with its private key, which signs our assertions. Its `Debug` shows the facts and never the key.
#[derive(Clone)]
pub struct Certificate {
    facts: CertificateFacts,
    x5t_s256: String,
    key: EncodingKey,
}

impl Certificate {
    /// Reads PEM: the certificate, and its private key (PKCS #8, or PKCS #1) from `key` or, without one, from
    /// the same file.
    ///
    /// # Errors
    /// [`CertificateError`] when one of them is missing, unreadable or not accepted by Entra, or when they do not
    /// belong together.
    pub fn from_pem(certificate: &[u8], key: Option<&[u8]>) -> Result<Self, CertificateError> {
        let parts = facts::read(certificate)?;
        let key = private_key(key.unwrap_or(certificate))?;
        // Microsoft refuses the key of another certificate as AADSTS700027, which also means that a certificate has
        // not propagated yet: this check reports the mistake at the start.
        let probe = b"do these belong together?";
        let signed =
            crypto::sign(probe, &key, Algorithm::PS256).map_err(|_| CertificateError::UnreadableKey)?;
        let public = DecodingKey::from_rsa_der(&parts.public_key);
        if !crypto::verify(&signed, probe, &public, Algorithm::PS256).unwrap_or(false) {
            return Err(CertificateError::NotAPair);
        }
        let x5t_s256 = URL_SAFE_NO_PAD.encode(digest(&SHA256, &parts.der));
        Ok(Self { facts: parts.facts, x5t_s256, key })
    }

    #[must_use]
    pub fn facts(&self) -> &CertificateFacts {
        &self.facts
    }

    /// SHA-256 of the DER in base64url, by which Microsoft finds the certificate.
    pub(super) fn x5t_s256(&self) -> &str {
        &self.x5t_s256
    }

    pub(super) fn key(&self) -> &EncodingKey {
        &self.key
    }
}

fn private_key(file: &[u8]) -> Result<EncodingKey, CertificateError> {
    let blocks = pem::parse_many(file).map_err(|_| CertificateError::NoKey)?;
    let block = blocks.iter().find(|block| block.tag().ends_with("PRIVATE KEY"));
    let block = block.ok_or(CertificateError::NoKey)?;
    // `Proc-Type: 4,ENCRYPTED` marks an encrypted PKCS #1 key.
    if block.tag().starts_with("ENCRYPTED") || block.headers().get("Proc-Type").is_some() {
        return Err(CertificateError::Encrypted);
    }
    let text = pem::encode(block);
    EncodingKey::from_rsa_pem(text.as_bytes()).map_err(|_| CertificateError::UnreadableKey)
}

impl fmt::Debug for Certificate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Certificate").field("facts", &self.facts).finish_non_exhaustive()
    }
}
