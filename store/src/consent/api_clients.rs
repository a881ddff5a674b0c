//! API clients: the entries of *User management*.

use domain::{
    consent::ApiClientView,
    ids::{ApiClientId, DelegationId},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::{
    Consent, Store, StoreError,
    db::in_write,
    entity::{api_client, consent_attempt},
};

/// Attempts that the console shows of one client.
const ATTEMPTS: u64 = 5;

impl Consent<'_> {
    /// Stores a client id with its scopes.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn add_api_client(self, client_id: &str, scopes: &[&str]) -> Result<ApiClientView, StoreError> {
        let ctx = self.ctx;
        let id = ApiClientId(self.sources.id());
        in_write!(self.db, ctx, |tx| {
            api_client::ActiveModel {
                workspace_id: Set(ctx.workspace.0),
                id: Set(id.0),
                client_id: Set(client_id.to_owned()),
                scopes: Set(scopes.join(" ")),
                delegation_id: Set(None),
                created_by: Set(ctx.who.clone()),
                created_at: Set(self.now()),
            }
            .insert(tx)
            .await?;
            Store::audit(tx, self.sources.id(), self.now(), "api_client.added", Some(client_id)).await
        })?;
        self.api_client(id).await
    }

    /// An API client of the workspace.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such entry.
    pub async fn api_client(self, id: ApiClientId) -> Result<ApiClientView, StoreError> {
        let ctx = self.ctx;
        let row = api_client::Entity::find_by_id((ctx.workspace.0, id.0)).one(&self.db.read_in(ctx)).await?;
        self.api_client_view(row.ok_or(StoreError::NotFound)?).await
    }

    /// All API clients of the workspace, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn api_clients(self) -> Result<Vec<ApiClientView>, StoreError> {
        let ctx = self.ctx;
        let rows = api_client::Entity::find()
            .filter(api_client::Column::WorkspaceId.eq(ctx.workspace.0))
            .order_by_asc(api_client::Column::CreatedAt)
            .all(&self.db.read_in(ctx))
            .await?;
        let mut views = Vec::with_capacity(rows.len());
        for row in rows {
            views.push(self.api_client_view(row).await?);
        }
        Ok(views)
    }

    async fn api_client_view(self, row: api_client::Model) -> Result<ApiClientView, StoreError> {
        let ctx = self.ctx;
        let attempts = consent_attempt::Entity::find()
            .filter(consent_attempt::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(consent_attempt::Column::ApiClientId.eq(row.id))
            .order_by_desc(consent_attempt::Column::CreatedAt)
            .limit(ATTEMPTS)
            .all(&self.db.read_in(ctx))
            .await?;
        let mut attempts = attempts.into_iter().map(|attempt| self.attempt_view(attempt));
        let attempt = attempts.next().transpose()?;
        let organisation = match row.delegation_id {
            Some(id) => {
                let found = self.delegation_row(&self.db.read_in(ctx), DelegationId(id)).await?;
                found.organisation.or(found.domain).or(found.tid)
            }
            None => None,
        };
        Ok(ApiClientView {
            id: ApiClientId(row.id),
            client_id: row.client_id,
            scopes: row.scopes.split(' ').map(str::to_owned).collect(),
            created_at: row.created_at,
            created_by: row.created_by,
            delegation: row.delegation_id.map(DelegationId),
            attempt,
            earlier: attempts.collect::<Result<_, _>>()?,
            organisation,
        })
    }
}
