//! By which rules newcomers are connected.

use app::ports::Rules;
use async_trait::async_trait;
use domain::{
    Act, AppError,
    ids::{DelegationId, RuleId},
    rule::{NewRule, RuleView},
};

use super::Caller;
use crate::store::StoreError;

#[async_trait]
impl Rules for Caller {
    async fn rules(&self, delegation: DelegationId) -> Result<Vec<RuleView>, AppError> {
        self.state.store.rules(&self.ctx, delegation).await.map_err(|e| self.app_error(e))
    }

    async fn add(&self, delegation: DelegationId, new: NewRule) -> Result<(), AppError> {
        self.allow(Act::ManageRules)?;
        let new = new.checked()?;
        match self.state.store.add_rule(&self.ctx, delegation, &new).await {
            Err(StoreError::TooMany { limit, .. }) => {
                let text = format!("An organisation has {limit} rules at most. Remove one first.");
                Err(AppError::invalid("value", text))
            }
            done => done.map_err(|e| self.app_error(e)),
        }
    }

    async fn switch(&self, delegation: DelegationId, rule: RuleId, on: bool) -> Result<(), AppError> {
        let store = &self.state.store;
        store.switch_rule(&self.ctx, delegation, rule, on).await.map_err(|e| self.app_error(e))
    }

    async fn remove(&self, delegation: DelegationId, rule: RuleId) -> Result<(), AppError> {
        self.state.store.remove_rule(&self.ctx, delegation, rule).await.map_err(|e| self.app_error(e))
    }
}
