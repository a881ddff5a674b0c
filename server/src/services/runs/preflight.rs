//! A reconnect checks the organisation before its mailboxes: when no mailbox can work, the caller gets the reason at
//! once and no run is created.

use domain::{
    AppError, Reason,
    delegation::{Check, DelegationState, DelegationView},
};
use microsoft::TenantId;

use super::super::SignedInCaller;
use crate::tenant::{preflight, tenant_reason};
use store::Verdict;

/// The permission without which no mailbox can be opened.
const MAIL: &str = "Mail.ReadWrite";

impl SignedInCaller {
    /// Checks the organisation, and requests a sync when the console shows another state.
    ///
    /// # Errors
    /// [`AppError::Refused`] with what is wrong with the organisation as a whole. Transient failures are no reason: a
    /// run waits for their end.
    pub(super) async fn preflight(&self, known: &DelegationView) -> Result<(), AppError> {
        let Some(tid) = known.tid.as_deref().and_then(|tid| tid.parse::<TenantId>().ok()) else {
            return Ok(());
        };
        let found = self.obstacle(known, &tid).await?;
        // The console shows an outdated state of the organisation.
        if found.is_some() != (known.state == DelegationState::Broken) {
            self.state.store.delegations(&self.ctx).sync_now(known.id).await?;
        }
        let Some(reason) = found else { return Ok(()) };
        let name = known.organisation.as_deref().or(known.domain.as_deref()).unwrap_or("Your organisation");
        Err(AppError::refused(
            reason,
            format!(
                "{}: {name} was checked just now, and none of its mailboxes can be reconnected until this is fixed. Nothing was changed.",
                reason.title()
            ),
        ))
    }

    /// The reason why no mailbox of the organisation can work.
    async fn obstacle(&self, known: &DelegationView, tid: &TenantId) -> Result<Option<Reason>, AppError> {
        let microsoft = &self.state.microsoft;
        // A token from before a change of consent keeps its old roles for an hour.
        microsoft.invalidate_token(tid);
        let token = match microsoft.app_token(tid).await {
            Ok(token) => token,
            Err(failure) if failure.class.is_transient() || !failure.is_certain() => return Ok(None),
            Err(failure) => return Ok(Some(tenant_reason(&failure, true))),
        };
        if token.is_readable && preflight::is_granted(&token.roles, MAIL) {
            return Ok(None);
        }
        // Administrators who limit us to some mailboxes grant it in Exchange, where no token shows it.
        let candidates = self.state.store.mailboxes(&self.ctx).probe_candidates(known.id).await?;
        match preflight::check(&microsoft.tenant(tid), &token, &candidates).await {
            Ok(verdict) => Ok(missing(&verdict)),
            Err(failure) if failure.class.is_transient() || !failure.is_certain() => Ok(None),
            Err(failure) => Ok(Some(tenant_reason(&failure, true))),
        }
    }
}

fn missing(verdict: &Verdict) -> Option<Reason> {
    let mail: Option<&Check> = verdict.checklist.iter().flatten().find(|check| check.permission == MAIL);
    mail.filter(|check| !check.is_good()).map(|check| check.reason.unwrap_or(Reason::PermissionMissing))
}
