//! The audit log, for looking at.

use async_trait::async_trait;
use domain::{
    AppError,
    activity::{ActivityPage, ActivityQuery},
};

#[async_trait]
pub trait Activity: Send + Sync {
    /// Who did what, newest first, a page at a time.
    async fn page(&self, query: &ActivityQuery) -> Result<ActivityPage, AppError>;
}
