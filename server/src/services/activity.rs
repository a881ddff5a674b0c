//! The audit log, page by page.

use app::ports::Activity;
use async_trait::async_trait;
use domain::{
    AppError,
    activity::{ActivityPage, ActivityQuery},
};

use super::SignedInCaller;

/// Entries on one page.
const PAGE: u64 = 50;

#[async_trait]
impl Activity for SignedInCaller {
    async fn page(&self, query: &ActivityQuery) -> Result<ActivityPage, AppError> {
        self.state.store.activity(&self.ctx).page(&query.cleaned(), PAGE).await.map_err(Into::into)
    }
}
