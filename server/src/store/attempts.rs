//! Consent attempts: single-use rows that carry the context from our tab through Microsoft's pages and back.
//!
//! Whoever comes back from Microsoft may have no session with us (another browser, a partitioned cookie). The row
//! is what binds the answer to the workspace: its link token and its states are kept only as hashes, each is used
//! once, and the answer's own claims about the tenant count for nothing.

use domain::{
    Reason,
    consent::{AttemptState, AttemptView},
    delegation::DelegationState,
    ids::{ApiClientId, AttemptId, DelegationId, Millis, WorkspaceId},
    live::Change,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, SqlErr,
};

use super::{
    Store, StoreError, WorkspaceCtx,
    db::{in_write, sql},
    entity::{api_client, consent_attempt},
    events::Log,
};
use secrecy::SecretString;
use uuid::Uuid;

use crate::sources::hash;

const LIFE: Millis = 60 * 60 * 1_000;

/// A started attempt.
#[derive(Debug)]
pub struct NewAttempt {
    pub view: AttemptView,
    /// The token of the link that starts it.
    pub link: String,
}

/// An attempt on its way through Microsoft's pages, with the context it belongs to.
#[derive(Clone, Debug)]
pub struct AttemptStep {
    pub ctx: WorkspaceCtx,
    pub view: AttemptView,
    pub nonce: Option<SecretString>,
    pub pkce_verifier: Option<SecretString>,
    /// The tenant that must sign in, when the admin e-mail came first.
    pub expected_tid: Option<String>,
    /// The tenant whose administrator has signed in.
    pub proven_tid: Option<String>,
}

impl Store {
    pub(in crate::store) fn attempt_view(
        &self,
        row: consent_attempt::Model,
    ) -> Result<AttemptView, StoreError> {
        let mut state: AttemptState = row.state.parse().map_err(StoreError::corrupt)?;
        if !state.is_over() && row.expires_at <= self.now() {
            state = AttemptState::Expired;
        }
        Ok(AttemptView {
            id: AttemptId(row.id),
            delegation: DelegationId(row.delegation_id),
            state,
            reason: row.reason.as_deref().map(str::parse).transpose().map_err(StoreError::corrupt)?,
            signed_in_as: row.signed_in_as,
            expires_at: row.expires_at,
            invited: row.invited,
        })
    }

    /// The Microsoft object id of the administrator who approved a delegation last: a mailbox to try things on.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn approver(
        &self,
        ctx: &WorkspaceCtx,
        delegation: DelegationId,
    ) -> Result<Option<String>, StoreError> {
        let granted = consent_attempt::Entity::find()
            .filter(consent_attempt::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(consent_attempt::Column::DelegationId.eq(delegation.0))
            .filter(consent_attempt::Column::State.eq(AttemptState::Granted.as_str()))
            .order_by_desc(consent_attempt::Column::CreatedAt)
            .one(&self.db.read_in(ctx))
            .await?;
        Ok(granted.and_then(|attempt| attempt.proven_oid))
    }

    /// Starts an attempt for an API client; its delegation is made with the first one.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such API client.
    pub async fn start_attempt(
        &self,
        ctx: &WorkspaceCtx,
        client: ApiClientId,
    ) -> Result<NewAttempt, StoreError> {
        self.insert_attempt(ctx, client, LIFE, false).await
    }

    /// The same for a link that lives as long as it is told and may be meant for somebody else.
    pub(in crate::store) async fn insert_attempt(
        &self,
        ctx: &WorkspaceCtx,
        client: ApiClientId,
        life: Millis,
        invited: bool,
    ) -> Result<NewAttempt, StoreError> {
        let (id, link, now) = (self.sources.id(), self.sources.token(), self.now());
        let row = in_write!(self.db, ctx, |tx| {
            let found = api_client::Entity::find_by_id((ctx.workspace.0, client.0))
                .one(tx)
                .await?
                .ok_or(StoreError::NotFound)?;
            let (delegation, expected_tid) = match found.delegation_id {
                Some(known) => {
                    (DelegationId(known), self.delegation_row(tx, ctx, DelegationId(known)).await?.tid)
                }
                None => {
                    let made = self.insert_delegation(tx, ctx).await?;
                    let mut row = found.into_active_model();
                    row.delegation_id = Set(Some(made.0));
                    row.update(tx).await?;
                    (made, None)
                }
            };
            Ok(consent_attempt::ActiveModel {
                workspace_id: Set(ctx.workspace.0),
                id: Set(id),
                delegation_id: Set(delegation.0),
                api_client_id: Set(client.0),
                link_hash: Set(hash(&link)),
                expected_tid: Set(expected_tid),
                state: Set(AttemptState::Waiting.as_str().to_owned()),
                created_by: Set(ctx.who.clone()),
                created_at: Set(now),
                expires_at: Set(now + life),
                invited: Set(invited),
                ..Default::default()
            }
            .insert(tx)
            .await?)
        })?;
        Ok(NewAttempt { view: self.attempt_view(row)?, link })
    }

    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such attempt.
    pub async fn attempt(&self, ctx: &WorkspaceCtx, id: AttemptId) -> Result<AttemptView, StoreError> {
        let row =
            consent_attempt::Entity::find_by_id((ctx.workspace.0, id.0)).one(&self.db.read_in(ctx)).await?;
        self.attempt_view(row.ok_or(StoreError::NotFound)?)
    }

    /// The link was opened: keeps what the sign-in needs and the hash of the state that must come back.
    /// A link may be opened again (another account) until the attempt is over.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the link is unknown, or its attempt is over.
    pub async fn begin_sign_in(&self, link: &str) -> Result<AttemptStep, StoreError> {
        let row = consent_attempt::Entity::find()
            .filter(consent_attempt::Column::LinkHash.eq(hash(link)))
            .one(self.db.read())
            .await?
            .ok_or(StoreError::NotFound)?;
        Self::must_be_open(&row, self.now())?;
        self.step(row)
    }

    /// Whether an attempt can still come to an approval: one that was refused can, with another account, until its
    /// time is up.
    pub(in crate::store) fn must_be_open(
        row: &consent_attempt::Model,
        now: Millis,
    ) -> Result<(), StoreError> {
        let over = [AttemptState::Granted, AttemptState::Expired];
        if row.expires_at <= now || over.iter().any(|state| row.state == state.as_str()) {
            return Err(StoreError::NotFound);
        }
        Ok(())
    }

    /// Keeps the secrets of a sign-in that is about to start.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the attempt is over meanwhile.
    pub async fn keep_sign_in(
        &self,
        step: &AttemptStep,
        state: &str,
        nonce: &str,
        pkce_verifier: &str,
    ) -> Result<(), StoreError> {
        let id = step.view.id.0;
        let (nonce, verifier) = (
            self.keys.seal(nonce, &place("nonce", id)),
            self.keys.seal(pkce_verifier, &place("pkce_verifier", id)),
        );
        self.change_attempt(step, |row| {
            row.state_hash = Set(Some(hash(state)));
            row.nonce = Set(Some(nonce.clone()));
            row.pkce_verifier = Set(Some(verifier.clone()));
            row.state = Set(AttemptState::Waiting.as_str().to_owned());
            row.reason = Set(None);
            row.proven_tid = Set(None);
            row.proven_oid = Set(None);
        })
        .await
        .map(|_| ())
    }

    /// The attempt whose state came back. The state is used up by this, whatever follows.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when no attempt waits for it.
    pub async fn take_state(&self, state: &str) -> Result<AttemptStep, StoreError> {
        let wanted = hash(state);
        let row = in_write!(self.db, |tx| {
            let found = consent_attempt::Entity::find()
                .filter(consent_attempt::Column::StateHash.eq(wanted.clone()))
                .one(tx)
                .await?
                .ok_or(StoreError::NotFound)?;
            let taken = tx
                .execute_raw(sql(
                    tx,
                    "UPDATE consent_attempt SET state_hash = NULL WHERE workspace_id = $1 AND id = $2 AND state_hash = $3",
                    [found.workspace_id.into(), found.id.into(), wanted.clone().into()],
                ))
                .await?;
            if taken.rows_affected() == 1 { Ok(found) } else { Err(StoreError::NotFound) }
        })?;
        let step = self.step(row)?;
        if step.view.state.is_over() { Err(StoreError::NotFound) } else { Ok(step) }
    }

    /// Somebody of tenant `tid` has signed in; `state` must come back from the consent page.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the attempt is over meanwhile.
    pub async fn prove_tenant(
        &self,
        step: &AttemptStep,
        tid: &str,
        oid: &str,
        name: &str,
        state: &str,
    ) -> Result<AttemptView, StoreError> {
        self.change_attempt(step, |row| {
            row.state = Set(AttemptState::SignedIn.as_str().to_owned());
            row.proven_tid = Set(Some(tid.to_owned()));
            row.proven_oid = Set(Some(oid.to_owned()));
            row.signed_in_as = Set(Some(name.to_owned()));
            row.state_hash = Set(Some(hash(state)));
            row.nonce = Set(None);
            row.pkce_verifier = Set(None);
        })
        .await
    }

    /// The attempt ends without consent. What was typed and set up stays.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the attempt is over meanwhile.
    pub async fn refuse_attempt(
        &self,
        step: &AttemptStep,
        reason: Reason,
        signed_in_as: Option<&str>,
    ) -> Result<AttemptView, StoreError> {
        self.change_attempt(step, |row| {
            row.state = Set(AttemptState::Refused.as_str().to_owned());
            row.reason = Set(Some(reason.code().to_owned()));
            if let Some(name) = signed_in_as {
                row.signed_in_as = Set(Some(name.to_owned()));
            }
        })
        .await
    }

    /// The proven tenant has consented: the delegation is authorised for it.
    ///
    /// # Errors
    /// [`StoreError::LinkedElsewhere`] when another delegation has the tenant; [`StoreError::NotFound`] when the
    /// attempt is over meanwhile. Nothing has changed then.
    pub async fn grant_attempt(&self, step: &AttemptStep, tid: &str) -> Result<AttemptView, StoreError> {
        let (ctx, id, now) = (&step.ctx, step.view.delegation, self.now());
        let outcome = in_write!(self.db, |tx| {
            let mut log = Log::open(tx, ctx, id, now).await?;
            let found = self.delegation_row(tx, ctx, id).await?;
            // A link that works already is not thrown back by a second approval.
            let keeps = found.tid.as_deref() == Some(tid)
                && found.state != DelegationState::AwaitingAuthorization.as_str();
            let mut row = found.into_active_model();
            row.tid = Set(Some(tid.to_owned()));
            if !keeps {
                row.state = Set(DelegationState::Authorized.as_str().to_owned());
                row.reason = Set(None);
            }
            row.update(tx).await.map_err(taken_elsewhere)?;
            let attempt = consent_attempt::Entity::find_by_id((ctx.workspace.0, step.view.id.0))
                .one(tx)
                .await?
                .ok_or(StoreError::NotFound)?;
            // It may have been taken back while somebody was on Microsoft's page.
            Self::must_be_open(&attempt, now)?;
            let mut attempt = attempt.into_active_model();
            attempt.state = Set(AttemptState::Granted.as_str().to_owned());
            attempt.reason = Set(None);
            attempt.state_hash = Set(None);
            let view = self.attempt_view(attempt.update(tx).await?)?;
            log.push(&Change::Attempt(Box::new(view.clone())))?;
            Self::audit(tx, ctx, self.sources.id(), now, "consent.granted", Some(tid)).await?;
            Ok((self.log_delegation(tx, ctx, id, log).await?, view))
        });
        let (head, view) = outcome?;
        self.hub.ring(id, head);
        Ok(view)
    }

    async fn change_attempt(
        &self,
        step: &AttemptStep,
        change: impl Fn(&mut consent_attempt::ActiveModel),
    ) -> Result<AttemptView, StoreError> {
        let (ctx, id) = (&step.ctx, step.view.delegation);
        let (head, view) = in_write!(self.db, |tx| {
            let mut log = Log::open(tx, ctx, id, self.now()).await?;
            let row = consent_attempt::Entity::find_by_id((ctx.workspace.0, step.view.id.0))
                .one(tx)
                .await?
                .ok_or(StoreError::NotFound)?;
            Self::must_be_open(&row, self.now())?;
            let mut row = row.into_active_model();
            change(&mut row);
            let view = self.attempt_view(row.update(tx).await?)?;
            log.push(&Change::Attempt(Box::new(view.clone())))?;
            Ok((log.close().await?, view))
        })?;
        self.hub.ring(id, head);
        Ok(view)
    }

    pub(in crate::store) fn step(&self, row: consent_attempt::Model) -> Result<AttemptStep, StoreError> {
        let open = |sealed: &Option<String>, column| {
            let opened = sealed.as_ref().map(|sealed| self.keys.open(sealed, &place(column, row.id)));
            opened.transpose()
        };
        Ok(AttemptStep {
            ctx: WorkspaceCtx::new(WorkspaceId(row.workspace_id), row.created_by.clone()),
            nonce: open(&row.nonce, "nonce")?,
            pkce_verifier: open(&row.pkce_verifier, "pkce_verifier")?,
            expected_tid: row.expected_tid.clone(),
            proven_tid: row.proven_tid.clone(),
            view: self.attempt_view(row)?,
        })
    }
}

/// Where a secret of an attempt stands.
fn place(column: &str, id: Uuid) -> String {
    format!("consent_attempt.{column}/{id}")
}

/// The unique index on the tenant speaks for whoever came first.
fn taken_elsewhere(error: DbErr) -> StoreError {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => StoreError::LinkedElsewhere,
        _ => StoreError::Database(error),
    }
}
