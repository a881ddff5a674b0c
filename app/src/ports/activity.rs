//! Read access to the audit log.

use async_trait::async_trait;
use domain::{
    AppError,
    activity::{ActivityPage, ActivityQuery},
};

#[async_trait]
pub trait Activity: Send + Sync {
    /// One page of entries, newest first.
    async fn page(&self, query: &ActivityQuery) -> Result<ActivityPage, AppError>;
}
