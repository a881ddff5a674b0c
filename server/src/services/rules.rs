//! The rules by which new mailboxes are connected.

use app::ports::Rules;
use async_trait::async_trait;
use domain::{
    Act, AppError, Reason,
    ids::{DelegationId, RuleId},
    permissions::GROUPS,
    rule::{BlockedBy, NewRule, RuleKind, RuleView},
};

use microsoft::TenantId;

use super::SignedInCaller;
use store::StoreError;

#[async_trait]
impl Rules for SignedInCaller {
    async fn rules(&self, delegation: DelegationId) -> Result<Vec<RuleView>, AppError> {
        self.state.store.delegations(&self.ctx).rules(delegation).await.map_err(Into::into)
    }

    async fn add(&self, delegation: DelegationId, new: NewRule) -> Result<(), AppError> {
        self.allow(Act::ManageRules)?;
        let new = new.checked()?;
        let delegations = self.state.store.delegations(&self.ctx);
        if !new.anyway && !delegations.rule_matches_somebody(delegation, &new).await? {
            let (what, value) = (new.by.label().to_lowercase(), &new.value);
            return Err(AppError::invalid(
                "value",
                format!(
                    "Nobody in this organisation has the {what} “{value}” today. Check the spelling; nothing was added."
                ),
            ));
        }
        match self.state.store.delegations(&self.ctx).add_rule(delegation, &new).await {
            Err(StoreError::LimitExceeded { limit, .. }) => {
                let text = format!("An organisation has {limit} rules at most. Remove one first.");
                Err(AppError::invalid("value", text))
            }
            done => done.map_err(Into::into),
        }
    }

    async fn switch(&self, delegation: DelegationId, rule: RuleId, on: bool) -> Result<(), AppError> {
        self.allow(Act::ManageRules)?;
        let delegations = self.state.store.delegations(&self.ctx);
        let is_group = |known: &RuleView| known.id == rule && known.by == RuleKind::Group;
        if on && delegations.rules(delegation).await?.iter().any(is_group) {
            self.may_read_groups(delegation).await?;
        }
        delegations.switch_rule(delegation, rule, on).await.map_err(Into::into)
    }

    async fn remove(&self, delegation: DelegationId, rule: RuleId) -> Result<(), AppError> {
        self.state.store.delegations(&self.ctx).remove_rule(delegation, rule).await.map_err(Into::into)
    }
}

impl SignedInCaller {
    /// Refuses a rule that could never connect anybody, because the organisation's approval lacks the permission for
    /// groups. If that is not known at present, the next sync finds out.
    async fn may_read_groups(&self, delegation: DelegationId) -> Result<(), AppError> {
        let view = self.state.store.delegations(&self.ctx).delegation(delegation).await?.view;
        let Some(tid) = view.tid.and_then(|tid| tid.parse::<TenantId>().ok()) else { return Ok(()) };
        // Not one from before a new approval.
        self.state.microsoft.invalidate_token(&tid);
        match self.state.microsoft.app_token(&tid).await {
            Ok(token)
                if token.is_readable && !token.roles.iter().any(|role| GROUPS.contains(&role.as_str())) =>
            {
                Err(AppError::refused(Reason::PermissionMissing, BlockedBy::Permission.words().to_owned()))
            }
            _ => Ok(()),
        }
    }
}
