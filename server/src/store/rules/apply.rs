//! What rules do: after each reading of the directory those who came since a rule was switched on are connected, the
//! first who came first, as many as the ceiling and the slots allow. Who does not fit waits for the next reading.

use std::collections::HashSet;

use domain::{
    ids::{Millis, RowNo, RuleId},
    rule::{By, HeldUp},
    run::RunKind,
    slots::{MAX_PER_RUN, PlanState},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};

use super::{available, matching, name, of};
use crate::store::{
    Lease, NewRun, Store, StoreError, WorkspaceCtx,
    db::in_write,
    entity::{mailbox, rule, run, run_item},
    runs::paying,
};

/// A rule that is on.
#[derive(Clone, Debug)]
pub struct Rule {
    pub id: RuleId,
    pub by: By,
    /// Name of the department, of the domain, or of the group.
    pub value: String,
    /// "Department Sales".
    pub name: String,
    ceiling: u32,
    since: Millis,
}

/// Somebody who came since a rule was switched on.
#[derive(Clone, Debug)]
pub struct Newcomer {
    pub row: RowNo,
    pub entra_id: String,
}

impl Store {
    /// The rules that are on, the oldest first.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn rules_on(&self, lease: &Lease) -> Result<Vec<Rule>, StoreError> {
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

    /// Who came since and could be connected, the first who came first; of a group, anybody. Whom the rule has taken
    /// before it does not take again: somebody has undone it.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn newcomers(&self, lease: &Lease, rule: &Rule) -> Result<Vec<Newcomer>, StoreError> {
        let (ctx, on) = (&lease.ctx, &self.db.read_in(&lease.ctx));
        let mut whom = available(ctx, lease.delegation)
            .filter(mailbox::Column::CreatedAt.gt(rule.since))
            .filter(mailbox::Column::RunId.is_null())
            .order_by_asc(mailbox::Column::CreatedAt)
            .order_by_asc(mailbox::Column::RowNo);
        if let Some(matching) = matching(rule.by, &rule.value) {
            whom = whom.filter(matching);
        }
        let found = whom.all(on).await?;
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
            row: RowNo(u32::try_from(row.row_no).unwrap_or(0)),
            entra_id: row.entra_id,
        };
        Ok(found.into_iter().filter(|row| !taken.contains(&row.id)).map(newcomer).collect())
    }

    /// Starts a run over as many of them as the rule and the slots allow. Returns over how many.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn apply_rule(
        &self,
        lease: &Lease,
        rule: &Rule,
        newcomers: &[Newcomer],
    ) -> Result<usize, StoreError> {
        let (on, id) = (&self.db.read_in(&lease.ctx), lease.delegation);
        let room = rule.ceiling.saturating_sub(Self::connected_by(on, &lease.ctx, rule.id).await?);
        let pools = Self::pools_in(on, &lease.ctx).await?;
        let free = match paying(&pools) {
            Some(pool) if pool.plan == PlanState::Active => pool.free().unwrap_or(u32::MAX),
            _ => 0,
        };
        let fit = usize::try_from(room.min(free).min(MAX_PER_RUN)).unwrap_or(0);
        let rows: Vec<RowNo> = newcomers.iter().take(fit).map(|newcomer| newcomer.row).collect();
        let held_up = match newcomers.len() > rows.len() {
            true if room <= free => Some(HeldUp::Ceiling),
            true => Some(HeldUp::Slots),
            false => None,
        };
        self.hold_up(lease, rule, held_up).await?;
        if rows.is_empty() {
            return Ok(0);
        }
        // Whoever looks at runs and at the audit log sees which rule it was.
        let ctx = WorkspaceCtx::new(lease.ctx.workspace, format!("Rule: {}", rule.name));
        let new = NewRun { delegation: id, kind: RunKind::Connect, rows: &rows, key: None };
        match self.accept_run_of(&ctx, &new, Some(rule.id)).await {
            Ok(_) => Ok(rows.len()),
            // Somebody was faster: the next reading looks again.
            Err(
                StoreError::Slots(_)
                | StoreError::PlanInactive
                | StoreError::NothingToDo
                | StoreError::NotFound,
            ) => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// Writes what keeps a rule from connecting everybody, when that has changed.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn hold_up(
        &self,
        lease: &Lease,
        rule: &Rule,
        held_up: Option<HeldUp>,
    ) -> Result<(), StoreError> {
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
