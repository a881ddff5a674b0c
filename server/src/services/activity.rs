//! Looking at who did what.

use app::ports::Activity;
use async_trait::async_trait;
use domain::{
    AppError,
    activity::{ActivityPage, ActivityQuery},
};

use super::Caller;

/// Entries on one page.
const PAGE: u64 = 50;

#[async_trait]
impl Activity for Caller {
    async fn page(&self, query: &ActivityQuery) -> Result<ActivityPage, AppError> {
        self.state.store.activity(&self.ctx, query, PAGE).await.map_err(|e| self.app_error(e))
    }
}
