//! The public keys that verify the host's signatures: a JWKS document, from a file or from an address of the host.

use std::{
    path::Path,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use domain::ids::Millis;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use tokio::sync::Mutex;
use url::Url;

/// How long the host may take to answer; after that, the next launch tries again.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The largest accepted document, in bytes.
const MAX_BYTES: usize = 64 * 1_024;
/// Age of the cached document, in milliseconds, at which it is fetched again: a key that the host has withdrawn works
/// no longer than this.
const MAX_AGE: Millis = 10 * 60 * 1_000;
/// The document is fetched at most this often, in milliseconds, even when tokens name unknown keys.
const MIN_PAUSE: Millis = 30 * 1_000;

/// The host's keys; without any, every launch token is refused.
#[derive(Debug, Default)]
pub struct HostKeys {
    known: RwLock<Option<Arc<JwkSet>>>,
    source: Option<Source>,
}

#[derive(Debug)]
struct Source {
    url: Url,
    client: reqwest::Client,
    /// When the document was last requested, successfully or not.
    requested_at: Mutex<Option<Millis>>,
}

/// Why the host's keys cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum HostKeysError {
    #[error("reading the file: {0}")]
    File(#[from] std::io::Error),
    #[error("not a JWKS document: {0}")]
    Document(#[from] serde_json::Error),
    #[error("keys are read over https only, or from this machine")]
    Plain,
    #[error("setting up the client: {0}")]
    Client(#[from] reqwest::Error),
}

impl HostKeys {
    /// Opens `text`: the path of a file, which is read now, or an address, which is fetched when a token is checked.
    ///
    /// # Errors
    /// [`HostKeysError`].
    pub fn open(text: &str) -> Result<Self, HostKeysError> {
        let Ok(url) = Url::parse(text) else {
            let document = std::fs::read_to_string(Path::new(text))?;
            return Ok(Self {
                known: RwLock::new(Some(Arc::new(serde_json::from_str(&document)?))),
                source: None,
            });
        };
        let is_local = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        if url.scheme() != "https" && !(url.scheme() == "http" && is_local) {
            return Err(HostKeysError::Plain);
        }
        // A redirect could lead to keys of another party.
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(TIMEOUT)
            .build()?;
        Ok(Self {
            known: RwLock::default(),
            source: Some(Source { url, client, requested_at: Mutex::default() }),
        })
    }

    /// The key with the id `kid`, or the only key; fetches the document when it may have changed.
    ///
    /// # Errors
    /// The problem, in words for the log.
    pub(crate) async fn find(&self, kid: Option<&str>, now: Millis) -> Result<Jwk, &'static str> {
        if let Some(source) = &self.source {
            let mut requested_at = source.requested_at.lock().await;
            let age = requested_at.map_or(Millis::MAX, |at| now - at);
            // Checked under the lock: another request may have fetched the document meanwhile.
            if age >= MAX_AGE || (age >= MIN_PAUSE && self.cached(kid).is_err()) {
                *requested_at = Some(now);
                match source.fetch().await {
                    Ok(keys) => {
                        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(keys))
                    }
                    // The cached keys stay valid: a short outage of the host locks no user out.
                    Err(why) => tracing::warn!(why, url = %source.url, "the host's keys cannot be read"),
                }
            }
        }
        self.cached(kid)
    }

    fn cached(&self, kid: Option<&str>) -> Result<Jwk, &'static str> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).clone();
        let keys = known.ok_or("no host is configured, or its keys cannot be read")?;
        match (kid, keys.keys.as_slice()) {
            (Some(kid), _) => keys.find(kid).cloned().ok_or("an unknown key"),
            (None, [only]) => Ok(only.clone()),
            (None, _) => Err("no key is named"),
        }
    }
}

impl Source {
    async fn fetch(&self) -> Result<JwkSet, &'static str> {
        let mut answer = self.client.get(self.url.clone()).send().await.map_err(|_| "no answer")?;
        if !answer.status().is_success() {
            return Err("not 200");
        }
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(|_| "cut off")? {
            body.extend_from_slice(&part);
            if body.len() > MAX_BYTES {
                return Err("too large");
            }
        }
        serde_json::from_slice(&body).map_err(|_| "not a JWKS document")
    }
}

#[cfg(test)]
mod tests {
    use axum::{Json, Router, extract::State, http::StatusCode, response::IntoResponse, routing::get};
    use serde_json::{Value, json};

    use super::*;

    type Served = Arc<RwLock<Option<Value>>>;

    fn document(kid: &str) -> Value {
        let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
        json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": x }] })
    }

    /// A host that serves the document in the returned cell, and answers 502 without one.
    async fn host() -> (Served, HostKeys) {
        _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let served: Served = Arc::default();
        let serve = async |State(served): State<Served>| {
            let document = served.read().unwrap_or_else(PoisonError::into_inner).clone();
            document.map_or_else(|| StatusCode::BAD_GATEWAY.into_response(), |it| Json(it).into_response())
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
        let app = Router::new().route("/jwks.json", get(serve)).with_state(Arc::clone(&served));
        tokio::spawn(axum::serve(listener, app).into_future());
        (served, HostKeys::open(&url).unwrap())
    }

    #[tokio::test]
    async fn changed_keys_are_fetched_from_the_host() {
        let (served, keys) = host().await;
        let put = |document| *served.write().unwrap() = document;
        // The host is away: tokens are refused, and the next try after the pause fetches again.
        assert!(keys.find(Some("a"), 0).await.is_err());
        put(Some(document("a")));
        assert!(keys.find(Some("a"), MIN_PAUSE - 1).await.is_err());
        assert!(keys.find(Some("a"), MIN_PAUSE).await.is_ok());
        assert!(keys.find(None, MIN_PAUSE).await.is_ok());
        // A new key is fetched when a token names it, but not more often than the pause allows.
        put(Some(document("b")));
        assert!(keys.find(Some("b"), MIN_PAUSE + 1).await.is_err());
        assert!(keys.find(Some("a"), 2 * MIN_PAUSE).await.is_ok());
        assert!(keys.find(Some("b"), 2 * MIN_PAUSE).await.is_ok());
        assert!(keys.find(Some("a"), 2 * MIN_PAUSE).await.is_err());
        // A withdrawn key works for ten minutes at most; an outage of the host keeps the cached keys.
        put(Some(document("c")));
        assert!(keys.find(Some("b"), 2 * MIN_PAUSE + MAX_AGE - 1).await.is_ok());
        assert!(keys.find(Some("b"), 2 * MIN_PAUSE + MAX_AGE).await.is_err());
        put(None);
        assert!(keys.find(Some("c"), 9 * MAX_AGE).await.is_ok());
    }

    #[test]
    fn keys_are_read_over_https_or_from_this_machine() {
        _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        assert!(HostKeys::open("https://app.example/jwks.json").is_ok());
        assert!(matches!(HostKeys::open("http://app.example/jwks.json"), Err(HostKeysError::Plain)));
        assert!(matches!(HostKeys::open("ftp://127.0.0.1/jwks.json"), Err(HostKeysError::Plain)));
        assert!(matches!(HostKeys::open("/nowhere/jwks.json"), Err(HostKeysError::File(_))));
    }
}
