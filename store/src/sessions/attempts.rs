//! Pending sign-ins at Microsoft, and sessions for the accounts that complete them. A Microsoft account is identified
//! by a tenant and an object id in it, never by an address.

use domain::{
    Role,
    ids::{Millis, UserId, WorkspaceId},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ModelTrait, QueryFilter,
    QueryOrder,
};

use secrecy::{ExposeSecret, SecretString};

use super::Arrival;
use crate::{
    Browser, Store, StoreError, WorkspaceCtx,
    clock::hash,
    db::{in_write, sql},
    entity::{member, member_invitation, removed_account, sign_in_attempt, workspace},
};

/// Long enough to find a second factor.
pub(crate) const LIFE: Millis = 15 * 60 * 1_000;
/// Workspaces that a sign-in offers at most.
const CHOICE: usize = 50;

/// The stored values that complete a sign-in.
#[derive(Clone)]
pub struct SignInSecrets {
    pub nonce: SecretString,
    pub pkce_verifier: SecretString,
    /// The hash of the invitation that is being accepted.
    pub invitation: Option<String>,
    /// The member that the account is attached to.
    pub attach: Option<(WorkspaceId, UserId)>,
}

impl std::fmt::Debug for SignInSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignInSecrets")
    }
}

/// A Microsoft account that was proven by an id_token.
#[derive(Clone, Copy, Debug)]
pub struct Account<'a> {
    pub tid: &'a str,
    pub oid: &'a str,
    pub name: &'a str,
}

/// A workspace that an account belongs to.
#[derive(Clone, Debug)]
pub struct Membership {
    pub workspace: WorkspaceId,
    pub workspace_name: String,
    pub member: UserId,
}

impl Store {
    /// Stores the secrets of a sign-in that is about to start.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn store_attempt(
        &self,
        state: &str,
        Browser(browser): Browser<'_>,
        secrets: &SignInSecrets,
    ) -> Result<(), StoreError> {
        use sign_in_attempt as attempt;
        let (now, state_hash, browser_hash) = (self.now(), hash(state), hash(browser));
        let seal = |secret: &SecretString, column| {
            self.keys.seal(secret.expose_secret(), &place(column, &state_hash))
        };
        let (nonce, verifier) =
            (seal(&secrets.nonce, "nonce"), seal(&secrets.pkce_verifier, "pkce_verifier"));
        in_write!(self.db, |tx| {
            attempt::Entity::delete_many().filter(attempt::Column::ExpiresAt.lte(now)).exec(tx).await?;
            attempt::ActiveModel {
                state_hash: Set(state_hash.clone()),
                browser_hash: Set(browser_hash.clone()),
                nonce: Set(nonce.clone()),
                pkce_verifier: Set(verifier.clone()),
                invitation_hash: Set(secrets.invitation.clone()),
                created_at: Set(now),
                expires_at: Set(now + LIFE),
                attach_workspace: Set(secrets.attach.map(|(workspace, _)| workspace.0)),
                attach_member: Set(secrets.attach.map(|(_, member)| member.0)),
            }
            .insert(tx)
            .await?;
            Ok(())
        })
    }

    /// The sign-in of a state that came back. This uses the state up, even if a later step fails.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when no sign-in of this browser waits for the state.
    pub async fn take_attempt(
        &self,
        state: &str,
        Browser(browser): Browser<'_>,
    ) -> Result<SignInSecrets, StoreError> {
        let (now, state_hash, browser_hash) = (self.now(), hash(state), hash(browser));
        let found = in_write!(self.db, |tx| {
            let found = sign_in_attempt::Entity::find_by_id(state_hash.clone()).one(tx).await?;
            let found = found.ok_or(StoreError::NotFound)?;
            found.clone().delete(tx).await?;
            Ok((found.browser_hash == browser_hash && now < found.expires_at).then_some(found))
        })?
        .ok_or(StoreError::NotFound)?;
        Ok(SignInSecrets {
            nonce: self.keys.open(&found.nonce, &place("nonce", &state_hash))?,
            pkce_verifier: self.keys.open(&found.pkce_verifier, &place("pkce_verifier", &state_hash))?,
            invitation: found.invitation_hash,
            attach: found.attach_workspace.map(WorkspaceId).zip(found.attach_member.map(UserId)),
        })
    }

    /// The workspaces that an account belongs to, by name.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn memberships(&self, account: Account<'_>) -> Result<Vec<Membership>, StoreError> {
        let members = member::Entity::find()
            .filter(member::Column::Tid.eq(account.tid))
            .filter(member::Column::Oid.eq(account.oid))
            .order_by_asc(member::Column::CreatedAt)
            .all(self.db.read())
            .await?;
        let mut found = Vec::new();
        for member in members.into_iter().take(CHOICE) {
            let Some(of) = workspace::Entity::find_by_id(member.workspace_id).one(self.db.read()).await?
            else {
                continue;
            };
            found.push(Membership {
                workspace: WorkspaceId(of.id),
                workspace_name: of.name,
                member: UserId(member.id),
            });
        }
        found.sort_by(|a, b| a.workspace_name.cmp(&b.workspace_name));
        Ok(found)
    }

    /// Opens a session for a proven member. Returns the session's token.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn sign_in(&self, of: &Membership, arrival: Arrival<'_>) -> Result<String, StoreError> {
        in_write!(self.db, |tx| { self.open_session(tx, (of.workspace, of.member), arrival).await })
    }

    /// Makes the signed-in account a member by an invitation, and opens a session; an existing member gets the
    /// invitation's role if that is a lower one. Returns the session's token.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the invitation is unknown, used, revoked, expired, or from before the account's
    /// removal; [`StoreError::LastOwner`] when
    /// it would leave the workspace without an owner. Then it still works.
    pub async fn accept_invitation(
        &self,
        invitation: &str,
        account: Account<'_>,
        arrival: Arrival<'_>,
    ) -> Result<String, StoreError> {
        let now = self.now();
        let named = member_invitation::Entity::find()
            .filter(member_invitation::Column::TokenHash.eq(invitation))
            .one(self.db.read())
            .await?
            .ok_or(StoreError::NotFound)?;
        let ctx = &WorkspaceCtx::new(WorkspaceId(named.workspace_id), account.name);
        let (token, heads) = in_write!(self.db, for ctx, |tx| {
            // Once, also when two browsers press the button together.
            let text = "UPDATE member_invitation SET accepted_at = $2 WHERE token_hash = $1 AND accepted_at IS NULL \
                        AND expires_at > $2 RETURNING id, role, created_at";
            let found = tx.query_one_raw(sql(tx, text, [invitation.into(), now.into()])).await?;
            let found = found.ok_or(StoreError::NotFound)?;
            let (id, made_at): (uuid::Uuid, Millis) =
                (found.try_get("", "id")?, found.try_get("", "created_at")?);
            let role: String = found.try_get("", "role")?;
            let role: Role = role.parse().map_err(StoreError::corrupt)?;
            let workspace = ctx.workspace;
            let removed_since = removed_account::Entity::find()
                .filter(removed_account::Column::WorkspaceId.eq(workspace.0))
                .filter(removed_account::Column::Tid.eq(account.tid))
                .filter(removed_account::Column::Oid.eq(account.oid))
                .filter(removed_account::Column::RemovedAt.gte(made_at))
                .one(tx)
                .await?;
            if removed_since.is_some() {
                return Err(StoreError::NotFound);
            }
            let known = member::Entity::find()
                .filter(member::Column::WorkspaceId.eq(workspace.0))
                .filter(member::Column::Tid.eq(account.tid))
                .filter(member::Column::Oid.eq(account.oid))
                .one(tx)
                .await?;
            let (member, heads) = match known {
                // An invitation gives a member no more than they have: only owners raise a role, in Settings.
                Some(row) => {
                    let id = row.id;
                    let has: Role = row.role.parse().map_err(StoreError::corrupt)?;
                    (id, self.set_role(tx, row, has.max(role)).await?)
                }
                None => {
                    let id = self.sources.id();
                    member::ActiveModel {
                        workspace_id: Set(workspace.0),
                        id: Set(id),
                        name: Set(account.name.to_owned()),
                        role: Set(role.as_str().to_owned()),
                        created_at: Set(now),
                        host_user: Set(None),
                        tid: Set(Some(account.tid.to_owned())),
                        oid: Set(Some(account.oid.to_owned())),
                    }
                    .insert(tx)
                    .await?;
                    (id, Vec::new())
                }
            };
            let line = self.sources.id();
            Self::audit(tx, line, now, "member.joined", Some(&format!("{role} by {id}", role = role.as_str()))).await?;
            let token = self.open_session(tx, (workspace, UserId(member)), arrival).await?;
            Ok((token, heads))
        })?;
        self.signals.sessions_ended(ctx.workspace);
        self.notify_all(heads);
        Ok(token)
    }
}

/// The place for which a secret of a sign-in is sealed.
fn place(column: &str, state_hash: &str) -> String {
    format!("sign_in_attempt.{column}/{state_hash}")
}
