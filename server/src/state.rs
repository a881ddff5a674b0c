//! What every handler can reach.

use std::sync::Arc;

use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use microsoft::Microsoft;
use tokio_util::sync::CancellationToken;

use crate::{
    config::Config,
    http::{HostKeys, Limits},
    store::Store,
};

#[derive(Clone)]
pub struct AppState {
    pub store: Store,
    pub microsoft: Microsoft,
    pub config: Arc<Config>,
    pub leptos: LeptosOptions,
    pub shutdown: CancellationToken,
    /// How often somebody may ask.
    pub limits: Arc<Limits>,
    /// By which hosts sign launch tokens.
    pub host_keys: Arc<HostKeys>,
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
        let limits = Arc::new(Limits::new(config.rate_factor));
        let host_keys = Arc::default();
        Self { store, microsoft, config: Arc::new(config), leptos, shutdown, limits, host_keys }
    }

    /// The same, trusting the host that signs by these keys.
    #[must_use]
    pub fn with_host_keys(self, keys: HostKeys) -> Self {
        Self { host_keys: Arc::new(keys), ..self }
    }

    /// A reference for a failure of ours: in the answer and in the log.
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

/// The client for Microsoft, from the configuration. A demo may go without credentials: it is for looking around.
///
/// # Errors
/// What is wrong with the configuration, in words for the operator.
pub fn microsoft(config: &Config) -> anyhow::Result<Microsoft> {
    config.microsoft.client(config.demo)
}
