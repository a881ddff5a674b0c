//! What every handler can reach.

use std::sync::Arc;

use axum::extract::FromRef;
use leptos::config::LeptosOptions;
use microsoft::{Cloud, Credential, Microsoft, Registration, SetupError};
use tokio_util::sync::CancellationToken;

use crate::{config::Config, store::Store};

#[derive(Clone)]
pub struct AppState {
    pub store: Store,
    pub microsoft: Microsoft,
    pub config: Arc<Config>,
    pub leptos: LeptosOptions,
    pub shutdown: CancellationToken,
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
        Self { store, microsoft, config: Arc::new(config), leptos, shutdown }
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

/// The client for Microsoft, from the configuration.
///
/// # Errors
/// [`SetupError`] when the configuration makes no usable client.
pub fn microsoft(config: &Config) -> Result<Microsoft, SetupError> {
    let m = &config.microsoft;
    let registration = Registration {
        client_id: m.client_id.clone(),
        credentials: vec![Credential::secret(m.client_secret.clone())],
    };
    Microsoft::new(Cloud::at(m.login_url.clone(), m.graph_url.clone()), registration)
}
