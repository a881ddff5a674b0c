//! Consent attempts: single-use rows that carry the context from our tab through Microsoft's pages and back.
//!
//! A browser that returns from Microsoft may have no session with us (another browser, a partitioned cookie). The row
//! binds the answer to the workspace: its link token and its states are stored only as hashes, each state is used once,
//! and the answer's own claims about the tenant are ignored.

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

use crate::{
    Consent, Store, StoreError, WorkspaceCtx,
    db::{in_write, sql},
    entity::{api_client, consent_attempt},
    events::Log,
};
use secrecy::SecretString;
use uuid::Uuid;

use crate::clock::hash;

const LIFE: Millis = 60 * 60 * 1_000;

/// An attempt that was just created.
#[derive(Debug)]
pub struct NewAttempt {
    pub view: AttemptView,
    /// The token of the link that starts it.
    pub link: String,
}

/// An attempt while the administrator is on Microsoft's pages, with the context that it belongs to.
#[derive(Clone, Debug)]
pub struct AttemptStep {
    pub ctx: WorkspaceCtx,
    pub view: AttemptView,
    pub nonce: Option<SecretString>,
    pub pkce_verifier: Option<SecretString>,
    /// The tenant that must sign in, if it is known already.
    pub expected_tid: Option<String>,
    /// The tenant whose administrator has signed in.
    pub proven_tid: Option<String>,
}

impl Consent<'_> {
    /// The Microsoft object id of the administrator who approved a delegation last: a mailbox for test calls.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn approver(self, delegation: DelegationId) -> Result<Option<String>, StoreError> {
        let ctx = self.ctx;
        let granted = consent_attempt::Entity::find()
            .filter(consent_attempt::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(consent_attempt::Column::DelegationId.eq(delegation.0))
            .filter(consent_attempt::Column::State.eq(AttemptState::Granted.as_str()))
            .order_by_desc(consent_attempt::Column::CreatedAt)
            .one(&self.db.read_in(ctx))
            .await?;
        Ok(granted.and_then(|attempt| attempt.proven_oid))
    }

    /// Creates an attempt for an API client; the first one also creates its delegation.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such API client.
    pub async fn start_attempt(self, client: ApiClientId) -> Result<NewAttempt, StoreError> {
        self.insert_attempt(client, LIFE, false).await
    }

    /// The same with a lifetime; `invited` marks a link that was made for another administrator.
    pub(crate) async fn insert_attempt(
        self,
        client: ApiClientId,
        life: Millis,
        invited: bool,
    ) -> Result<NewAttempt, StoreError> {
        let ctx = self.ctx;
        let (id, link, now) = (self.sources.id(), self.sources.token(), self.now());
        let row = in_write!(self.db, ctx, |tx| {
            let found = api_client::Entity::find_by_id((ctx.workspace.0, client.0))
                .one(tx)
                .await?
                .ok_or(StoreError::NotFound)?;
            let (delegation, expected_tid) = match found.delegation_id {
                Some(known) => (DelegationId(known), self.delegation_row(tx, DelegationId(known)).await?.tid),
                None => {
                    let made = self.insert_delegation(tx).await?;
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

    /// An attempt of the workspace.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such attempt.
    pub async fn attempt(self, id: AttemptId) -> Result<AttemptView, StoreError> {
        let ctx = self.ctx;
        let row =
            consent_attempt::Entity::find_by_id((ctx.workspace.0, id.0)).one(&self.db.read_in(ctx)).await?;
        self.attempt_view(row.ok_or(StoreError::NotFound)?)
    }
}

impl Store {
    pub(crate) fn attempt_view(&self, row: consent_attempt::Model) -> Result<AttemptView, StoreError> {
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

    /// The attempt of an opened link. A link may be opened again (with another account) until the attempt is over.
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

    /// Checks that an attempt can still be approved: a refused one can, with another account, until it expires.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the attempt is over.
    pub(crate) fn must_be_open(row: &consent_attempt::Model, now: Millis) -> Result<(), StoreError> {
        let over = [AttemptState::Granted, AttemptState::Expired];
        if row.expires_at <= now || over.iter().any(|state| row.state == state.as_str()) {
            return Err(StoreError::NotFound);
        }
        Ok(())
    }

    /// Stores the secrets of a sign-in that is about to start, and the hash of the state that must come back.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the attempt is over meanwhile.
    pub async fn store_sign_in(
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

    /// The attempt of a state that came back. This uses the state up, even if a later step fails.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when no attempt waits for the state.
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

    /// Stores the account `oid` of tenant `tid` that has signed in; `state` must come back from the consent page.
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

    /// Ends the attempt without consent. Its API client and its delegation stay.
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

    /// Authorises the delegation for the proven tenant, which has consented.
    ///
    /// # Errors
    /// [`StoreError::LinkedElsewhere`] when another delegation has the tenant; [`StoreError::NotFound`] when the
    /// attempt is over meanwhile. Nothing has changed then.
    pub async fn grant_attempt(&self, step: &AttemptStep, tid: &str) -> Result<AttemptView, StoreError> {
        let (ctx, id, now) = (&step.ctx, step.view.delegation, self.now());
        let outcome = in_write!(self.db, for ctx, |tx| {
            let mut log = Log::open(tx, id, now).await?;
            let found = self.delegation_row(tx, id).await?;
            // A second approval does not reset a link that works already.
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
            // The link may have been revoked while the administrator was on Microsoft's page.
            Self::must_be_open(&attempt, now)?;
            let mut attempt = attempt.into_active_model();
            attempt.state = Set(AttemptState::Granted.as_str().to_owned());
            attempt.reason = Set(None);
            attempt.state_hash = Set(None);
            let view = self.attempt_view(attempt.update(tx).await?)?;
            log.push(&Change::Attempt(Box::new(view.clone())))?;
            Self::audit(tx, self.sources.id(), now, "consent.granted", Some(tid)).await?;
            Ok((self.log_delegation(tx, id, log).await?, view))
        });
        let (head, view) = outcome?;
        self.signals.notify(id, head);
        Ok(view)
    }

    async fn change_attempt(
        &self,
        step: &AttemptStep,
        change: impl Fn(&mut consent_attempt::ActiveModel),
    ) -> Result<AttemptView, StoreError> {
        let (ctx, id) = (&step.ctx, step.view.delegation);
        let (head, view) = in_write!(self.db, for ctx, |tx| {
            let mut log = Log::open(tx, id, self.now()).await?;
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
        self.signals.notify(id, head);
        Ok(view)
    }

    pub(crate) fn step(&self, row: consent_attempt::Model) -> Result<AttemptStep, StoreError> {
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

/// The place for which a secret of an attempt is sealed.
fn place(column: &str, id: Uuid) -> String {
    format!("consent_attempt.{column}/{id}")
}

/// The error of a violated unique index on the tenant: another delegation has it.
fn taken_elsewhere(error: DbErr) -> StoreError {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => StoreError::LinkedElsewhere,
        _ => StoreError::Database(error),
    }
}
