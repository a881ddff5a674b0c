//! The state that all handlers share.

use std::sync::Arc;

use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use microsoft::Microsoft;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::{config::Config, host_keys::HostKeys, live::Hub, rate_limits::RateLimits};
use store::Store;

#[derive(Clone)]
pub struct AppState {
    pub store: Store,
    pub microsoft: Microsoft,
    pub config: Arc<Config>,
    pub leptos: LeptosOptions,
    pub shutdown: CancellationToken,
    /// The feeds of the live streams.
    pub hub: Hub,
    pub limits: Arc<RateLimits>,
    /// The keys that verify launch tokens of the host.
    pub host_keys: Arc<HostKeys>,
    /// The connections that may be live streams.
    pub streams: Arc<Semaphore>,
}

impl std::fmt::Debug for AppState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AppState")
    }
}

impl AppState {
    #[must_use]
    pub fn new(
        store: Store,
        microsoft: Microsoft,
        config: Config,
        leptos: LeptosOptions,
        shutdown: CancellationToken,
    ) -> Self {
        let limits = Arc::new(RateLimits::new(config.rate_factor));
        let host_keys = Arc::default();
        let (hub, streams) = (Hub::default(), Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)));
        Self { store, microsoft, config: Arc::new(config), leptos, shutdown, hub, limits, host_keys, streams }
    }

    /// The same with another hub.
    #[must_use]
    pub fn with_hub(self, hub: Hub) -> Self {
        Self { hub, ..self }
    }

    /// The same, with a limit of live streams.
    #[must_use]
    pub fn with_streams(self, most: usize) -> Self {
        Self { streams: Arc::new(Semaphore::new(most)), ..self }
    }

    /// The same, with the keys that verify launch tokens.
    #[must_use]
    pub fn with_host_keys(self, keys: Arc<HostKeys>) -> Self {
        Self { host_keys: keys, ..self }
    }

    /// A new request id: it is in the answer and in the log.
    #[must_use]
    pub fn reference(&self) -> String {
        self.store.sources.id().to_string()
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}

/// The client for Microsoft, from the configuration. A demo may run without credentials.
///
/// # Errors
/// The problem with the configuration, in words for the operator.
pub fn microsoft(config: &Config) -> anyhow::Result<Microsoft> {
    config.microsoft.client(config.demo)
}
