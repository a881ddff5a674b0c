//! Workload identity federation: an issuer outside of Microsoft whose assertions authenticate the application.
//!
//! <https://learn.microsoft.com/en-us/entra/workload-id/workload-identity-federation>

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::PublicKeyComponents;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// The audience that such an assertion must have.
pub(crate) const AUDIENCE: &str = "api://AzureADTokenExchange";

/// One federated identity credential. Issuer and subject are compared exactly, capitals included.
#[derive(Debug, Clone)]
pub(crate) struct Federated {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    keys: Vec<Key>,
}

#[derive(Debug, Clone)]
struct Key {
    id: Option<String>,
    /// DER of a `SubjectPublicKeyInfo`.
    der: Vec<u8>,
}

impl Federated {
    /// A credential with the RSA keys of a JSON Web Key Set; `None` if the set has no RSA key.
    pub(crate) fn new(issuer: String, subject: String, jwks: &Value) -> Option<Self> {
        let keys: Vec<Key> = jwks["keys"].as_array()?.iter().filter_map(Key::read).collect();
        (!keys.is_empty()).then_some(Self { issuer, subject, keys })
    }

    /// The public key with this id, or the only one.
    pub(crate) fn key(&self, id: Option<&str>) -> Option<&[u8]> {
        let found = match (id, self.keys.as_slice()) {
            (None, [only]) => Some(only),
            (Some(_), keys) => keys.iter().find(|key| key.id.as_deref() == id),
            (None, _) => None,
        };
        found.map(|key| key.der.as_slice())
    }
}

impl Key {
    fn read(jwk: &Value) -> Option<Self> {
        if jwk["kty"] != "RSA" {
            return None;
        }
        let number = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str()?).ok();
        let components = PublicKeyComponents { n: number("n")?, e: number("e")? };
        let der = components.as_der().ok()?.as_ref().to_vec();
        Some(Self { id: jwk["kid"].as_str().map(str::to_owned), der })
    }
}
