//! Facts about the link to a tenant, beyond its state.

use domain::{consent::AttemptState, delegation::LinkFacts, ids::DelegationId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::{Delegations, StoreError, entity::consent_attempt};

impl Delegations<'_> {
    /// Who approved the link and when, and Warmy's service principal in the tenant's directory.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such delegation.
    pub async fn link_facts(self, id: DelegationId) -> Result<LinkFacts, StoreError> {
        let ctx = self.ctx;
        let delegation = self.delegation_row(&self.db.read_in(ctx), id).await?;
        let approval = consent_attempt::Entity::find()
            .filter(consent_attempt::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(consent_attempt::Column::DelegationId.eq(id.0))
            .filter(consent_attempt::Column::State.eq(AttemptState::Granted.as_str()))
            .order_by_desc(consent_attempt::Column::CreatedAt)
            .one(&self.db.read_in(ctx))
            .await?;
        let (approved_at, approved_by) = approval.map(|a| (a.created_at, a.signed_in_as)).unzip();
        Ok(LinkFacts {
            approved_at,
            approved_by: approved_by.flatten(),
            service_principal: delegation.service_principal,
        })
    }
}
