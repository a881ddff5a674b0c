//! Links for an administrator who has no account with us: an attempt that lives longer and can be taken back.
//!
//! Such a link opens nothing of the workspace. Whoever follows it signs in at Microsoft and can approve for their own
//! organisation only; the workspace learns of it as of every attempt.

use domain::{
    consent::{AttemptState, AttemptView},
    ids::{ApiClientId, AttemptId, Millis},
    live::Change,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};

use super::{
    NewAttempt, Store, StoreError, WorkspaceCtx, db::in_write, entity::consent_attempt, events::Log,
};
use crate::sources::hash;

/// Long enough for somebody who is away for a weekend.
const LIFE: Millis = 72 * 60 * 60 * 1_000;

/// What a link says to whoever opens it.
#[derive(Debug)]
pub struct Invitation {
    /// Who made it.
    pub by: String,
    pub workspace: String,
    pub expires_at: Millis,
}

impl Store {
    /// A new link for an administrator. Earlier ones of the workspace stop working: one is out at a time.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such API client.
    pub async fn invite(&self, ctx: &WorkspaceCtx, client: ApiClientId) -> Result<NewAttempt, StoreError> {
        while let Some(open) = self.open_invitation(ctx).await? {
            self.revoke_invitation(ctx, open.id).await?;
        }
        let made = self.insert_attempt(ctx, client, LIFE, true).await?;
        in_write!(self.db, ctx, |tx| {
            let line = self.sources.id();
            Self::audit(tx, ctx, line, self.now(), "consent.invited", None).await
        })?;
        Ok(made)
    }

    /// The link that is out, if one is.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn open_invitation(&self, ctx: &WorkspaceCtx) -> Result<Option<AttemptView>, StoreError> {
        use consent_attempt::Column as C;
        let over = [AttemptState::Granted, AttemptState::Expired];
        let found = consent_attempt::Entity::find()
            .filter(C::WorkspaceId.eq(ctx.workspace.0))
            .filter(C::Invited.eq(true))
            .filter(C::State.is_not_in(over.map(AttemptState::as_str)))
            .filter(C::ExpiresAt.gt(self.now()))
            .order_by_desc(C::CreatedAt)
            .one(&self.db.read_in(ctx))
            .await?;
        found.map(|row| self.attempt_view(row)).transpose()
    }

    /// Takes a link back. Whoever is on Microsoft's page with it comes back to a link that does not work any more.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such link that still works.
    pub async fn revoke_invitation(
        &self,
        ctx: &WorkspaceCtx,
        id: AttemptId,
    ) -> Result<AttemptView, StoreError> {
        let (now, dead) = (self.now(), hash(&self.sources.token()));
        let delegation = self.attempt(ctx, id).await?.delegation;
        let (head, view) = in_write!(self.db, ctx, |tx| {
            // Granting holds the same lock: a link is used or taken back, never both.
            let mut log = Log::open(tx, ctx, delegation, now).await?;
            let row = consent_attempt::Entity::find_by_id((ctx.workspace.0, id.0)).one(tx).await?;
            let row = row.filter(|row| row.invited).ok_or(StoreError::NotFound)?;
            Self::must_be_open(&row, now)?;
            let mut row = row.into_active_model();
            row.link_hash = Set(dead.clone());
            row.state_hash = Set(None);
            row.nonce = Set(None);
            row.pkce_verifier = Set(None);
            row.state = Set(AttemptState::Expired.as_str().to_owned());
            row.expires_at = Set(now);
            let view = self.attempt_view(row.update(tx).await?)?;
            log.push(&Change::Attempt(Box::new(view.clone())))?;
            Self::audit(tx, ctx, self.sources.id(), now, "consent.revoked", None).await?;
            Ok((log.close().await?, view))
        })?;
        self.hub.ring(delegation, head);
        Ok(view)
    }

    /// What the page behind a link says. Looking uses nothing up.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the link is unknown, used, taken back or too old: which of them is nobody's
    /// business.
    pub async fn invitation(&self, link: &str) -> Result<Invitation, StoreError> {
        let row = consent_attempt::Entity::find()
            .filter(consent_attempt::Column::LinkHash.eq(hash(link)))
            .filter(consent_attempt::Column::Invited.eq(true))
            .one(self.db.read())
            .await?
            .ok_or(StoreError::NotFound)?;
        Self::must_be_open(&row, self.now())?;
        let step = self.step(row)?;
        Ok(Invitation {
            by: step.ctx.who().to_owned(),
            workspace: self.workspace_name(&step.ctx).await?,
            expires_at: step.view.expires_at,
        })
    }
}
