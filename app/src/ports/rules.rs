//! Rules that connect newcomers automatically.

use async_trait::async_trait;
use domain::{
    AppError,
    ids::{DelegationId, RuleId},
    rule::{NewRule, RuleView},
};

/// Rules on the *Settings* page, for owners.
#[async_trait]
pub trait Rules: Send + Sync {
    /// The organisation's rules, the oldest first.
    async fn rules(&self, delegation: DelegationId) -> Result<Vec<RuleView>, AppError>;

    /// Adds a rule, switched off.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for the fields `value` and `ceiling`.
    async fn add(&self, delegation: DelegationId, new: NewRule) -> Result<(), AppError>;

    async fn switch(&self, delegation: DelegationId, rule: RuleId, on: bool) -> Result<(), AppError>;

    async fn remove(&self, delegation: DelegationId, rule: RuleId) -> Result<(), AppError>;
}
