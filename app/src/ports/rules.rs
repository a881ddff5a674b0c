//! Rules by which newcomers are connected.

use async_trait::async_trait;
use domain::{
    AppError,
    ids::{DelegationId, RuleId},
    rule::{NewRule, RuleView},
};

/// What *Settings* offers to owners around rules.
#[async_trait]
pub trait Rules: Send + Sync {
    /// The oldest first.
    async fn rules(&self, delegation: DelegationId) -> Result<Vec<RuleView>, AppError>;

    /// A new rule, which is off.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for the fields `value` and `ceiling`.
    async fn add(&self, delegation: DelegationId, new: NewRule) -> Result<(), AppError>;

    async fn switch(&self, delegation: DelegationId, rule: RuleId, on: bool) -> Result<(), AppError>;

    async fn remove(&self, delegation: DelegationId, rule: RuleId) -> Result<(), AppError>;
}
