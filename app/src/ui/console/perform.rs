//! Performs bulk actions and shows their results.

use domain::{
    AppError,
    bulk::BulkAction,
    ids::{DelegationId, ExclusionId, RowNumber},
    run::RunKind,
    undo::ExclusionTarget,
};
use leptos::{prelude::*, task::spawn_local};

use super::{Console, text};
use crate::{
    api::{
        flat,
        mailboxes::{exclude_mailboxes, include_mailboxes},
        runs::{retry_failed, retry_group, start_matching, start_run},
    },
    ui::browser,
};

impl Console {
    /// Performs an action and shows its result. A repeated request with the same key is the same action.
    ///
    /// # Errors
    /// The server's refusal; it is not shown.
    pub(crate) async fn perform(
        self,
        delegation: DelegationId,
        action: BulkAction,
        key: String,
    ) -> Result<(), AppError> {
        let run = match action {
            BulkAction::Run { kind, rows } => start_run(delegation, kind, rows, key).await,
            BulkAction::Matching { kind, query } => start_matching(delegation, kind, query, key).await,
            BulkAction::RetryFailed { run } => retry_failed(run, key).await,
            BulkAction::RetryGroup { run, outcome, reason } => retry_group(run, outcome, reason, key).await,
            BulkAction::Exclude(target) => {
                let Ok(id) = key.parse::<ExclusionId>() else { return Err(AppError::KeyReused) };
                let done = flat(exclude_mailboxes(delegation, id, target).await)?;
                if done.excluded == 0 {
                    return Err(AppError::NothingToDo);
                }
                self.offer_undo(delegation, &done);
                return Ok(());
            }
            BulkAction::Include(target) => {
                let count = flat(include_mailboxes(delegation, target).await)?;
                self.announcement.set(text::included(count));
                return Ok(());
            }
        };
        self.show_started(&flat(run)?);
        Ok(())
    }

    /// The same at once, for an action on a few mailboxes. A refusal is shown.
    fn perform_now(self, action: BulkAction) {
        let Some(delegation) = self.delegation_id_untracked() else { return };
        spawn_local(async move {
            if let Err(error) = self.perform(delegation, action, browser::fresh_key()).await {
                self.refuse(&error);
            }
        });
    }

    /// Starts a run and shows it at once.
    pub(crate) fn start(self, kind: RunKind, rows: Vec<RowNumber>) {
        self.perform_now(BulkAction::Run { kind, rows });
    }

    /// Excludes mailboxes immediately, and offers to undo that.
    pub(crate) fn exclude(self, rows: Vec<RowNumber>) {
        self.perform_now(BulkAction::Exclude(ExclusionTarget::Rows(rows)));
    }

    /// Includes excluded mailboxes again.
    pub(crate) fn include(self, rows: Vec<RowNumber>) {
        self.perform_now(BulkAction::Include(ExclusionTarget::Rows(rows)));
    }
}
