//! Sessions: opened by every sign-in method, looked up by every request, ended by their owner or by time.

use domain::{
    Role,
    ids::{Millis, SessionId, UserId, WorkspaceId},
    people::{Method, SessionView},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder,
};

use crate::row_security::ScopedTx;
use crate::{
    People, Store, StoreError, WorkspaceCtx,
    clock::hash,
    db::{in_write, sql},
    entity::{member, session},
};

const MINUTE: Millis = 60 * 1_000;
/// Idle time after which a session ends: longer than a break, shorter than a night.
const IDLE: Millis = 4 * 60 * MINUTE;
/// The time after which a session ends even if it is in use.
pub(crate) const LIFE: Millis = 12 * 60 * MINUTE;
/// The life of a session inside the host's web app, which renews it while its own session lives.
pub const EMBEDDED_LIFE: Millis = 15 * MINUTE;
/// The shortest time between two writes of a session's last use.
const SEEN_EVERY: Millis = MINUTE;

/// The request that opens a session.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    pub method: Method,
    /// Browser and system, in words.
    pub agent: &'a str,
    pub address: &'a str,
    /// The token of the browser's previous session, which ends.
    pub before: Option<&'a str>,
    /// The origin of the host's page around the console.
    pub host: Option<&'a str>,
}

/// A valid session.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub ctx: WorkspaceCtx,
    /// Inside a host's page: its origin, and when the session ends unless the host renews it.
    pub embedded: Option<(String, Millis)>,
}

impl People<'_> {
    /// The caller's sessions, newest first.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn sessions(self) -> Result<Vec<SessionView>, StoreError> {
        let ctx = self.ctx;
        let Some(member) = ctx.member else { return Ok(Vec::new()) };
        let rows = session::Entity::find()
            .filter(session::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(session::Column::MemberId.eq(member.0))
            .order_by_desc(session::Column::CreatedAt)
            .all(&self.db.read_in(ctx))
            .await?;
        let now = self.now();
        rows.into_iter()
            .filter(|row| lives(row, now))
            .map(|row| {
                Ok(SessionView {
                    id: SessionId(row.id),
                    method: row.method.parse().map_err(StoreError::corrupt)?,
                    agent: row.agent,
                    address: row.address,
                    created_at: row.created_at,
                    seen_at: row.seen_at,
                    expires_at: row.expires_at.min(row.seen_at + IDLE),
                    current: ctx.session == Some(SessionId(row.id)),
                })
            })
            .collect()
    }

    /// Ends one of the caller's sessions.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is not the caller's, or over.
    pub async fn end_session(self, id: SessionId) -> Result<(), StoreError> {
        self.end_sessions(|own| own.add(session::Column::Id.eq(id.0)), Some(id.0.to_string())).await
    }

    /// Signs the caller out everywhere else.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn end_other_sessions(self) -> Result<(), StoreError> {
        let ctx = self.ctx;
        let current = ctx.session.map(|id| id.0).unwrap_or_default();
        let others = |own: Condition| own.add(session::Column::Id.ne(current));
        match self.end_sessions(others, None).await {
            // There is no other.
            Err(StoreError::NotFound) => Ok(()),
            outcome => outcome,
        }
    }

    async fn end_sessions(
        self,
        which: impl Fn(Condition) -> Condition,
        target: Option<String>,
    ) -> Result<(), StoreError> {
        let ctx = self.ctx;
        let member = ctx.member.ok_or(StoreError::NotFound)?;
        in_write!(self.db, ctx, |tx| {
            let own = Condition::all()
                .add(session::Column::WorkspaceId.eq(ctx.workspace.0))
                .add(session::Column::MemberId.eq(member.0));
            let ended = session::Entity::delete_many().filter(which(own)).exec(tx).await?;
            if ended.rows_affected == 0 {
                return Err(StoreError::NotFound);
            }
            let line = (self.sources.id(), self.now());
            Store::audit(tx, line.0, line.1, "session.ended", target.as_deref()).await
        })?;
        self.signals.sessions_ended(ctx.workspace);
        Ok(())
    }
}

impl Store {
    /// Opens a session for a member. Returns its token.
    pub(crate) async fn open_session(
        &self,
        tx: &impl ConnectionTrait,
        (workspace, member): (WorkspaceId, UserId),
        arrival: Arrival<'_>,
    ) -> Result<String, StoreError> {
        let (token, now) = (self.sources.token(), self.now());
        if let Some(before) = arrival.before {
            session::Entity::delete_many()
                .filter(session::Column::TokenHash.eq(hash(before)))
                .exec(tx)
                .await?;
        }
        // Every sign-in deletes all expired sessions.
        session::Entity::delete_many().filter(over(now)).exec(tx).await?;
        let life = if arrival.method == Method::Host { EMBEDDED_LIFE } else { LIFE };
        session::ActiveModel {
            workspace_id: Set(workspace.0),
            id: Set(self.sources.id()),
            token_hash: Set(hash(&token)),
            member_id: Set(member.0),
            method: Set(arrival.method.as_str().to_owned()),
            host: Set(arrival.host.map(str::to_owned)),
            agent: Set(arrival.agent.to_owned()),
            address: Set(arrival.address.to_owned()),
            created_at: Set(now),
            seen_at: Set(now),
            expires_at: Set(now + life),
        }
        .insert(tx)
        .await?;
        Ok(token)
    }

    /// The session of a token; `None` when the token is not valid (any more). Writes the time of its last use.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn session(&self, token: &str) -> Result<Option<SignedIn>, StoreError> {
        let now = self.now();
        let token_hash = hash(token);
        let found = session::Entity::find()
            .filter(session::Column::TokenHash.eq(&token_hash))
            .one(self.db.read())
            .await?;
        let Some(found) = found.filter(|found| lives(found, now)) else { return Ok(None) };
        let member =
            member::Entity::find_by_id((found.workspace_id, found.member_id)).one(self.db.read()).await?;
        let Some(member) = member else { return Ok(None) };
        if now - found.seen_at >= SEEN_EVERY {
            in_write!(self.db, |tx| {
                let text = "UPDATE session SET seen_at = $2 WHERE token_hash = $1 AND seen_at < $2";
                tx.execute_raw(sql(tx, text, [token_hash.clone().into(), now.into()])).await?;
                Ok(())
            })?;
        }
        let role: Role = member.role.parse().map_err(StoreError::corrupt)?;
        let ctx = WorkspaceCtx {
            role,
            member: Some(UserId(member.id)),
            session: Some(SessionId(found.id)),
            ..WorkspaceCtx::new(WorkspaceId(found.workspace_id), member.name)
        };
        Ok(Some(SignedIn { ctx, embedded: found.host.map(|host| (host, found.expires_at)) }))
    }

    /// Whether a session or an API key is still valid, by the hash of its token. An open stream does not count as use.
    pub async fn session_lives(&self, token_hash: &str) -> Result<bool, StoreError> {
        let found = session::Entity::find()
            .filter(session::Column::TokenHash.eq(token_hash))
            .one(self.db.read())
            .await?;
        match found {
            Some(found) => Ok(lives(&found, self.now())),
            None => self.key_works(token_hash).await,
        }
    }

    /// Ends every session of a member, in the transaction of the change that requires it.
    pub(crate) async fn end_sessions_of(tx: &ScopedTx<'_>, member: UserId) -> Result<(), StoreError> {
        let ctx = tx.ctx();
        session::Entity::delete_many()
            .filter(session::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(session::Column::MemberId.eq(member.0))
            .exec(tx)
            .await?;
        Ok(())
    }
}

fn lives(row: &session::Model, now: Millis) -> bool {
    now < row.expires_at && now - row.seen_at < IDLE
}

fn over(now: Millis) -> Condition {
    Condition::any().add(session::Column::ExpiresAt.lte(now)).add(session::Column::SeenAt.lte(now - IDLE))
}
