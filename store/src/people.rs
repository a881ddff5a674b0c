//! Members of a workspace, and invitations to become one.

mod api_keys;
mod made;
mod roles;

use domain::{
    Act, Role,
    ids::{MemberInvitationId, Millis, UserId},
    people::{MemberInvitation, MemberView, People as PeopleView},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, ModelTrait, QueryFilter, QueryOrder,
};

use crate::clock::hash;
use crate::{
    People, Store, StoreError, WorkspaceCtx,
    db::in_write,
    entity::{enter_link, member, member_invitation},
    events::audit::Changed,
};

pub(crate) const LIFE: Millis = 7 * 24 * 60 * 60 * 1_000;

/// The invitation that the page behind a link shows.
#[derive(Debug)]
pub struct JoinRequest {
    pub by: String,
    pub workspace: String,
    pub role: Role,
    pub expires_at: Millis,
}

impl People<'_> {
    /// The members of the workspace and its open invitations, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn all(self) -> Result<PeopleView, StoreError> {
        let ctx = self.ctx;
        let members = member::Entity::find()
            .filter(member::Column::WorkspaceId.eq(ctx.workspace.0))
            .order_by_asc(member::Column::CreatedAt)
            .all(&self.db.read_in(ctx))
            .await?;
        let invitations = member_invitation::Entity::find()
            .filter(member_invitation::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(member_invitation::Column::AcceptedAt.is_null())
            .filter(member_invitation::Column::ExpiresAt.gt(self.now()))
            .order_by_asc(member_invitation::Column::CreatedAt)
            .all(&self.db.read_in(ctx))
            .await?;
        Ok(PeopleView {
            members: members.into_iter().map(|row| view(ctx, row)).collect::<Result<_, _>>()?,
            invitations: invitations.into_iter().map(invitation).collect::<Result<_, _>>()?,
        })
    }

    /// Creates an invitation. Returns it with the token of its link, which is stored only as a hash.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`], [`StoreError::Database`].
    pub async fn invite_member(
        self,
        name: &str,
        role: Role,
    ) -> Result<(MemberInvitation, String), StoreError> {
        let ctx = self.ctx;
        ctx.allow(Act::ManagePeople)?;
        let (id, token, now) = (self.sources.id(), self.sources.token(), self.now());
        let row = in_write!(self.db, ctx, |tx| {
            let row = member_invitation::ActiveModel {
                workspace_id: Set(ctx.workspace.0),
                id: Set(id),
                token_hash: Set(hash(&token)),
                name: Set(name.to_owned()),
                role: Set(role.as_str().to_owned()),
                created_by: Set(ctx.who.clone()),
                created_by_member: Set(ctx.member.map(|member| member.0)),
                created_at: Set(now),
                expires_at: Set(now + LIFE),
                accepted_at: Set(None),
            }
            .insert(tx)
            .await?;
            let line = self.sources.id();
            Store::audit(
                tx,
                line,
                now,
                "member.invited",
                Some(&format!("{name} ({role})", role = role.label())),
            )
            .await?;
            Ok(row)
        })?;
        Ok((invitation(row)?, token))
    }

    /// Revokes an invitation.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`]; [`StoreError::NotFound`] when the workspace has no such open invitation.
    pub async fn revoke_member_invitation(self, id: MemberInvitationId) -> Result<(), StoreError> {
        let ctx = self.ctx;
        ctx.allow(Act::ManagePeople)?;
        in_write!(self.db, ctx, |tx| {
            let row = member_invitation::Entity::find_by_id((ctx.workspace.0, id.0))
                .one(tx)
                .await?
                .filter(|row| row.accepted_at.is_none())
                .ok_or(StoreError::NotFound)?;
            let name = row.name.clone();
            row.delete(tx).await?;
            let (line, now) = (self.sources.id(), self.now());
            Store::audit(tx, line, now, "member.invitation_revoked", Some(&name)).await
        })
    }

    /// Gives a member another role, from the next request on. What the member has made and may not make with it is
    /// revoked.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`]; [`StoreError::NotFound`]; [`StoreError::LastOwner`] when the workspace would have no
    /// owner any more.
    pub async fn change_role(self, id: UserId, role: Role) -> Result<(), StoreError> {
        let ctx = self.ctx;
        ctx.allow(Act::ManagePeople)?;
        let heads = in_write!(self.db, ctx, |tx| {
            let row = member::Entity::find_by_id((ctx.workspace.0, id.0)).one(tx).await?;
            let row = row.ok_or(StoreError::NotFound)?;
            let (name, before) = (row.name.clone(), row.role.clone());
            let heads = self.set_role(tx, row, role).await?;
            let change = Changed { before: &before, after: role.as_str() };
            let (line, now) = (self.sources.id(), self.now());
            Store::audit_change(tx, (line, now), "member.role", Some(&name), change).await?;
            Ok(heads)
        })?;
        self.signals.sessions_ended(ctx.workspace);
        self.notify_all(heads);
        Ok(())
    }

    /// Removes a member: every session ends at once, and so does what the member has made (invitations, API keys, links
    /// for administrators); the audit log keeps the member's entries.
    ///
    /// # Errors
    /// As of [`change_role`](Self::change_role).
    pub async fn remove_member(self, id: UserId) -> Result<(), StoreError> {
        let ctx = self.ctx;
        ctx.allow(Act::ManagePeople)?;
        let heads = in_write!(self.db, ctx, |tx| {
            let row = member::Entity::find_by_id((ctx.workspace.0, id.0)).one(tx).await?;
            let row = row.ok_or(StoreError::NotFound)?;
            roles::lock_members(tx).await?;
            let heads = self.revoke_made_by(tx, &row, |_| false).await?;
            self.remember_removed(tx, &row).await?;
            let name = row.name.clone();
            Store::end_sessions_of(tx, id).await?;
            enter_link::Entity::delete_many()
                .filter(enter_link::Column::WorkspaceId.eq(ctx.workspace.0))
                .filter(enter_link::Column::MemberId.eq(id.0))
                .exec(tx)
                .await?;
            row.delete(tx).await?;
            roles::must_have_owner(tx).await?;
            let (line, now) = (self.sources.id(), self.now());
            Store::audit(tx, line, now, "member.removed", Some(&name)).await?;
            Ok(heads)
        })?;
        self.signals.sessions_ended(ctx.workspace);
        self.notify_all(heads);
        Ok(())
    }
}

impl Store {
    /// The invitation of a link.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when it is unknown, used, revoked or expired.
    pub async fn join_request(&self, token: &str) -> Result<JoinRequest, StoreError> {
        let row = member_invitation::Entity::find()
            .filter(member_invitation::Column::TokenHash.eq(hash(token)))
            .one(self.db.read())
            .await?
            .filter(|row| row.accepted_at.is_none() && self.now() < row.expires_at)
            .ok_or(StoreError::NotFound)?;
        let ctx = WorkspaceCtx::new(domain::ids::WorkspaceId(row.workspace_id), row.created_by.clone());
        Ok(JoinRequest {
            workspace: self.workspace(&ctx).workspace_name().await?,
            by: row.created_by,
            role: row.role.parse().map_err(StoreError::corrupt)?,
            expires_at: row.expires_at,
        })
    }
}

fn view(ctx: &WorkspaceCtx, row: member::Model) -> Result<MemberView, StoreError> {
    Ok(MemberView {
        id: UserId(row.id),
        name: row.name,
        role: row.role.parse().map_err(StoreError::corrupt)?,
        microsoft: row.oid.is_some(),
        host: row.host_user.is_some(),
        created_at: row.created_at,
        you: ctx.member == Some(UserId(row.id)),
    })
}

fn invitation(row: member_invitation::Model) -> Result<MemberInvitation, StoreError> {
    Ok(MemberInvitation {
        id: MemberInvitationId(row.id),
        name: row.name,
        role: row.role.parse().map_err(StoreError::corrupt)?,
        created_by: row.created_by,
        expires_at: row.expires_at,
    })
}
