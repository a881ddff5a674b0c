//! A client's JWT: parsing, signature check and date check.

use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaParameters, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::error::StsError;
use crate::entropy::sts_date;

/// Accepted deviation of a client's clock, in seconds.
const SKEW: f64 = 300.0;
/// Accepts text with and without padding: MSAL for Python pads the thumbprint.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A parsed JWT, not verified yet.
#[derive(Debug)]
pub(crate) struct Jwt<'a> {
    pub(crate) header: Value,
    claims: Value,
    signed: &'a str,
    signature: Vec<u8>,
    algorithm: &'static RsaParameters,
}

impl<'a> Jwt<'a> {
    /// Parses a JWT; `None` if the text is not a JWT, or signed with another algorithm than PS256 or RS256.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let json = |part: &str| serde_json::from_slice::<Value>(&BASE64URL.decode(part).ok()?).ok();
        let header = json(header)?;
        let algorithm = match header["alg"].as_str()? {
            "PS256" => &RSA_PSS_2048_8192_SHA256,
            "RS256" => &RSA_PKCS1_2048_8192_SHA256,
            _ => return None,
        };
        Some(Self {
            claims: json(claims)?,
            header,
            signed,
            signature: BASE64URL.decode(signature).ok()?,
            algorithm,
        })
    }

    /// A text claim, or an empty text if it is missing.
    pub(crate) fn text(&self, claim: &str) -> &str {
        self.claims[claim].as_str().unwrap_or_default()
    }

    /// SHA-256 (32 bytes) or SHA-1 (20 bytes) of the certificate that the header names.
    pub(crate) fn thumbprint(&self) -> Option<Vec<u8>> {
        let named = |name: &str| BASE64URL.decode(self.header[name].as_str()?).ok();
        named("x5t#S256").or_else(|| named("x5t")).or_else(|| {
            // The certificate itself, or a chain that starts with it.
            let first = self.header["x5c"].get(0).unwrap_or(&self.header["x5c"]).as_str()?;
            Some(Sha256::digest(STANDARD.decode(first).ok()?).to_vec())
        })
    }

    /// Whether this public key (DER of a `SubjectPublicKeyInfo`) signed it.
    pub(crate) fn is_signed_with(&self, key: &[u8]) -> bool {
        let key = UnparsedPublicKey::new(self.algorithm, key);
        key.verify(self.signed.as_bytes(), &self.signature).is_ok()
    }

    /// Checks `exp` and, if present, `nbf`; both may be fractions. Returns `exp`, in Unix seconds.
    pub(crate) fn check_dates(&self, now: i64) -> Result<i64, StsError> {
        #[expect(clippy::cast_precision_loss, reason = "Unix seconds of this millennium fit exactly")]
        let time = now as f64;
        let expires = self.claims["exp"].as_f64().ok_or_else(malformed)?;
        let starts = self.claims["nbf"].as_f64();
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole seconds suffice, and larger values saturate"
        )]
        let whole = |seconds: f64| seconds as i64;
        if expires + SKEW < time || starts.is_some_and(|starts| starts - SKEW > time) {
            let text = format!(
                "Client assertion is not within its valid time range. Current time: {}, assertion valid from {}, \
                 expiry time of assertion {}.",
                sts_date(now),
                starts.map_or_else(|| "(not set)".to_owned(), |starts| sts_date(whole(starts))),
                sts_date(whole(expires))
            );
            return Err(StsError::new("invalid_client", 700_024, text));
        }
        Ok(whole(expires))
    }
}

pub(crate) fn malformed() -> StsError {
    let text =
        "Assertion is malformed: it must be a JWT that is signed with PS256 or RS256 and has an 'exp'.";
    StsError::new("invalid_client", 50_013, text)
}
