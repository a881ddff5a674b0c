//! Statements of the host about a pool.

use domain::{Reason, ids::WorkspaceId, run::RunState, slots::PlanState};
use sea_orm::{ConnectionTrait, EntityTrait};
use serde::Deserialize;

use crate::{
    Store, StoreError, WorkspaceCtx,
    db::{in_list, in_write, sql, stored},
    entity::slot_account,
};

/// The host's statement about one pool.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlotPush {
    pub plan_type_id: String,
    /// `None` is unlimited.
    pub limit: Option<u32>,
    #[serde(default)]
    pub used_elsewhere: u32,
    /// Active by default.
    #[serde(default = "active")]
    pub plan: PlanState,
    /// Grows with every statement; an older or repeated version is ignored.
    pub version: i64,
}

const fn active() -> PlanState {
    PlanState::Active
}

impl Store {
    /// Stores the host's statement about a pool, unless a statement of this version or a newer one is stored. Returns
    /// whether it was stored.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such pool.
    pub async fn push_slots(&self, workspace: WorkspaceId, push: &SlotPush) -> Result<bool, StoreError> {
        let ctx = &WorkspaceCtx::new(workspace, "the host");
        let signals = in_write!(self.db, for ctx, |tx| {
            let before = Self::lock_pools(tx).await?;
            let known =
                slot_account::Entity::find_by_id((workspace.0, push.plan_type_id.clone())).one(tx).await?;
            if known.ok_or(StoreError::NotFound)?.version >= push.version {
                return Ok(None);
            }
            tx.execute_raw(sql(
                tx,
                "UPDATE slot_account SET slot_limit = $3, used_elsewhere = $4, inactive = $5, version = $6 \
                 WHERE workspace_id = $1 AND plan_type_id = $2",
                [
                    workspace.0.into(),
                    push.plan_type_id.clone().into(),
                    push.limit.map(stored).into(),
                    stored(push.used_elsewhere).into(),
                    (push.plan == PlanState::Inactive).into(),
                    push.version.into(),
                ],
            ))
            .await?;
            // Wakes runs that wait for slots; with too few slots they pause again.
            tx.execute_raw(sql(
                tx,
                &format!(
                    "UPDATE run SET next_wake_at = $2 WHERE workspace_id = $1 AND state = '{}' \
                     AND reason IN {} AND finished_at IS NULL",
                    RunState::Paused,
                    in_list([Reason::SlotsExhausted.code(), Reason::PlanInactive.code()]),
                ),
                [workspace.0.into(), self.now().into()],
            ))
            .await?;
            let signals = self.log_pools(tx).await?;
            self.announce_pools(tx, &before).await?;
            Ok(Some(signals))
        })?;
        let taken = signals.is_some();
        for (delegation, head) in signals.into_iter().flatten() {
            self.signals.notify(delegation, head);
        }
        self.work.notify_one();
        Ok(taken)
    }
}
