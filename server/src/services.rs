//! Use cases, one per file. A [`SignedInCaller`] (a signed-in user in a workspace) implements the console's ports.

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

use app::ports::Caller;
use domain::{Act, AppError};

use crate::state::AppState;
use store::WorkspaceCtx;

/// A signed-in user in a workspace.
#[derive(Clone, Debug)]
pub struct SignedInCaller {
    state: AppState,
    ctx: WorkspaceCtx,
}

impl SignedInCaller {
    #[must_use]
    pub fn new(state: AppState, ctx: WorkspaceCtx) -> Self {
        Self { state, ctx }
    }

    /// Checks that the caller's role permits `act`.
    ///
    /// # Errors
    /// [`AppError::Forbidden`] when it does not.
    fn allow(&self, act: Act) -> Result<(), AppError> {
        self.ctx.allow(act).map_err(Into::into)
    }

    /// The caller that server functions find in their context.
    #[must_use]
    pub fn caller(self) -> Caller {
        let caller = Arc::new(self);
        Caller {
            setup: caller.clone(),
            mailboxes: caller.clone(),
            runs: caller.clone(),
            people: caller.clone(),
            alerts: caller.clone(),
            rules: caller.clone(),
            activity: caller,
        }
    }
}
