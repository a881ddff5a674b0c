//! The facts of a certificate.

use aws_lc_rs::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use time::OffsetDateTime;
use x509_parser::{
    certificate::X509Certificate, oid_registry::OID_PKCS1_RSAENCRYPTION, prelude::FromDer,
    public_key::PublicKey,
};

/// The tag of a certificate in a PEM file.
const CERTIFICATE: &str = "CERTIFICATE";
/// Microsoft's minimum length of a key.
const LEAST_BITS: usize = 2048;

/// The facts of a certificate, for comparison with Entra's pages. Contains no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateFacts {
    /// Common name, or the whole subject if it has none.
    pub name: String,
    /// SHA-1 of the DER, 40 hexadecimal digits in capitals: the thumbprint that Entra's pages show.
    pub sha1: String,
    /// SHA-256 of the DER, 64 hexadecimal digits in capitals.
    pub sha256: String,
    pub not_before: OffsetDateTime,
    pub not_after: OffsetDateTime,
}

/// Why a certificate or its key cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    #[error("there is no certificate in it (neither PEM with a CERTIFICATE block nor DER)")]
    NoCertificate,
    #[error("the certificate cannot be read")]
    Unreadable,
    #[error("its key is not RSA; Entra accepts only RSA of 2048 bits or more")]
    NotRsa,
    #[error("its key has {0} bits; Entra accepts 2048 or more")]
    TooShort(usize),
    #[error("there is no private key in it (a PEM block PRIVATE KEY)")]
    NoKey,
    #[error("the private key has a passphrase, which the server cannot enter; decrypt it first")]
    Encrypted,
    #[error("the private key cannot be read, or is not RSA")]
    UnreadableKey,
    #[error("the private key belongs to another certificate")]
    NotAPair,
}

/// The parts of a certificate: its facts, its DER and its public key (PKCS #1).
pub(super) struct Parts {
    pub(super) facts: CertificateFacts,
    pub(super) der: Vec<u8>,
    pub(super) public_key: Vec<u8>,
}

impl CertificateFacts {
    /// The facts of the first certificate in `file`, PEM or DER.
    ///
    /// # Errors
    /// [`CertificateError`] when there is none, or Entra would not accept it.
    pub fn read(file: &[u8]) -> Result<Self, CertificateError> {
        read(file).map(|parts| parts.facts)
    }
}

pub(super) fn read(file: &[u8]) -> Result<Parts, CertificateError> {
    let blocks = pem::parse_many(file).unwrap_or_default();
    let der = match blocks.iter().find(|block| block.tag() == CERTIFICATE) {
        Some(block) => block.contents().to_vec(),
        None if blocks.is_empty() && file.first() == Some(&0x30) => file.to_vec(),
        None => return Err(CertificateError::NoCertificate),
    };
    let (_, certificate) = X509Certificate::from_der(&der).map_err(|_| CertificateError::Unreadable)?;
    let spki = certificate.public_key();
    if spki.algorithm.algorithm != OID_PKCS1_RSAENCRYPTION {
        return Err(CertificateError::NotRsa);
    }
    match spki.parsed() {
        Ok(PublicKey::RSA(key)) if key.key_size() >= LEAST_BITS => {}
        Ok(PublicKey::RSA(key)) => return Err(CertificateError::TooShort(key.key_size())),
        _ => return Err(CertificateError::Unreadable),
    }
    let subject = certificate.subject();
    let name = subject.iter_common_name().next().and_then(|name| name.as_str().ok());
    let facts = CertificateFacts {
        name: name.map_or_else(|| subject.to_string(), str::to_owned),
        sha1: hex(&SHA1_FOR_LEGACY_USE_ONLY, &der),
        sha256: hex(&SHA256, &der),
        not_before: certificate.validity().not_before.to_datetime(),
        not_after: certificate.validity().not_after.to_datetime(),
    };
    let public_key = spki.subject_public_key.data.to_vec();
    Ok(Parts { facts, public_key, der })
}

fn hex(algorithm: &'static Algorithm, bytes: &[u8]) -> String {
    digest(algorithm, bytes).as_ref().iter().map(|byte| format!("{byte:02X}")).collect()
}
