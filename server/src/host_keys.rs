//! The public keys that verify the host's signatures: a JWKS document, from a file or from an address of the host.

use std::{
    path::Path,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use domain::ids::Millis;
use jsonwebtoken::jwk::{Jwk, JwkSet};
use store::clock::Sources;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;
use url::Url;

/// How long the host may take to answer; after that, the next launch tries again.
const TIMEOUT: Duration = Duration::from_secs(5);
/// The largest accepted document, in bytes.
const MAX_BYTES: usize = 64 * 1_024;
/// Age of the cached document, in milliseconds, at which it is fetched again: a key that the host has withdrawn works
/// little longer than this.
const REFRESH_AFTER: Millis = 5 * 60 * 1_000;
/// The document is fetched at most this often, in milliseconds, even when tokens name unknown keys.
const MIN_PAUSE: Millis = 30 * 1_000;
const NEVER: Millis = Millis::MIN;

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
    requested_at: AtomicI64,
    fetching: Mutex<()>,
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
            source: Some(Source {
                url,
                client,
                requested_at: AtomicI64::new(NEVER),
                fetching: Mutex::default(),
            }),
        })
    }

    /// The key with the id `kid`, or the only key. A known key is answered at once; a document that is older than
    /// `REFRESH_AFTER` is then fetched in the background. Only an unknown key waits for the host.
    ///
    /// # Errors
    /// The problem, in words for the log.
    pub(crate) async fn find(self: &Arc<Self>, kid: Option<&str>, now: Millis) -> Result<Jwk, &'static str> {
        let known = self.cached(kid);
        let Some(source) = &self.source else { return known };
        if known.is_ok() {
            if source.age(now) >= REFRESH_AFTER {
                let this = Arc::clone(self);
                tokio::spawn(async move { this.refresh(now, REFRESH_AFTER).await });
            }
            return known;
        }
        self.refresh(now, MIN_PAUSE).await;
        self.cached(kid)
    }

    /// Fetches the document every `REFRESH_AFTER` while nobody asks for keys, so that a key that the host has withdrawn
    /// does not work after a quiet night. Without an address there is nothing to do.
    pub(crate) async fn keep_fresh(self: Arc<Self>, clock: Sources, stop: CancellationToken) {
        let mut tick = tokio::time::interval(Duration::from_millis(REFRESH_AFTER.unsigned_abs()));
        while self.source.is_some() && stop.run_until_cancelled(tick.tick()).await.is_some() {
            self.refresh(clock.now(), MIN_PAUSE).await;
        }
    }

    /// Fetches the document, unless that was tried less than `pause` ago. One request at a time; the others wait for it.
    async fn refresh(&self, now: Millis, pause: Millis) {
        let Some(source) = &self.source else { return };
        let _one_at_a_time = source.fetching.lock().await;
        if source.age(now) < pause {
            return;
        }
        source.requested_at.store(now, Ordering::Relaxed);
        match source.fetch().await {
            Ok(keys) => {
                *self.known.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(keys));
            }
            // The cached keys stay valid: a short outage of the host locks no user out.
            Err(why) => tracing::warn!(why, url = %source.url, "the host's keys cannot be read"),
        }
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
    /// Time since the last request, in milliseconds; also after the clock was set back.
    fn age(&self, now: Millis) -> Millis {
        now.saturating_sub(self.requested_at.load(Ordering::Relaxed)).saturating_abs()
    }

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
    async fn host() -> (Served, Arc<HostKeys>) {
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
        (served, Arc::new(HostKeys::open(&url).unwrap()))
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
        // A withdrawn key works until the next fetch; an outage of the host keeps the cached keys.
        put(Some(document("c")));
        assert!(keys.find(Some("b"), 2 * MIN_PAUSE + REFRESH_AFTER - 1).await.is_ok());
        assert!(keys.find(Some("b"), 2 * MIN_PAUSE + REFRESH_AFTER).await.is_ok(), "answered at once");
        let later = 2 * MIN_PAUSE + REFRESH_AFTER + 1;
        while keys.find(Some("b"), later).await.is_ok() {
            tokio::task::yield_now().await;
        }
        put(None);
        assert!(keys.find(Some("c"), 9 * REFRESH_AFTER).await.is_ok());
    }

    #[tokio::test]
    async fn a_slow_host_and_a_made_up_key_delay_nobody_else() {
        _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        // Answers the first request, and none after it.
        let asked = Arc::new(tokio::sync::Semaphore::new(1));
        let serve = async |State(asked): State<Arc<tokio::sync::Semaphore>>| {
            asked.acquire().await.unwrap().forget();
            Json(document("a"))
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
        let app = Router::new().route("/jwks.json", get(serve)).with_state(asked);
        tokio::spawn(axum::serve(listener, app).into_future());
        let keys = Arc::new(HostKeys::open(&url).unwrap());
        assert!(keys.find(Some("a"), 0).await.is_ok());
        // A made-up key waits for the host, and meanwhile the known one is answered without a wait.
        let mut made_up = std::pin::pin!(keys.find(Some("made-up"), MIN_PAUSE));
        assert!(futures::poll!(&mut made_up).is_pending());
        for now in [MIN_PAUSE, REFRESH_AFTER + MIN_PAUSE] {
            let mut known = std::pin::pin!(keys.find(Some("a"), now));
            assert!(matches!(futures::poll!(&mut known), std::task::Poll::Ready(Ok(_))), "at {now}");
        }
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
