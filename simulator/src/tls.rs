//! `https`: a certificate for this machine's local names, from a certificate authority generated at start.
//!
//! Microsoft's clients refuse a plain `http` authority, so they only run against a simulator with TLS. They trust it as
//! they would trust a company's proxy: through the authority's PEM in `NODE_EXTRA_CA_CERTS`, `REQUESTS_CA_BUNDLE` or
//! `SSL_CERT_FILE`.

mod listener;

use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use time::{Duration, OffsetDateTime};

pub(crate) use self::listener::TlsListener;
use crate::entropy::real_now;

/// The certificate could not be generated, or TLS could not be set up with it.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The certificate or its key.
    #[error("cannot make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The TLS server configuration.
    #[error("cannot set up TLS: {0}")]
    Server(#[from] rustls::Error),
}

/// The TLS configuration of a listener, and the certificate for its clients.
#[derive(Debug)]
pub(crate) struct Tls {
    pub(crate) server: Arc<ServerConfig>,
    /// The authority's certificate, PEM.
    pub(crate) ca_pem: String,
}

impl Tls {
    /// A new authority and a certificate for `localhost`, both loopback addresses and `hosts`.
    ///
    /// # Errors
    /// When no key can be generated, or a host is not a DNS name or address.
    pub(crate) fn new(hosts: &[String]) -> Result<Self, TlsError> {
        let (issuer, ca_pem) = authority()?;
        let names = ["localhost", "127.0.0.1", "::1"].into_iter().map(str::to_owned);
        let mut params = CertificateParams::new(names.chain(hosts.iter().cloned()).collect::<Vec<_>>())?;
        params.distinguished_name.push(DnType::CommonName, "localhost");
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        limit(&mut params);
        let key = KeyPair::generate()?;
        let certificate = params.signed_by(&key, &issuer)?;
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));

        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut server = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)?;
        server.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self { server: Arc::new(server), ca_pem })
    }
}

/// A new authority, and its certificate as PEM. Its key is never stored, so it cannot sign other certificates later.
fn authority() -> Result<(Issuer<'static, KeyPair>, String), TlsError> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(DnType::CommonName, "Microsoft 365 simulator, made for this run");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages =
        vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign, KeyUsagePurpose::DigitalSignature];
    limit(&mut params);
    let key = KeyPair::generate()?;
    let pem = params.self_signed(&key)?.pem();
    Ok((Issuer::new(params, key), pem))
}

/// Sets the validity: from yesterday, for clocks that are behind, until 90 days from now.
fn limit(params: &mut CertificateParams) {
    let now = OffsetDateTime::from_unix_timestamp(real_now()).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    params.not_before = now - Duration::days(1);
    params.not_after = now + Duration::days(90);
}
