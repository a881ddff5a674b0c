//! Creates a key and a certificate.

use std::{
    fs::{self, OpenOptions},
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::Context;
use microsoft::CertificateFacts;
use rcgen::{
    CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, KeyPair, KeyUsagePurpose,
    PKCS_RSA_SHA256, RsaKeySize,
};
use time::{Duration, OffsetDateTime};

/// Microsoft's clock may be a little behind ours.
const LEEWAY: Duration = Duration::minutes(5);

/// The created certificate and the absolute paths of its files.
#[derive(Debug)]
pub struct Made {
    pub facts: CertificateFacts,
    /// The private key: PEM, PKCS #8, for its owner only.
    pub key: PathBuf,
    /// The certificate as the server reads it: PEM.
    pub certificate: PathBuf,
    /// The same as Entra takes it: DER.
    pub upload: PathBuf,
}

/// Creates an RSA key of 2048 bits and a self-signed certificate that is valid for `days` from `now` on, and writes
/// both into the folder `out`.
///
/// # Errors
/// One of the files exists already (then none is written), or cannot be written.
pub fn make(out: &Path, name: &str, days: u16, now: OffsetDateTime) -> anyhow::Result<Made> {
    fs::create_dir_all(out).with_context(|| format!("making the folder {}", out.display()))?;
    let out = std::path::absolute(out)?;
    let file = |name: &str| out.join(format!("microsoft-app.{name}"));
    let (key, certificate, upload) = (file("key.pem"), file("cert.pem"), file("cer"));
    for path in [&key, &certificate, &upload] {
        anyhow::ensure!(
            !path.exists(),
            "{} exists already and is not overwritten: choose another folder with --out",
            path.display()
        );
    }
    let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048).context("making a key")?;
    let der = parameters(name, days, now).self_signed(&pair).context("signing")?.der().to_vec();
    let facts = CertificateFacts::read(&der).context("reading back what was made")?;
    write(&key, pem::encode(&pem::Pem::new("PRIVATE KEY", pair.serialize_der())).as_bytes(), 0o600)?;
    write(&certificate, pem::encode(&pem::Pem::new("CERTIFICATE", der.as_slice())).as_bytes(), 0o644)?;
    write(&upload, &der, 0o644)?;
    Ok(Made { facts, key, certificate, upload })
}

fn parameters(name: &str, days: u16, now: OffsetDateTime) -> CertificateParams {
    let mut parameters = CertificateParams::default();
    parameters.distinguished_name = DistinguishedName::new();
    parameters.distinguished_name.push(DnType::CommonName, name);
    parameters.not_before = now - LEEWAY;
    parameters.not_after = now + Duration::days(i64::from(days));
    parameters.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    parameters
}

/// Writes a new file. Fails if the file exists, even if it was created meanwhile.
fn write(path: &Path, content: &[u8], mode: u32) -> anyhow::Result<()> {
    let file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    file.and_then(|mut file| {
        file.write_all(content)?;
        file.sync_all()
    })
    .with_context(|| format!("writing {}", path.display()))
}
