//! Applies rules: after each sync, mailboxes that were found since a rule was switched on are connected, oldest first,
//! up to the ceiling and the free slots. The others wait for the next sync.

use std::collections::HashSet;

use domain::{
    ids::{Millis, RowNumber, RuleId},
    rule::{BlockedBy, RuleKind},
    run::RunKind,
    slots::{MAX_PER_RUN, PlanState},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};

use super::{available, matching, name, of};
use crate::{
    LeasedRun, NewRun, Store, StoreError, WorkspaceCtx,
    db::in_write,
    entity::{mailbox, rule, run, run_item},
    runs::pool_for_connections,
};

/// A rule that is on.
#[derive(Clone, Debug)]
pub struct Rule {
    pub id: RuleId,
    pub by: RuleKind,
    /// Name of the department, of the domain, or of the group.
    pub value: String,
    /// "Department Sales".
    pub name: String,
    ceiling: u32,
    since: Millis,
}

/// A mailbox that was found after a rule was switched on.
#[derive(Clone, Debug)]
pub struct Newcomer {
    pub row: RowNumber,
    pub entra_id: String,
}

impl LeasedRun<'_> {
    /// The rules that are on, oldest first.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn rules_on(self) -> Result<Vec<Rule>, StoreError> {
        let lease = self.lease;
        let rows = of(&lease.ctx, lease.delegation)
            .filter(rule::Column::OnSince.is_not_null())
            .order_by_asc(rule::Column::Id)
            .all(&self.db.read_in(&lease.ctx))
            .await?;
        rows.into_iter()
            .map(|row| {
                Ok(Rule {
                    id: RuleId(row.id),
                    by: row.kind.parse().map_err(StoreError::corrupt)?,
                    name: name(&row)?,
                    ceiling: u32::try_from(row.ceiling).unwrap_or(0),
                    since: row.on_since.unwrap_or(Millis::MAX),
                    value: row.value,
                })
            })
            .collect()
    }

    /// Mailboxes that were found since the rule was switched on and could be connected, oldest first; for a group,
    /// whether they are members or not. Mailboxes that a run of the rule has taken before are left out, because an
    /// administrator has undone that.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn newcomers(self, rule: &Rule) -> Result<Vec<Newcomer>, StoreError> {
        let lease = self.lease;
        let (ctx, on) = (&lease.ctx, &self.db.read_in(&lease.ctx));
        let mut target = available(ctx, lease.delegation)
            .filter(mailbox::Column::CreatedAt.gt(rule.since))
            .filter(mailbox::Column::RunId.is_null())
            .order_by_asc(mailbox::Column::CreatedAt)
            .order_by_asc(mailbox::Column::RowNo);
        if let Some(matching) = matching(rule.by, &rule.value) {
            target = target.filter(matching);
        }
        let found = target.all(on).await?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let runs: Vec<uuid::Uuid> = run::Entity::find()
            .filter(run::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(run::Column::RuleId.eq(rule.id.0))
            .all(on)
            .await?
            .into_iter()
            .map(|run| run.id)
            .collect();
        let taken: HashSet<uuid::Uuid> = run_item::Entity::find()
            .filter(run_item::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(run_item::Column::RunId.is_in(runs))
            .all(on)
            .await?
            .into_iter()
            .map(|item| item.mailbox_id)
            .collect();
        let newcomer = |row: mailbox::Model| Newcomer {
            row: RowNumber(u32::try_from(row.row_no).unwrap_or(0)),
            entra_id: row.entra_id,
        };
        Ok(found.into_iter().filter(|row| !taken.contains(&row.id)).map(newcomer).collect())
    }

    /// Starts a run over as many new mailboxes as the rule and the slots allow. Returns how many.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn apply_rule(self, rule: &Rule, newcomers: &[Newcomer]) -> Result<usize, StoreError> {
        let lease = self.lease;
        let (on, id) = (&self.db.read_in(&lease.ctx), lease.delegation);
        let room = rule.ceiling.saturating_sub(Store::connected_by(on, rule.id).await?);
        let pools = Store::pools_in(on).await?;
        let free = match pool_for_connections(&pools) {
            Some(pool) if pool.plan == PlanState::Active => pool.free().unwrap_or(u32::MAX),
            _ => 0,
        };
        let fit = usize::try_from(room.min(free).min(MAX_PER_RUN)).unwrap_or(0);
        let rows: Vec<RowNumber> = newcomers.iter().take(fit).map(|newcomer| newcomer.row).collect();
        let held_up = match newcomers.len() > rows.len() {
            true if room <= free => Some(BlockedBy::Ceiling),
            true => Some(BlockedBy::Slots),
            false => None,
        };
        self.hold_up(rule, held_up).await?;
        if rows.is_empty() {
            return Ok(0);
        }
        // Lists of runs and the audit log name the rule.
        let ctx = WorkspaceCtx::new(lease.ctx.workspace, format!("Rule: {}", rule.name));
        let new = NewRun { delegation: id, kind: RunKind::Connect, rows: &rows, key: None };
        match self.runs(&ctx).accept_run_of(&new, Some(rule.id)).await {
            Ok(_) => Ok(rows.len()),
            // Another run was faster: the next sync tries again.
            Err(
                StoreError::Slots(_)
                | StoreError::PlanInactive
                | StoreError::NothingToDo
                | StoreError::NotFound,
            ) => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// Writes the limit that keeps a rule from connecting all matching mailboxes, when it has changed.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn hold_up(self, rule: &Rule, held_up: Option<BlockedBy>) -> Result<(), StoreError> {
        let lease = self.lease;
        let ctx = &lease.ctx;
        let key = (ctx.workspace.0, rule.id.0);
        let words = held_up.map(|held_up| held_up.as_str().to_owned());
        let known = rule::Entity::find_by_id(key).one(&self.db.read_in(ctx)).await?;
        if known.is_none_or(|known| known.held_up == words) {
            return Ok(());
        }
        in_write!(self.db, ctx, |tx| {
            // Removed meanwhile.
            let Some(row) = rule::Entity::find_by_id(key).one(tx).await? else { return Ok(()) };
            let mut model = row.into_active_model();
            model.held_up = Set(words.clone());
            model.update(tx).await?;
            Ok(())
        })
    }
}
