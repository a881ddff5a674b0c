//! API keys of programs: shown once, stored as hashes.

use domain::{
    Act,
    ids::{ApiKeyId, Millis, WorkspaceId},
    people::{ApiKeyView, NewApiKey, Scope},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder,
};

use crate::clock::hash;
use crate::{
    People, Store, StoreError, WorkspaceCtx,
    db::{in_write, sql},
    entity::api_key,
};

/// Lets scanners for leaked secrets, and people, recognise a key.
const PREFIX: &str = "wdd_";
/// The shortest time between two writes of a key's last use.
const SEEN_EVERY: Millis = 60 * 1_000;

impl People<'_> {
    /// Keys that are not revoked, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn api_keys(self) -> Result<Vec<ApiKeyView>, StoreError> {
        let ctx = self.ctx;
        ctx.allow(Act::ManageKeys)?;
        let rows = api_key::Entity::find()
            .filter(api_key::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(api_key::Column::RevokedAt.is_null())
            .order_by_asc(api_key::Column::CreatedAt)
            .all(&self.db.read_in(ctx))
            .await?;
        rows.into_iter().map(view).collect()
    }

    /// Creates a key.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`], [`StoreError::Database`].
    pub async fn new_api_key(self, name: &str, scopes: &[Scope]) -> Result<NewApiKey, StoreError> {
        let ctx = self.ctx;
        ctx.allow(Act::ManageKeys)?;
        let (id, now, secret) = (self.sources.id(), self.now(), format!("{PREFIX}{}", self.sources.token()));
        let names: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
        let row = in_write!(self.db, ctx, |tx| {
            let row = api_key::ActiveModel {
                workspace_id: Set(ctx.workspace.0),
                id: Set(id),
                key_hash: Set(hash(&secret)),
                name: Set(name.to_owned()),
                hint: Set(secret[secret.len() - 4..].to_owned()),
                scopes: Set(names.join(" ")),
                created_by: Set(ctx.who.clone()),
                created_by_member: Set(ctx.member.map(|member| member.0)),
                created_at: Set(now),
                used_at: Set(None),
                revoked_at: Set(None),
                suspended_at: Set(None),
            }
            .insert(tx)
            .await?;
            let line = self.sources.id();
            Store::audit(tx, line, now, "api_key.made", Some(&format!("{name} ({})", names.join(", "))))
                .await?;
            Ok(row)
        })?;
        Ok(NewApiKey { key: view(row)?, secret })
    }

    /// Revokes a key, and the links for administrators that its program has made.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`]; [`StoreError::NotFound`] when the workspace has no such key that is not revoked.
    pub async fn revoke_api_key(self, id: ApiKeyId) -> Result<(), StoreError> {
        let ctx = self.ctx;
        ctx.allow(Act::ManageKeys)?;
        let heads = in_write!(self.db, ctx, |tx| {
            let row = api_key::Entity::find_by_id((ctx.workspace.0, id.0))
                .one(tx)
                .await?
                .filter(|row| row.revoked_at.is_none())
                .ok_or(StoreError::NotFound)?;
            self.revoke_key(tx, row).await
        })?;
        self.signals.sessions_ended(ctx.workspace);
        self.notify_all(heads);
        Ok(())
    }

    /// Lets a key that was restored from a backup work again.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`]; [`StoreError::NotFound`] when the workspace has no such key that is not revoked.
    pub async fn confirm_api_key(self, id: ApiKeyId) -> Result<(), StoreError> {
        let ctx = self.ctx;
        ctx.allow(Act::ManageKeys)?;
        in_write!(self.db, ctx, |tx| {
            let row = api_key::Entity::find_by_id((ctx.workspace.0, id.0)).one(tx).await?;
            let row = row.filter(|row| row.revoked_at.is_none()).ok_or(StoreError::NotFound)?;
            let name = row.name.clone();
            let mut row = row.into_active_model();
            row.suspended_at = Set(None);
            row.update(tx).await?;
            let (line, now) = (self.sources.id(), self.now());
            Store::audit(tx, line, now, "api_key.confirmed", Some(&name)).await
        })
    }
}

impl Store {
    /// Whether a key works, by its hash.
    pub(crate) async fn key_works(&self, key_hash: &str) -> Result<bool, StoreError> {
        let works = api_key::Entity::find()
            .filter(api_key::Column::KeyHash.eq(key_hash))
            .filter(api_key::Column::RevokedAt.is_null())
            .filter(api_key::Column::SuspendedAt.is_null());
        Ok(works.one(self.db.read()).await?.is_some())
    }

    /// The context of the program with this key; `None` when the key is unknown, revoked, or not confirmed since a
    /// restore.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn program(&self, key: &str) -> Result<Option<WorkspaceCtx>, StoreError> {
        if !key.starts_with(PREFIX) {
            return Ok(None);
        }
        let (now, key_hash) = (self.now(), hash(key));
        let found = api_key::Entity::find()
            .filter(api_key::Column::KeyHash.eq(&key_hash))
            .filter(api_key::Column::RevokedAt.is_null())
            .filter(api_key::Column::SuspendedAt.is_null())
            .one(self.db.read())
            .await?;
        let Some(found) = found else { return Ok(None) };
        if found.used_at.is_none_or(|used| now - used >= SEEN_EVERY) {
            in_write!(self.db, |tx| {
                let text = "UPDATE api_key SET used_at = $2 WHERE key_hash = $1";
                tx.execute_raw(sql(tx, text, [key_hash.clone().into(), now.into()])).await?;
                Ok(())
            })?;
        }
        let who = program_name(&found);
        let role = Scope::role(&scopes(&found.scopes)?);
        Ok(Some(WorkspaceCtx { role, ..WorkspaceCtx::new(WorkspaceId(found.workspace_id), who) }))
    }
}

/// The program of a key, as "who" in the audit log.
pub(super) fn program_name(key: &api_key::Model) -> String {
    format!("{} (API key …{})", key.name, key.hint)
}

fn scopes(text: &str) -> Result<Vec<Scope>, StoreError> {
    text.split_whitespace().map(|scope| scope.parse().map_err(StoreError::corrupt)).collect()
}

fn view(row: api_key::Model) -> Result<ApiKeyView, StoreError> {
    Ok(ApiKeyView {
        id: ApiKeyId(row.id),
        scopes: scopes(&row.scopes)?,
        name: row.name,
        hint: row.hint,
        created_by: row.created_by,
        created_at: row.created_at,
        used_at: row.used_at,
        suspended: row.suspended_at.is_some(),
    })
}
