//! The use cases that the console needs from the server, as traits. The server implements them for one caller at a
//! time: a [`Caller`] is signed in, and its use cases access only that caller's workspace.
//!
//! Compiled only under `ssr`. No database, no HTTP client and no Microsoft type appears here, so none of them can
//! reach the WebAssembly.

mod activity;
mod alerts;
mod mailboxes;
mod people;
mod rules;
mod runs;
mod setup;

use std::sync::Arc;

use domain::AppError;
use leptos::prelude::use_context;

pub use activity::Activity;
pub use alerts::Alerts;
pub use mailboxes::Mailboxes;
pub use people::People;
pub use rules::Rules;
pub use runs::{RunRequest, Runs};
pub use setup::Setup;

/// The use cases open to one signed-in caller.
#[derive(Clone)]
pub struct Caller {
    pub setup: Arc<dyn Setup>,
    pub mailboxes: Arc<dyn Mailboxes>,
    pub runs: Arc<dyn Runs>,
    pub people: Arc<dyn People>,
    pub alerts: Arc<dyn Alerts>,
    pub rules: Arc<dyn Rules>,
    pub activity: Arc<dyn Activity>,
}

impl std::fmt::Debug for Caller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Caller")
    }
}

/// The caller, as the server put it into the request's context.
///
/// # Errors
/// [`AppError::SignedOut`] when the request has no signed-in user.
pub fn caller() -> Result<Caller, AppError> {
    use_context::<Caller>().ok_or(AppError::SignedOut)
}
