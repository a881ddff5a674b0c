//! The public keys by which the host signs: a JWKS document, from a file or from an address where the host changes it.

use std::{
    path::Path,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use domain::ids::Millis;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use tokio::sync::Mutex;
use url::Url;

/// A host answers sooner, or is asked again at the next launch.
const PATIENCE: Duration = Duration::from_secs(5);
/// A document that is larger is none.
const LARGEST: usize = 64 * 1_024;
/// A key that the host has taken back works no longer than this.
const FRESH: Millis = 10 * 60 * 1_000;
/// Tokens with made-up keys do not make us ask more often than this.
const PAUSE: Millis = 30 * 1_000;

/// The host's keys; without any, nobody comes in by a launch token.
#[derive(Debug, Default)]
pub struct HostKeys {
    known: RwLock<Option<Arc<JwkSet>>>,
    source: Option<Source>,
}

#[derive(Debug)]
struct Source {
    url: Url,
    client: reqwest::Client,
    /// When it was asked the last time, whatever it answered.
    asked_at: Mutex<Option<Millis>>,
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
    /// From `text`: the path of a file, or an address that is asked when somebody comes in.
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
        let near = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        if url.scheme() != "https" && !(url.scheme() == "http" && near) {
            return Err(HostKeysError::Plain);
        }
        // Whoever can redirect us could name keys.
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build()?;
        Ok(Self {
            known: RwLock::default(),
            source: Some(Source { url, client, asked_at: Mutex::default() }),
        })
    }

    /// The key of this name, or the only one; asks for the document when it may have changed.
    ///
    /// # Errors
    /// What is wrong, for the log.
    pub(super) async fn find(&self, kid: Option<&str>, now: Millis) -> Result<Jwk, &'static str> {
        if let Some(source) = &self.source {
            let mut asked_at = source.asked_at.lock().await;
            let age = asked_at.map_or(Millis::MAX, |at| now - at);
            // Looked at under the lock: others may have asked while this one waited.
            if age >= FRESH || (age >= PAUSE && self.look(kid).is_err()) {
                *asked_at = Some(now);
                match source.ask().await {
                    Ok(keys) => {
                        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(keys))
                    }
                    // The keys of before go on working: the host's people are not shut out by a moment.
                    Err(why) => tracing::warn!(why, url = %source.url, "the host's keys cannot be read"),
                }
            }
        }
        self.look(kid)
    }

    fn look(&self, kid: Option<&str>) -> Result<Jwk, &'static str> {
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
    async fn ask(&self) -> Result<JwkSet, &'static str> {
        let mut answer = self.client.get(self.url.clone()).send().await.map_err(|_| "no answer")?;
        if !answer.status().is_success() {
            return Err("not 200");
        }
        let mut body = Vec::new();
        while let Some(part) = answer.chunk().await.map_err(|_| "cut off")? {
            body.extend_from_slice(&part);
            if body.len() > LARGEST {
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

    /// A host that serves what it is given, and is broken when that is nothing.
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
    async fn keys_change_where_the_host_changes_them() {
        let (served, keys) = host().await;
        let put = |document| *served.write().unwrap() = document;
        // The host is away: nobody comes in, and it is asked again.
        assert!(keys.find(Some("a"), 0).await.is_err());
        put(Some(document("a")));
        assert!(keys.find(Some("a"), PAUSE - 1).await.is_err());
        assert!(keys.find(Some("a"), PAUSE).await.is_ok());
        assert!(keys.find(None, PAUSE).await.is_ok());
        // A new key is found when a token names it, but not for every made-up name.
        put(Some(document("b")));
        assert!(keys.find(Some("b"), PAUSE + 1).await.is_err());
        assert!(keys.find(Some("a"), 2 * PAUSE).await.is_ok());
        assert!(keys.find(Some("b"), 2 * PAUSE).await.is_ok());
        assert!(keys.find(Some("a"), 2 * PAUSE).await.is_err());
        // One that was taken back works no longer than ten minutes; a host that is away shuts nobody out.
        put(Some(document("c")));
        assert!(keys.find(Some("b"), 2 * PAUSE + FRESH - 1).await.is_ok());
        assert!(keys.find(Some("b"), 2 * PAUSE + FRESH).await.is_err());
        put(None);
        assert!(keys.find(Some("c"), 9 * FRESH).await.is_ok());
    }

    #[test]
    fn keys_come_over_https_or_from_this_machine() {
        _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        assert!(HostKeys::open("https://app.example/jwks.json").is_ok());
        assert!(matches!(HostKeys::open("http://app.example/jwks.json"), Err(HostKeysError::Plain)));
        assert!(matches!(HostKeys::open("ftp://127.0.0.1/jwks.json"), Err(HostKeysError::Plain)));
        assert!(matches!(HostKeys::open("/nowhere/jwks.json"), Err(HostKeysError::File(_))));
    }
}
