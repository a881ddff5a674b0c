//! The progress of a consent attempt: sign-in, proven tenant, approval or refusal.

use domain::{
    Reason,
    consent::{AttemptState, AttemptView},
    delegation::DelegationState,
    live::Change,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, SqlErr,
};

use super::attempts::{AttemptStep, sealed_for};
use crate::{
    Browser, Store, StoreError,
    clock::hash,
    db::{in_write, sql},
    entity::consent_attempt,
    events::Log,
};

impl Store {
    /// Stores the secrets of a sign-in that is about to start, the browser that starts it, and the hash of the state
    /// that must come back.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the attempt is over meanwhile.
    pub async fn store_sign_in(
        &self,
        step: &AttemptStep,
        Browser(browser): Browser<'_>,
        state: &str,
        nonce: &str,
        pkce_verifier: &str,
    ) -> Result<(), StoreError> {
        let id = step.view.id.0;
        let (nonce, verifier) = (
            self.keys.seal(nonce, &sealed_for("nonce", id)),
            self.keys.seal(pkce_verifier, &sealed_for("pkce_verifier", id)),
        );
        self.change_any(step, |row| {
            row.browser_hash = Set(Some(hash(browser)));
            row.consented_at = Set(None);
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
    /// [`StoreError::NotFound`] when no attempt of this browser waits for the state: whoever only has the address of
    /// Microsoft's page from somebody else approves nothing with it.
    pub async fn take_state(
        &self,
        state: &str,
        Browser(browser): Browser<'_>,
    ) -> Result<AttemptStep, StoreError> {
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
        if row.browser_hash != Some(hash(browser)) {
            return Err(StoreError::NotFound);
        }
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
            row.consented_at = Set(None);
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

    /// Stores that Microsoft has confirmed the approval. It links nothing until the person confirms the workspace.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the attempt is over meanwhile.
    pub async fn record_consent(&self, step: &AttemptStep) -> Result<AttemptView, StoreError> {
        let now = self.now();
        self.change_attempt(step, |row| row.consented_at = Set(Some(now))).await
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
            row.consented_at = Set(None);
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
    /// attempt is over meanwhile, or Microsoft has not confirmed the approval. Nothing has changed then.
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
            // The link may have been revoked, or begun again with another account, since the page was opened.
            Self::must_be_open(&attempt, now)?;
            if attempt.browser_hash != step.browser_hash
                || attempt.consented_at.is_none()
                || attempt.proven_tid.as_deref() != Some(tid)
            {
                return Err(StoreError::NotFound);
            }
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

    /// Changes an attempt, unless another browser has begun it again meanwhile.
    async fn change_attempt(
        &self,
        step: &AttemptStep,
        change: impl Fn(&mut consent_attempt::ActiveModel),
    ) -> Result<AttemptView, StoreError> {
        self.change(step, true, change).await
    }

    /// Changes an attempt for a browser that begins it.
    async fn change_any(
        &self,
        step: &AttemptStep,
        change: impl Fn(&mut consent_attempt::ActiveModel),
    ) -> Result<AttemptView, StoreError> {
        self.change(step, false, change).await
    }

    async fn change(
        &self,
        step: &AttemptStep,
        same_browser: bool,
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
            if same_browser && row.browser_hash != step.browser_hash {
                return Err(StoreError::NotFound);
            }
            let mut row = row.into_active_model();
            change(&mut row);
            let view = self.attempt_view(row.update(tx).await?)?;
            log.push(&Change::Attempt(Box::new(view.clone())))?;
            Ok((log.close().await?, view))
        })?;
        self.signals.notify(id, head);
        Ok(view)
    }
}

/// The error of a violated unique index on the tenant: another delegation has it.
fn taken_elsewhere(error: DbErr) -> StoreError {
    match error.sql_err() {
        Some(SqlErr::UniqueConstraintViolation(_)) => StoreError::LinkedElsewhere,
        _ => StoreError::Database(error),
    }
}
