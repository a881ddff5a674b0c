//! What a member has made: invitations, API keys, alert addresses and links for administrators. It ends with the right
//! to make it, so that nobody comes back by it.

use domain::{
    Act,
    consent::AttemptState,
    ids::{DelegationId, Seq},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel, ModelTrait,
    QueryFilter,
};

use super::api_keys::program_name;
use crate::row_security::ScopedTx;
use crate::{
    Store, StoreError,
    consent::attempts::OVER,
    entity::{alert_address, api_key, consent_attempt, member, member_invitation},
    events::Log,
};

/// Who has made something: a member, or the program with a key.
enum Maker<'a> {
    Member(&'a member::Model),
    Program(&'a api_key::Model),
}

impl Store {
    /// Revokes what a member has made, except what `keeps` permits. Returns the logs that have grown.
    pub(super) async fn revoke_made_by(
        &self,
        tx: &ScopedTx<'_>,
        member: &member::Model,
        keeps: impl Fn(Act) -> bool,
    ) -> Result<Vec<(DelegationId, Seq)>, StoreError> {
        let mut heads = Vec::new();
        if !keeps(Act::ManagePeople) {
            self.revoke_invitations(tx, member).await?;
        }
        if !keeps(Act::ManageKeys) {
            for key in self.keys_of(tx, member).await? {
                heads.extend(self.revoke_key(tx, key).await?);
            }
        }
        if !keeps(Act::ManageAlerts) {
            self.drop_addresses(tx, member).await?;
        }
        if !keeps(Act::SetUp) {
            heads.extend(self.end_attempts_of(tx, &Maker::Member(member)).await?);
        }
        Ok(heads)
    }

    /// Revokes a key, and the links that its program has made.
    pub(super) async fn revoke_key(
        &self,
        tx: &ScopedTx<'_>,
        key: api_key::Model,
    ) -> Result<Vec<(DelegationId, Seq)>, StoreError> {
        let heads = self.end_attempts_of(tx, &Maker::Program(&key)).await?;
        let name = key.name.clone();
        let mut key = key.into_active_model();
        key.revoked_at = Set(Some(self.now()));
        key.update(tx).await?;
        Self::audit(tx, self.sources.id(), self.now(), "api_key.revoked", Some(&name)).await?;
        Ok(heads)
    }

    async fn keys_of(
        &self,
        tx: &ScopedTx<'_>,
        member: &member::Model,
    ) -> Result<Vec<api_key::Model>, StoreError> {
        use api_key::Column as C;
        Ok(api_key::Entity::find()
            .filter(C::WorkspaceId.eq(member.workspace_id))
            .filter(C::RevokedAt.is_null())
            .filter(made_by((C::CreatedByMember, C::CreatedBy), &Maker::Member(member)))
            .all(tx)
            .await?)
    }

    async fn revoke_invitations(&self, tx: &ScopedTx<'_>, member: &member::Model) -> Result<(), StoreError> {
        use member_invitation::Column as C;
        let open = member_invitation::Entity::find()
            .filter(C::WorkspaceId.eq(member.workspace_id))
            .filter(C::AcceptedAt.is_null())
            .filter(made_by((C::CreatedByMember, C::CreatedBy), &Maker::Member(member)))
            .all(tx)
            .await?;
        for row in open {
            let name = row.name.clone();
            row.delete(tx).await?;
            let (line, now) = (self.sources.id(), self.now());
            Self::audit(tx, line, now, "member.invitation_revoked", Some(&name)).await?;
        }
        Ok(())
    }

    /// Deletes the alert addresses: they may be the member's own.
    async fn drop_addresses(&self, tx: &ScopedTx<'_>, member: &member::Model) -> Result<(), StoreError> {
        use alert_address::Column as C;
        let added = alert_address::Entity::find()
            .filter(C::WorkspaceId.eq(member.workspace_id))
            .filter(made_by((C::AddedByMember, C::AddedBy), &Maker::Member(member)))
            .all(tx)
            .await?;
        for row in added {
            self.drop_address(tx, row).await?;
        }
        Ok(())
    }

    /// Ends the open attempts to approve: links for administrators, and approvals in progress.
    async fn end_attempts_of(
        &self,
        tx: &ScopedTx<'_>,
        maker: &Maker<'_>,
    ) -> Result<Vec<(DelegationId, Seq)>, StoreError> {
        use consent_attempt::Column as C;
        let now = self.now();
        let open = consent_attempt::Entity::find()
            .filter(C::WorkspaceId.eq(tx.ctx().workspace.0))
            .filter(C::State.is_not_in(OVER.map(AttemptState::as_str)))
            .filter(C::ExpiresAt.gt(now))
            .filter(made_by((C::CreatedByMember, C::CreatedBy), maker))
            .all(tx)
            .await?;
        let mut heads = Vec::new();
        for row in open {
            let delegation = DelegationId(row.delegation_id);
            let log = match Log::open(tx, delegation, now).await {
                Ok(log) => log,
                // Its organisation was removed: the link works no more.
                Err(StoreError::NotFound) => continue,
                Err(error) => return Err(error),
            };
            heads.push((delegation, self.end_attempt(tx, log, row).await?.0));
        }
        Ok(heads)
    }
}

/// The rows that a maker has made. Rows from before the member was stored carry only the name.
fn made_by<C: ColumnTrait>((member, name): (C, C), maker: &Maker<'_>) -> Condition {
    let named = |text: &str| Condition::all().add(member.is_null()).add(name.eq(text));
    match maker {
        Maker::Member(of) => Condition::any().add(member.eq(of.id)).add(named(&of.name)),
        Maker::Program(key) => named(&program_name(key)),
    }
}
