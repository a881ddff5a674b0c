//! Mailboxes with which the permissions of an organisation are tried.

use domain::{connection::Connection, ids::DelegationId};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::{Mailboxes, StoreError, entity::mailbox};

/// Connected mailboxes that are tried beside the approver's.
const CONNECTED: u64 = 10;

impl Mailboxes<'_> {
    /// The directory ids of mailboxes that most likely work: that of the administrator who approved last, then
    /// connected ones, the most recently checked first.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn probe_candidates(self, delegation: DelegationId) -> Result<Vec<String>, StoreError> {
        let ctx = self.ctx;
        let mut ids: Vec<String> = self.consent(ctx).approver(delegation).await?.into_iter().collect();
        let connected: Vec<String> = mailbox::Entity::find()
            .select_only()
            .column(mailbox::Column::EntraId)
            .filter(mailbox::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(mailbox::Column::DelegationId.eq(delegation.0))
            .filter(mailbox::Column::Connection.eq(Connection::Connected.as_str()))
            .order_by_desc(mailbox::Column::CheckedAt)
            .limit(CONNECTED)
            .into_tuple()
            .all(&self.db.read_in(ctx))
            .await?;
        ids.extend(connected.into_iter().filter(|id| ids.first() != Some(id)).collect::<Vec<_>>());
        Ok(ids)
    }
}
