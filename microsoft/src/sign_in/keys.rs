//! Microsoft's public signing keys, cached for a day.

use std::time::Duration;

use jsonwebtoken::{DecodingKey, jwk::JwkSet};
use moka::future::Cache;

use super::Authority;
use crate::{
    Microsoft,
    classify::entra,
    failure::{Class, Failure},
};

const WHAT: &str = "GET discovery/v2.0/keys";
/// How long a key set is cached: Microsoft advises checking for new keys once a day
/// ([key rollover](https://learn.microsoft.com/entra/identity-platform/signing-key-rollover)).
const KEY_SET_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);
/// A token with an unknown key refreshes the key set, but at most this often: forged tokens must not cause constant
/// requests.
const MIN_REFRESH_INTERVAL: Duration = Duration::from_secs(60);

/// Key sets by authority, and the authorities that were refreshed within the last minute.
pub(crate) struct Keys {
    sets: Cache<String, JwkSet>,
    recent: Cache<String, ()>,
}

impl Keys {
    pub(crate) fn new() -> Self {
        let cache = || Cache::builder().max_capacity(1_000);
        Self {
            sets: cache().time_to_live(KEY_SET_LIFETIME).build(),
            recent: Cache::builder().max_capacity(1_000).time_to_live(MIN_REFRESH_INTERVAL).build(),
        }
    }
}

impl Microsoft {
    /// The key with this id. Keys are rotated without notice: for an unknown id, the set is fetched again.
    pub(super) async fn signing_key(
        &self,
        authority: &Authority,
        kid: String,
    ) -> Result<DecodingKey, Failure> {
        let name = authority.segment().to_owned();
        let Keys { sets, recent } = &self.inner.keys;
        let load = || sets.try_get_with(name.clone(), Box::pin(self.fetch_keys(authority)));
        let mut set = load().await.map_err(|failure| failure.as_ref().clone())?;
        if set.find(&kid).is_none() && recent.get(&name).await.is_none() {
            recent.insert(name.clone(), ()).await;
            sets.invalidate(&name).await;
            set = load().await.map_err(|failure| failure.as_ref().clone())?;
        }
        let key = set.find(&kid).and_then(|key| DecodingKey::from_jwk(key).ok());
        key.ok_or_else(|| {
            Failure::new(Class::Unknown, "id_token: signed by a key Microsoft does not publish")
        })
    }

    async fn fetch_keys(&self, authority: &Authority) -> Result<JwkSet, Failure> {
        let url = self.inner.cloud.login_url(&[authority.segment(), "discovery", "v2.0", "keys"]);
        let answer = self.inner.http.exchange(self.inner.http.pool("keys").get(url), WHAT).await?;
        if answer.status != 200 {
            return Err(entra::failure(&answer, WHAT));
        }
        serde_json::from_slice(&answer.body)
            .map_err(|_| Failure::new(Class::Unknown, format!("{WHAT}: not a key set")))
    }
}
