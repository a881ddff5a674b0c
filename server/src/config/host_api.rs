//! The host's keys for its interface: named, and stored as hashes, so that the configuration opens nothing.

use std::str::FromStr;

use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest, Sha256};
use store::clock::Sources;
use subtle::ConstantTimeEq as _;

/// Lets scanners for leaked secrets, and people, recognise a key.
const PREFIX: &str = "whk_";
/// The name of the key that is configured in plain text.
const PLAIN: &str = "default";

/// A key that the host may use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostApiKey {
    pub name: String,
    /// SHA-256 of the key.
    hash: [u8; 32],
}

impl HostApiKey {
    /// A new key, and its entry for `DWD_HOST_API_KEYS`.
    #[must_use]
    pub fn make(name: &str, sources: &Sources) -> (SecretString, String) {
        let key = format!("{PREFIX}{}", sources.token());
        let entry = format!("{name}:{}", store::clock::hash(&key));
        (key.into(), entry)
    }

    /// The key of the configuration in plain text.
    pub(super) fn plain(key: &SecretString) -> Self {
        Self { name: PLAIN.to_owned(), hash: hashed(key.expose_secret()) }
    }

    /// Whether this key was sent. Takes as long for a wrong one.
    #[must_use]
    pub fn is(&self, sent: &str) -> bool {
        self.hash.ct_eq(&hashed(sent)).into()
    }
}

fn hashed(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

impl FromStr for HostApiKey {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let form = "an entry is NAME:HASH; `server host-key NAME` prints one";
        let (name, hash) = text.trim().split_once(':').ok_or(form)?;
        let is_name = !name.is_empty()
            && name.len() <= 64
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        let digit = |at: usize| hash.get(at..at + 2).and_then(|two| u8::from_str_radix(two, 16).ok());
        let bytes: Option<Vec<u8>> = (0..32).map(|n| digit(2 * n)).collect();
        let hash = bytes.filter(|_| hash.len() == 64).and_then(|bytes| bytes.try_into().ok());
        match (is_name, hash) {
            (true, Some(hash)) => Ok(Self { name: name.to_owned(), hash }),
            _ => Err(form.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_knows_its_key_and_no_other() {
        let (key, entry) = HostApiKey::make("billing-2027", &Sources::system());
        let known: HostApiKey = entry.parse().unwrap();
        assert_eq!(known.name, "billing-2027");
        assert!(known.is(key.expose_secret()) && !known.is("") && !known.is(&entry));
        assert!(!entry.contains(key.expose_secret()));
        for wrong in [
            "",
            "name",
            "name:",
            ":aa",
            "a b:00",
            &entry[..entry.len() - 1],
            &format!("{entry}0"),
            "n:\u{fc}",
        ] {
            assert!(wrong.parse::<HostApiKey>().is_err(), "{wrong}");
        }
    }
}
