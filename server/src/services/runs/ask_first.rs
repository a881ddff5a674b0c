//! A reconnect asks the organisation before its mailboxes: whoever presses it learns at once when no mailbox can work,
//! and why, and no run is made that could only stop.

use domain::{
    AppError, Reason,
    delegation::{Check, DelegationState, DelegationView},
};
use microsoft::TenantId;

use super::super::Caller;
use crate::{runs::preflight, runs::tenant_reason, store::Verdict};

/// Without it no mailbox answers.
const MAIL: &str = "Mail.ReadWrite";

impl Caller {
    /// # Errors
    /// [`AppError::Refused`] with what is wrong with the organisation as a whole. What passes by itself is no reason:
    /// a run waits for that.
    pub(super) async fn ask_first(&self, known: &DelegationView) -> Result<(), AppError> {
        let Some(tid) = known.tid.as_deref().and_then(|tid| tid.parse::<TenantId>().ok()) else {
            return Ok(());
        };
        let found = self.in_the_way(known, &tid).await?;
        // What the console shows of the organisation is then not (or no longer) true.
        if found.is_some() != (known.state == DelegationState::Broken) {
            self.state.store.sync_now(&self.ctx, known.id).await.map_err(|e| self.app_error(e))?;
        }
        let Some(reason) = found else { return Ok(()) };
        let name = known.organisation.as_deref().or(known.domain.as_deref()).unwrap_or("Your organisation");
        Err(AppError::refused(
            reason,
            format!(
                "{}: {name} was asked just now, and no mailbox of it can be reconnected before this is mended. Nothing was changed.",
                reason.title()
            ),
        ))
    }

    /// What keeps every mailbox from working.
    async fn in_the_way(&self, known: &DelegationView, tid: &TenantId) -> Result<Option<Reason>, AppError> {
        let microsoft = &self.state.microsoft;
        // A token from before a change of consent keeps its old roles for an hour.
        microsoft.forget_token(tid);
        let token = match microsoft.app_token(tid).await {
            Ok(token) => token,
            Err(failure) if failure.class.is_transient() => return Ok(None),
            Err(failure) => return Ok(Some(tenant_reason(&failure, true))),
        };
        if preflight::is_granted(&token.roles, MAIL) {
            return Ok(None);
        }
        // Whoever limits us to some mailboxes grants it in Exchange instead, where no token shows it.
        let approver = self.state.store.approver(&self.ctx, known.id).await.map_err(|e| self.app_error(e))?;
        match preflight::check(&microsoft.tenant(tid), &token, approver.as_deref()).await {
            Ok(verdict) => Ok(missing(&verdict)),
            Err(failure) if failure.class.is_transient() => Ok(None),
            Err(failure) => Ok(Some(tenant_reason(&failure, true))),
        }
    }
}

fn missing(verdict: &Verdict) -> Option<Reason> {
    let mail: Option<&Check> = verdict.checklist.iter().flatten().find(|check| check.permission == MAIL);
    mail.filter(|check| !check.is_good()).map(|check| check.reason.unwrap_or(Reason::PermissionMissing))
}
