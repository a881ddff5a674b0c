//! Sessions: opened by every way in, looked up by every request, ended by their owner or by time.

use domain::{
    Role,
    ids::{Millis, SessionId, UserId, WorkspaceId},
    people::{Method, SessionView},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction,
    EntityTrait, QueryFilter, QueryOrder,
};

use crate::{
    sources::hash,
    store::{
        Store, StoreError, WorkspaceCtx,
        db::{in_write, sql},
        entity::{member, session},
    },
};

const MINUTE: Millis = 60 * 1_000;
/// Nobody who has a coffee has to sign in again, and nobody finds a console open in the morning.
const IDLE: Millis = 4 * 60 * MINUTE;
/// However busy somebody is.
const LIFE: Millis = 12 * 60 * MINUTE;
/// Inside the host's web app, which renews it as long as its own session lives.
pub const LIFE_IN_HOST: Millis = 15 * MINUTE;
/// A session's last use is written no more often.
const SEEN_EVERY: Millis = MINUTE;

/// Who opens a session, as the request says it.
#[derive(Clone, Copy, Debug)]
pub struct Arrival<'a> {
    pub method: Method,
    /// Browser and system, in words.
    pub agent: &'a str,
    pub address: &'a str,
    /// The token of the session this browser has had so far: it ends.
    pub before: Option<&'a str>,
    /// The origin of the host's page around the console.
    pub host: Option<&'a str>,
}

/// A session that lives.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub ctx: WorkspaceCtx,
    /// Inside a host's page: its origin, and when the session ends unless the host renews it.
    pub embedded: Option<(String, Millis)>,
}

impl Store {
    /// Opens a session for a member. Returns its token.
    pub(in crate::store) async fn open_session(
        &self,
        tx: &DatabaseTransaction,
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
        // Whoever signs in sweeps up after others.
        session::Entity::delete_many().filter(over(now)).exec(tx).await?;
        let life = if arrival.method == Method::Host { LIFE_IN_HOST } else { LIFE };
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

    /// Who holds this session token; `None` when nobody does (any more). Its last use is written down.
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

    /// Whether a session goes on, or a key works, by the hash of its token. A stream that is open is no use of it.
    pub(crate) async fn session_lives(&self, token_hash: &str) -> Result<bool, StoreError> {
        let found = session::Entity::find()
            .filter(session::Column::TokenHash.eq(token_hash))
            .one(self.db.read())
            .await?;
        match found {
            Some(found) => Ok(lives(&found, self.now())),
            None => self.key_works(token_hash).await,
        }
    }

    /// Where the caller is signed in, the newest first.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn sessions(&self, ctx: &WorkspaceCtx) -> Result<Vec<SessionView>, StoreError> {
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
    pub async fn end_session(&self, ctx: &WorkspaceCtx, id: SessionId) -> Result<(), StoreError> {
        self.end_sessions(ctx, |own| own.add(session::Column::Id.eq(id.0)), Some(id.0.to_string())).await
    }

    /// Signs the caller out everywhere else.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn end_other_sessions(&self, ctx: &WorkspaceCtx) -> Result<(), StoreError> {
        let current = ctx.session.map(|id| id.0).unwrap_or_default();
        let others = |own: Condition| own.add(session::Column::Id.ne(current));
        match self.end_sessions(ctx, others, None).await {
            // There is no other.
            Err(StoreError::NotFound) => Ok(()),
            outcome => outcome,
        }
    }

    async fn end_sessions(
        &self,
        ctx: &WorkspaceCtx,
        which: impl Fn(Condition) -> Condition,
        target: Option<String>,
    ) -> Result<(), StoreError> {
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
            Self::audit(tx, ctx, line.0, line.1, "session.ended", target.as_deref()).await
        })
    }

    /// Ends every session of a member, in the transaction of what makes it necessary.
    pub(in crate::store) async fn end_sessions_of(
        tx: &DatabaseTransaction,
        ctx: &WorkspaceCtx,
        member: UserId,
    ) -> Result<(), StoreError> {
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
