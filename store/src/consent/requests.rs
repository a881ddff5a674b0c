//! Who asks for an approval, for the pages before and after Microsoft's.

use domain::{
    consent::AttemptView,
    ids::{AttemptId, Millis, UserId, WorkspaceId},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::attempts::begun_by;
use crate::{Browser, Store, StoreError, clock::hash, entity::consent_attempt};

/// An attempt, as its pages name it.
#[derive(Debug)]
pub struct ApprovalRequest {
    /// The member who asks, by name, and by id if it is known.
    pub by: String,
    pub member: Option<UserId>,
    pub workspace_id: WorkspaceId,
    pub workspace: String,
    /// Whether the link was made for another administrator.
    pub invited: bool,
    pub expires_at: Millis,
    /// The account that has signed in at Microsoft.
    pub signed_in_as: Option<String>,
}

impl Store {
    /// The request of a link. Reading it changes nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the link is unknown, used, revoked or expired; the error does not tell which.
    pub async fn approval_request(&self, link: &str) -> Result<ApprovalRequest, StoreError> {
        let row = self.open_attempt(consent_attempt::Column::LinkHash.eq(hash(link))).await?;
        self.request(row).await
    }

    /// The request that this browser has had approved at Microsoft, and has not confirmed yet.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when this browser has none, or it is over.
    pub async fn approved_request(
        &self,
        attempt: AttemptId,
        browser: Browser<'_>,
    ) -> Result<ApprovalRequest, StoreError> {
        let row = self.open_attempt(begun_by(attempt, browser)).await?;
        if row.consented_at.is_none() {
            return Err(StoreError::NotFound);
        }
        self.request(row).await
    }

    /// An attempt that this browser has begun, in whatever state.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when this browser has begun no such attempt.
    pub async fn attempt_here(
        &self,
        attempt: AttemptId,
        browser: Browser<'_>,
    ) -> Result<AttemptView, StoreError> {
        let row =
            consent_attempt::Entity::find().filter(begun_by(attempt, browser)).one(self.db.read()).await?;
        self.attempt_view(row.ok_or(StoreError::NotFound)?)
    }

    async fn request(&self, row: consent_attempt::Model) -> Result<ApprovalRequest, StoreError> {
        let member = row.created_by_member.map(UserId);
        let step = self.step(row)?;
        Ok(ApprovalRequest {
            member,
            workspace_id: step.ctx.workspace(),
            by: step.ctx.who().to_owned(),
            workspace: self.workspace(&step.ctx).workspace_name().await?,
            invited: step.view.invited,
            expires_at: step.view.expires_at,
            signed_in_as: step.view.signed_in_as,
        })
    }
}
