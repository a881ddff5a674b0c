//! Consent attempts: single-use rows that carry the context from our tab through Microsoft's pages and back.
//!
//! A browser that returns from Microsoft may have no session with us (another browser, a partitioned cookie). The row
//! binds the answer to the workspace and to the browser that began: its link token, its states and the token in the
//! browser's cookie are stored only as hashes, each state is used once, and the answer's own claims about the tenant are
//! ignored. `progress` changes them, `requests` says who asked.

use domain::{
    Reason,
    consent::{AttemptState, AttemptView},
    ids::{ApiClientId, AttemptId, DelegationId, Millis, WorkspaceId},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, sea_query::IntoCondition,
};
use secrecy::SecretString;
use uuid::Uuid;

use crate::{
    Browser, Consent, Store, StoreError, WorkspaceCtx,
    clock::hash,
    db::in_write,
    entity::{api_client, consent_attempt},
};

/// The states in which an attempt cannot be approved any more.
pub(crate) const OVER: [AttemptState; 2] = [AttemptState::Granted, AttemptState::Expired];

pub(crate) const LIFE: Millis = 60 * 60 * 1_000;

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
    /// Whether Microsoft has confirmed the approval of that tenant.
    pub consented: bool,
    /// The browser that has begun it.
    pub(super) browser_hash: Option<String>,
}

impl Store {
    /// Whether the newest attempt of all workspaces in which an administrator came back from Microsoft's sign-in with a
    /// result failed on our side; `None` without such an attempt.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn approval_failed_here(&self) -> Result<Option<bool>, StoreError> {
        let ours = Reason::OurCredentialProblem.as_str();
        let proven = Condition::any()
            .add(consent_attempt::Column::ProvenTid.is_not_null())
            .add(consent_attempt::Column::Reason.eq(ours));
        let newest = consent_attempt::Entity::find()
            .filter(proven)
            .order_by_desc(consent_attempt::Column::CreatedAt)
            .one(self.db.read())
            .await?;
        Ok(newest.map(|attempt| attempt.reason.as_deref() == Some(ours)))
    }
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
                created_by_member: Set(ctx.member.map(|member| member.0)),
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
            started_at: row.created_at,
            expires_at: row.expires_at,
            invited: row.invited,
        })
    }

    /// The attempt of an opened link. A link may be opened again (with another account) until the attempt is over.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the link is unknown, or its attempt is over.
    pub async fn begin_sign_in(&self, link: &str) -> Result<AttemptStep, StoreError> {
        self.step(self.open_attempt(consent_attempt::Column::LinkHash.eq(hash(link))).await?)
    }

    /// The attempt that a browser has begun, to begin it again with another account.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when this browser has not begun it, or it is over.
    pub async fn begin_again(
        &self,
        attempt: AttemptId,
        browser: Browser<'_>,
    ) -> Result<AttemptStep, StoreError> {
        self.step(self.open_attempt(begun_by(attempt, browser)).await?)
    }

    /// The attempt that matches and is not over.
    pub(super) async fn open_attempt(
        &self,
        which: impl IntoCondition,
    ) -> Result<consent_attempt::Model, StoreError> {
        let row = consent_attempt::Entity::find().filter(which.into_condition()).one(self.db.read()).await?;
        let row = row.ok_or(StoreError::NotFound)?;
        Self::must_be_open(&row, self.now())?;
        Ok(row)
    }

    /// Checks that an attempt can still be approved: a refused one can, with another account, until it expires.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the attempt is over.
    pub(crate) fn must_be_open(row: &consent_attempt::Model, now: Millis) -> Result<(), StoreError> {
        if row.expires_at <= now || OVER.iter().any(|state| row.state == state.as_str()) {
            return Err(StoreError::NotFound);
        }
        Ok(())
    }

    pub(crate) fn step(&self, row: consent_attempt::Model) -> Result<AttemptStep, StoreError> {
        let open = |sealed: &Option<String>, column| {
            let opened = sealed.as_ref().map(|sealed| self.keys.open(sealed, &sealed_for(column, row.id)));
            opened.transpose()
        };
        Ok(AttemptStep {
            ctx: WorkspaceCtx::new(WorkspaceId(row.workspace_id), row.created_by.clone()),
            nonce: open(&row.nonce, "nonce")?,
            pkce_verifier: open(&row.pkce_verifier, "pkce_verifier")?,
            expected_tid: row.expected_tid.clone(),
            proven_tid: row.proven_tid.clone(),
            consented: row.consented_at.is_some(),
            browser_hash: row.browser_hash.clone(),
            view: self.attempt_view(row)?,
        })
    }
}

/// The attempt with this id, if this browser has begun it.
pub(super) fn begun_by(attempt: AttemptId, Browser(browser): Browser<'_>) -> Condition {
    Condition::all()
        .add(consent_attempt::Column::Id.eq(attempt.0))
        .add(consent_attempt::Column::BrowserHash.eq(hash(browser)))
}

/// What a secret of an attempt is sealed for.
pub(super) fn sealed_for(column: &str, id: Uuid) -> String {
    format!("consent_attempt.{column}/{id}")
}
