//! Use cases, one a file. A [`Caller`] is a signed-in person with a workspace; it fills the console's ports.

pub mod consent;
pub mod demo;

mod activity;
mod alerts;
mod mailboxes;
mod people;
mod rules;
mod runs;
mod setup;

use std::sync::Arc;

use app::ports::Desk;
use domain::{Act, AppError};

use crate::{
    state::AppState,
    store::{StoreError, WorkspaceCtx},
};

/// Somebody signed in.
#[derive(Clone, Debug)]
pub struct Caller {
    state: AppState,
    ctx: WorkspaceCtx,
}

impl Caller {
    #[must_use]
    pub fn new(state: AppState, ctx: WorkspaceCtx) -> Self {
        Self { state, ctx }
    }

    /// # Errors
    /// [`AppError::Forbidden`] when the caller's role does not include it.
    fn allow(&self, act: Act) -> Result<(), AppError> {
        self.ctx.allow(act).map_err(|e| self.app_error(e))
    }

    /// The desk that server functions find in their context.
    #[must_use]
    pub fn desk(self) -> Desk {
        let caller = Arc::new(self);
        Desk {
            setup: caller.clone(),
            mailboxes: caller.clone(),
            runs: caller.clone(),
            people: caller.clone(),
            alerts: caller.clone(),
            rules: caller.clone(),
            activity: caller,
        }
    }

    fn app_error(&self, error: StoreError) -> AppError {
        error.into_app(|| self.state.reference())
    }
}
