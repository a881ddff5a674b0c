//! E-mail about what needs somebody.

use async_trait::async_trait;
use domain::{AppError, alerts::Alerts as Everything, ids::AlertAddressId};

/// What *Settings* offers around alerts.
#[async_trait]
pub trait Alerts: Send + Sync {
    /// Addresses, the oldest first, and whether e-mail can be sent at all.
    async fn alerts(&self) -> Result<Everything, AppError>;

    /// # Errors
    /// [`AppError::Invalid`] for an `address` that is none, or when there are too many.
    async fn add(&self, address: &str) -> Result<(), AppError>;

    async fn remove(&self, id: AlertAddressId) -> Result<(), AppError>;
}
