//! E-mail alerts about conditions that need an administrator.

use async_trait::async_trait;
use domain::{AppError, alerts::Alerts as AlertsView, ids::AlertAddressId};

/// Alerts on the *Settings* page.
#[async_trait]
pub trait Alerts: Send + Sync {
    /// Addresses, the oldest first, and whether e-mail can be sent at all.
    async fn alerts(&self) -> Result<AlertsView, AppError>;

    /// # Errors
    /// [`AppError::Invalid`] when `address` is not an e-mail address, or when there are too many.
    async fn add(&self, address: &str) -> Result<(), AppError>;

    async fn remove(&self, id: AlertAddressId) -> Result<(), AppError>;
}
