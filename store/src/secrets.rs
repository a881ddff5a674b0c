//! Secrets at rest: encrypted with XChaCha20-Poly1305 under a ring of keys, and bound to the place where they are
//! stored.
//!
//! The form of a sealed secret is `v1.KEY.BASE64`: the id of its key, then nonce and ciphertext. The first key of the
//! ring seals; all of them open, so a new key is put first, and an old one is removed when no secret needs it any more.

use std::{fs, io, path::Path, sync::Arc};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use secrecy::{ExposeSecret, SecretString};

use crate::clock::Sources;

const KEY: usize = 32;
const NONCE: usize = 24;
const VERSION: &str = "v1";

/// Why keys cannot be used, or a secret cannot be opened. Contains neither keys nor secrets.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("the format of keys is ID:KEY,ID:KEY; `server keys new` prints a key")]
    Unreadable,
    #[error("two keys have the id {0}")]
    Twice(String),
    #[error("{0}: {1}")]
    File(String, io::Error),
    #[error(
        "{0} is missing, and the database has secrets that only its keys open. Put it back from your backup. If it is lost, \
         write a new one with `server keys new`; webhooks then need new secrets"
    )]
    Lost(String),
    #[error("a secret was sealed with the key {0}, which is not in the ring: put it back into DWD_KEYS")]
    Missing(String),
    #[error("a sealed secret is damaged, or is not in the place for which it was sealed")]
    Damaged,
}

/// The keys, newest first.
#[derive(Clone)]
pub struct KeyRing {
    keys: Arc<[(String, XChaCha20Poly1305)]>,
    sources: Sources,
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|(id, _)| id)).finish()
    }
}

impl KeyRing {
    /// Parses keys in the format of `DWD_KEYS`: `ID:KEY,ID:KEY`, each key 32 bytes in base64url.
    ///
    /// # Errors
    /// [`KeyError::Unreadable`] or [`KeyError::Twice`].
    pub fn parse(text: &SecretString, sources: Sources) -> Result<Self, KeyError> {
        let mut keys: Vec<(String, XChaCha20Poly1305)> = Vec::new();
        for one in text.expose_secret().split(',').map(str::trim).filter(|one| !one.is_empty()) {
            let (id, key) = one.split_once(':').ok_or(KeyError::Unreadable)?;
            let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            let key = URL_SAFE_NO_PAD.decode(key).map_err(|_| KeyError::Unreadable)?;
            if !is_id || key.len() != KEY {
                return Err(KeyError::Unreadable);
            }
            if keys.iter().any(|(known, _)| known == id) {
                return Err(KeyError::Twice(id.to_owned()));
            }
            keys.push((
                id.to_owned(),
                XChaCha20Poly1305::new_from_slice(&key).map_err(|_| KeyError::Unreadable)?,
            ));
        }
        if keys.is_empty() { Err(KeyError::Unreadable) } else { Ok(Self { keys: keys.into(), sources }) }
    }

    /// A new key in the format of `DWD_KEYS`.
    #[must_use]
    pub fn new_entry(sources: &Sources) -> SecretString {
        let id = sources.id().simple().to_string();
        SecretString::from(format!("{}:{}", &id[..12], sources.token()))
    }

    /// A new key that only this process has: no other process can open its secrets.
    ///
    /// # Panics
    /// Never: an entry that was just made is readable.
    #[must_use]
    pub fn ephemeral(sources: &Sources) -> Self {
        Self::parse(&Self::new_entry(sources), sources.clone())
            .unwrap_or_else(|_| unreachable!("a new entry"))
    }

    /// The keys in a file that only its owner can read. A missing file is created with one key, unless the database is
    /// `used`: then its secrets need the keys that are missing.
    ///
    /// # Errors
    /// [`KeyError::Lost`]; [`KeyError::File`] when it can neither be read nor created, else as [`parse`](Self::parse).
    pub fn in_file(path: &Path, used: bool, sources: Sources) -> Result<Self, KeyError> {
        let fail = |error| KeyError::File(path.display().to_string(), error);
        let text = match keys_in_file(path).map_err(fail)? {
            Some(text) => text,
            None if used => return Err(KeyError::Lost(path.display().to_string())),
            None => {
                let entry = Self::new_entry(&sources);
                write_keys(path, &entry).map_err(fail)?;
                entry
            }
        };
        Self::parse(&text, sources)
    }

    /// Seals a secret for the place `at`, e.g. `sign_in_attempt.nonce/ID`: it cannot be opened for another place.
    #[must_use]
    pub fn seal(&self, secret: &str, at: &str) -> String {
        let (id, cipher) = &self.keys[0];
        let nonce = self.sources.bytes::<NONCE>();
        let payload = Payload { msg: secret.as_bytes(), aad: at.as_bytes() };
        // Encryption fails only beyond 256 GiB.
        let sealed = cipher.encrypt(&XNonce::from(nonce), payload).unwrap_or_default();
        format!("{VERSION}.{id}.{}", URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat()))
    }

    /// Opens a secret that [`seal`](Self::seal) has sealed for the same place.
    ///
    /// # Errors
    /// [`KeyError::Missing`] when its key is not in the ring; [`KeyError::Damaged`] when it is damaged, or was sealed
    /// for another place.
    pub fn open(&self, sealed: &str, at: &str) -> Result<SecretString, KeyError> {
        let mut parts = sealed.splitn(3, '.');
        let (Some(VERSION), Some(id), Some(text)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::Damaged);
        };
        let (_, cipher) = self
            .keys
            .iter()
            .find(|(known, _)| known == id)
            .ok_or_else(|| KeyError::Missing(id.to_owned()))?;
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| KeyError::Damaged)?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>().ok_or(KeyError::Damaged)?;
        let payload = Payload { msg: sealed, aad: at.as_bytes() };
        let opened = cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| KeyError::Damaged)?;
        String::from_utf8(opened).map(SecretString::from).map_err(|_| KeyError::Damaged)
    }
}

/// The keys in a file; `None` when there is no file.
///
/// # Errors
/// When the file cannot be read.
pub fn keys_in_file(path: &Path) -> io::Result<Option<SecretString>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(SecretString::from(text.trim().to_owned()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes keys to a new file that only its owner can read.
///
/// # Errors
/// When the file exists or cannot be written.
pub fn write_keys(path: &Path, keys: &SecretString) -> io::Result<()> {
    use std::{io::Write as _, os::unix::fs::OpenOptionsExt as _};
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(keys.expose_secret().as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(text: &str) -> KeyRing {
        KeyRing::parse(&text.into(), Sources::system()).unwrap()
    }

    fn entry(id: &str) -> String {
        let entry = KeyRing::new_entry(&Sources::system());
        format!("{id}:{}", entry.expose_secret().split_once(':').unwrap().1)
    }

    #[test]
    fn a_secret_opens_only_for_its_place() {
        let ring = ring(&entry("a"));
        let (one, two) = (ring.seal("secret", "t.c/1"), ring.seal("secret", "t.c/1"));
        assert!(!one.contains("secret") && one != two);
        assert_eq!(ring.open(&one, "t.c/1").unwrap().expose_secret(), "secret");
        assert!(matches!(ring.open(&one, "t.c/2"), Err(KeyError::Damaged)));
        let mut bent = one.clone();
        let last = bent.pop().unwrap();
        bent.push(if last == 'A' { 'B' } else { 'A' });
        for damaged in [bent.as_str(), &one[..one.len() - 2], "v1.a.", "v1.a", "secret", ""] {
            assert!(ring.open(damaged, "t.c/1").is_err(), "{damaged}");
        }
        assert!(!format!("{ring:?}").contains(':'));
    }

    #[test]
    fn a_new_key_seals_while_the_old_one_still_opens() {
        let (old, new) = (entry("old"), entry("new"));
        let sealed = ring(&old).seal("secret", "at");
        let both = ring(&format!("{new}, {old}"));
        assert_eq!(both.open(&sealed, "at").unwrap().expose_secret(), "secret");
        assert!(both.seal("secret", "at").starts_with("v1.new."));
        assert!(matches!(ring(&new).open(&sealed, "at"), Err(KeyError::Missing(id)) if id == "old"));
    }

    #[test]
    fn malformed_keys_are_refused() {
        let one = entry("a");
        for text in ["", ",", "a", "a:", "a:AAAA", ":x", "a b:x", &one.replace("a:", ":")] {
            assert!(
                matches!(KeyRing::parse(&text.into(), Sources::system()), Err(KeyError::Unreadable)),
                "{text}"
            );
        }
        let twice = format!("{one},{one}");
        assert!(matches!(KeyRing::parse(&twice.into(), Sources::system()), Err(KeyError::Twice(_))));
    }

    #[test]
    fn the_key_file_is_created_once_and_only_its_owner_can_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("warmy.db.keys");
        let sealed = KeyRing::in_file(&path, false, Sources::system()).unwrap().seal("secret", "at");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let again = KeyRing::in_file(&path, true, Sources::system()).unwrap();
        assert_eq!(again.open(&sealed, "at").unwrap().expose_secret(), "secret");
        fs::remove_file(&path).unwrap();
        assert!(matches!(KeyRing::in_file(&path, true, Sources::system()), Err(KeyError::Lost(_))));
        assert!(!path.exists());
    }
}
