//! The rules by which new mailboxes are connected.

use app::ports::Rules;
use async_trait::async_trait;
use domain::{
    Act, AppError,
    ids::{DelegationId, RuleId},
    rule::{NewRule, RuleView},
};

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
        match self.state.store.delegations(&self.ctx).add_rule(delegation, &new).await {
            Err(StoreError::LimitExceeded { limit, .. }) => {
                let text = format!("An organisation has {limit} rules at most. Remove one first.");
                Err(AppError::invalid("value", text))
            }
            done => done.map_err(Into::into),
        }
    }

    async fn switch(&self, delegation: DelegationId, rule: RuleId, on: bool) -> Result<(), AppError> {
        let store = &self.state.store;
        store.delegations(&self.ctx).switch_rule(delegation, rule, on).await.map_err(Into::into)
    }

    async fn remove(&self, delegation: DelegationId, rule: RuleId) -> Result<(), AppError> {
        self.state.store.delegations(&self.ctx).remove_rule(delegation, rule).await.map_err(Into::into)
    }
}
