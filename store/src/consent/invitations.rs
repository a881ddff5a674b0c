//! Links for an administrator who has no account with us: attempts that live longer and can be revoked.
//!
//! Such a link gives no access to the workspace. Its user signs in at Microsoft and can approve for their own
//! organisation only; the workspace sees the result as of every attempt.

use domain::{
    consent::{AttemptState, AttemptView},
    ids::{ApiClientId, AttemptId, Millis, Seq},
    live::Change,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};

use super::attempts::OVER;
use crate::clock::hash;
use crate::row_security::ScopedTx;
use crate::{Consent, NewAttempt, Store, StoreError, db::in_write, entity::consent_attempt, events::Log};

/// Long enough for an administrator who is away for a weekend.
pub(crate) const LIFE: Millis = 72 * 60 * 60 * 1_000;

impl Consent<'_> {
    /// Creates a link for an administrator. Earlier links of the workspace stop working: one is open at a time.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such API client.
    pub async fn invite(self, client: ApiClientId) -> Result<NewAttempt, StoreError> {
        let ctx = self.ctx;
        while let Some(open) = self.open_invitation().await? {
            self.revoke_invitation(open.id).await?;
        }
        let made = self.insert_attempt(client, LIFE, true).await?;
        in_write!(self.db, ctx, |tx| {
            let line = self.sources.id();
            Store::audit(tx, line, self.now(), "consent.invited", None).await
        })?;
        Ok(made)
    }

    /// The open link, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn open_invitation(self) -> Result<Option<AttemptView>, StoreError> {
        let ctx = self.ctx;
        use consent_attempt::Column as C;
        let found = consent_attempt::Entity::find()
            .filter(C::WorkspaceId.eq(ctx.workspace.0))
            .filter(C::Invited.eq(true))
            .filter(C::State.is_not_in(OVER.map(AttemptState::as_str)))
            .filter(C::ExpiresAt.gt(self.now()))
            .order_by_desc(C::CreatedAt)
            .one(&self.db.read_in(ctx))
            .await?;
        found.map(|row| self.attempt_view(row)).transpose()
    }

    /// Revokes a link. For an administrator who is on Microsoft's page with it, it does not work any more afterwards.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such link that still works.
    pub async fn revoke_invitation(self, id: AttemptId) -> Result<AttemptView, StoreError> {
        let ctx = self.ctx;
        let delegation = self.attempt(id).await?.delegation;
        let (head, view) = in_write!(self.db, ctx, |tx| {
            // Granting holds the same lock: a link is used or revoked, never both.
            let log = Log::open(tx, delegation, self.now()).await?;
            let row = consent_attempt::Entity::find_by_id((ctx.workspace.0, id.0)).one(tx).await?;
            let row = row.filter(|row| row.invited).ok_or(StoreError::NotFound)?;
            self.end_attempt(tx, log, row).await
        })?;
        self.signals.notify(delegation, head);
        Ok(view)
    }
}

impl Store {
    /// Ends an open attempt: its link and its pending sign-in do not work any more. `log` is that of its delegation.
    pub(crate) async fn end_attempt(
        &self,
        tx: &ScopedTx<'_>,
        mut log: Log<'_>,
        row: consent_attempt::Model,
    ) -> Result<(Seq, AttemptView), StoreError> {
        let now = self.now();
        Self::must_be_open(&row, now)?;
        let mut row = row.into_active_model();
        row.link_hash = Set(hash(&self.sources.token()));
        row.state_hash = Set(None);
        row.nonce = Set(None);
        row.pkce_verifier = Set(None);
        row.state = Set(AttemptState::Expired.as_str().to_owned());
        row.expires_at = Set(now);
        let view = self.attempt_view(row.update(tx).await?)?;
        log.push(&Change::Attempt(Box::new(view.clone())))?;
        Self::audit(tx, self.sources.id(), now, "consent.revoked", None).await?;
        Ok((log.close().await?, view))
    }
}
