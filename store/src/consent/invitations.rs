//! Links for an administrator who has no account with us: attempts that live longer and can be revoked.
//!
//! Such a link gives no access to the workspace. Its user signs in at Microsoft and can approve for their own
//! organisation only; the workspace sees the result as of every attempt.

use domain::{
    consent::{AttemptState, AttemptView},
    ids::{ApiClientId, AttemptId, Millis},
    live::Change,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};

use crate::clock::hash;
use crate::{Consent, NewAttempt, Store, StoreError, db::in_write, entity::consent_attempt, events::Log};

/// Long enough for an administrator who is away for a weekend.
const LIFE: Millis = 72 * 60 * 60 * 1_000;

/// The invitation that the page behind a link shows.
#[derive(Debug)]
pub struct Invitation {
    /// The member who created it.
    pub by: String,
    pub workspace: String,
    pub expires_at: Millis,
}

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

    /// Revokes a link. For an administrator who is on Microsoft's page with it, it does not work any more afterwards.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such link that still works.
    pub async fn revoke_invitation(self, id: AttemptId) -> Result<AttemptView, StoreError> {
        let ctx = self.ctx;
        let (now, dead) = (self.now(), hash(&self.sources.token()));
        let delegation = self.attempt(id).await?.delegation;
        let (head, view) = in_write!(self.db, ctx, |tx| {
            // Granting holds the same lock: a link is used or revoked, never both.
            let mut log = Log::open(tx, delegation, now).await?;
            let row = consent_attempt::Entity::find_by_id((ctx.workspace.0, id.0)).one(tx).await?;
            let row = row.filter(|row| row.invited).ok_or(StoreError::NotFound)?;
            Store::must_be_open(&row, now)?;
            let mut row = row.into_active_model();
            row.link_hash = Set(dead.clone());
            row.state_hash = Set(None);
            row.nonce = Set(None);
            row.pkce_verifier = Set(None);
            row.state = Set(AttemptState::Expired.as_str().to_owned());
            row.expires_at = Set(now);
            let view = self.attempt_view(row.update(tx).await?)?;
            log.push(&Change::Attempt(Box::new(view.clone())))?;
            Store::audit(tx, self.sources.id(), now, "consent.revoked", None).await?;
            Ok((log.close().await?, view))
        })?;
        self.signals.notify(delegation, head);
        Ok(view)
    }
}

impl Store {
    /// The invitation of a link. Reading it does not use the link up.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the link is unknown, used, revoked or expired; the error does not tell which.
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
            workspace: self.workspace(&step.ctx).workspace_name().await?,
            expires_at: step.view.expires_at,
        })
    }
}
