//! Rules that connect new mailboxes automatically: added, switched on and off, removed. A new rule is off. [`apply`]
//! applies them.

mod apply;

use domain::{
    Act,
    connection::{Connection, Hold},
    ids::{DelegationId, Millis, RuleId},
    rule::{MAX_RULES, NewRule, RuleKind, RuleView},
    run::ItemState,
    schedule::{DAY, HOUR},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, EntityTrait, IntoActiveModel, ModelTrait,
    PaginatorTrait, QueryFilter, QueryOrder,
};

use crate::row_security::InWorkspace;
use crate::{
    Delegations, Store, StoreError, WorkspaceCtx,
    db::{connections, in_list, in_write, sql, stored},
    entity::{mailbox, rule},
};

pub use apply::{Newcomer, Rule};

/// The period of which a dry run counts new mailboxes.
const RECENT: Millis = 30 * DAY;

impl Delegations<'_> {
    /// The rules of a delegation, oldest first, each with the numbers of mailboxes that it has connected and would
    /// connect.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`]; [`StoreError::NotFound`] when the workspace has no such delegation.
    pub async fn rules(self, id: DelegationId) -> Result<Vec<RuleView>, StoreError> {
        let ctx = self.ctx;
        ctx.allow(Act::ManageRules)?;
        let on = &self.db.read_in(ctx);
        self.delegation_row(on, id).await?;
        let rows = of(ctx, id).order_by_asc(rule::Column::Id).all(on).await?;
        let mut views = Vec::with_capacity(rows.len());
        for row in rows {
            views.push(self.rule_view(on, row).await?);
        }
        Ok(views)
    }

    /// Adds a rule, which is off.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`]; [`StoreError::NotFound`]; [`StoreError::LimitExceeded`].
    pub async fn add_rule(self, id: DelegationId, new: &NewRule) -> Result<(), StoreError> {
        let ctx = self.ctx;
        ctx.allow(Act::ManageRules)?;
        let value = self.value_as_spelled(id, new).await?;
        let now = self.now();
        in_write!(self.db, ctx, |tx| {
            Store::lock_pools(tx).await?;
            self.delegation_row(tx, id).await?;
            let known = u32::try_from(of(ctx, id).count(tx).await?).unwrap_or(u32::MAX);
            if known >= MAX_RULES {
                return Err(StoreError::LimitExceeded { requested: known + 1, limit: MAX_RULES });
            }
            rule::ActiveModel {
                workspace_id: Set(ctx.workspace.0),
                id: Set(self.sources.id()),
                delegation_id: Set(id.0),
                kind: Set(new.by.as_str().to_owned()),
                value: Set(value.clone()),
                ceiling: Set(stored(new.ceiling)),
                on_since: Set(None),
                held_up: Set(None),
                created_by: Set(ctx.who.clone()),
                created_at: Set(now),
            }
            .insert(tx)
            .await?;
            let target = format!("{} {value}", new.by.label());
            Store::audit(tx, self.sources.id(), now, "rule.added", Some(&target)).await
        })
    }

    /// Switches a rule on, for mailboxes that are found from now on, or off.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`]; [`StoreError::NotFound`].
    pub async fn switch_rule(self, id: DelegationId, rule: RuleId, on: bool) -> Result<(), StoreError> {
        let ctx = self.ctx;
        ctx.allow(Act::ManageRules)?;
        let now = self.now();
        in_write!(self.db, ctx, |tx| {
            let row = self.rule_row(tx, id, rule).await?;
            if row.on_since.is_some() == on {
                return Ok(());
            }
            let target = name(&row)?;
            let mut model = row.into_active_model();
            model.on_since = Set(on.then_some(now));
            model.held_up = Set(None);
            model.update(tx).await?;
            let what = if on { "rule.on" } else { "rule.off" };
            Store::audit(tx, self.sources.id(), now, what, Some(&target)).await
        })
    }

    /// Removes a rule. Mailboxes that it has connected stay connected.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`]; [`StoreError::NotFound`].
    pub async fn remove_rule(self, id: DelegationId, rule: RuleId) -> Result<(), StoreError> {
        let ctx = self.ctx;
        ctx.allow(Act::ManageRules)?;
        in_write!(self.db, ctx, |tx| {
            let row = self.rule_row(tx, id, rule).await?;
            let target = name(&row)?;
            row.delete(tx).await?;
            Store::audit(tx, self.sources.id(), self.now(), "rule.removed", Some(&target)).await
        })
    }

    /// Whether somebody in the directory has the rule's department or domain today. For a group that is not known here.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such delegation.
    pub async fn rule_matches_somebody(self, id: DelegationId, new: &NewRule) -> Result<bool, StoreError> {
        let ctx = self.ctx;
        let row = self.delegation_row(&self.db.read_in(ctx), id).await?;
        let facets = self.mailboxes(ctx).facets(id, row.directory_rev).await?;
        let known = match new.by {
            RuleKind::Department => &facets.departments,
            RuleKind::Domain => &facets.domains,
            RuleKind::Group => return Ok(true),
        };
        let lower = new.value.to_lowercase();
        Ok(known.iter().any(|choice| choice.value.to_lowercase() == lower))
    }

    /// The rule's value; a department in the directory's spelling, whatever the case of the input.
    async fn value_as_spelled(self, id: DelegationId, new: &NewRule) -> Result<String, StoreError> {
        let ctx = self.ctx;
        let row = self.delegation_row(&self.db.read_in(ctx), id).await?;
        if new.by != RuleKind::Department {
            return Ok(new.value.clone());
        }
        let facets = self.mailboxes(ctx).facets(id, row.directory_rev).await?;
        let lower = new.value.to_lowercase();
        let known = facets.departments.iter().find(|choice| choice.value.to_lowercase() == lower);
        Ok(known.map_or(&new.value, |choice| &choice.value).clone())
    }
}

impl Store {
    async fn rule_row(
        &self,
        on: &impl InWorkspace,
        id: DelegationId,
        rule: RuleId,
    ) -> Result<rule::Model, StoreError> {
        let ctx = on.ctx();
        self.delegation_row(on, id).await?;
        let row = rule::Entity::find_by_id((ctx.workspace.0, rule.0)).one(on).await?;
        row.filter(|row| row.delegation_id == id.0).ok_or(StoreError::NotFound)
    }

    async fn rule_view(&self, on: &impl InWorkspace, row: rule::Model) -> Result<RuleView, StoreError> {
        let ctx = on.ctx();
        let by: RuleKind = row.kind.parse().map_err(StoreError::corrupt)?;
        let count = async |since: Option<Millis>| match matching(by, &row.value) {
            None => Ok::<_, StoreError>(None),
            Some(target) => {
                let mut found = available(ctx, DelegationId(row.delegation_id)).filter(target);
                if let Some(since) = since {
                    found = found.filter(mailbox::Column::CreatedAt.gt(since));
                }
                Ok(Some(u32::try_from(found.count(on).await?).unwrap_or(u32::MAX)))
            }
        };
        let first_sync = first_sync_end(on, DelegationId(row.delegation_id)).await?;
        let recent = count(Some(Ord::max(self.now() - RECENT, first_sync))).await?;
        let matching = count(None).await?;
        let connected = Self::connected_by(on, RuleId(row.id)).await?;
        Ok(RuleView {
            id: RuleId(row.id),
            by,
            value: row.value,
            ceiling: u32::try_from(row.ceiling).unwrap_or(0),
            on_since: row.on_since,
            created_by: row.created_by,
            connected,
            matching,
            recent,
            held_up: row.held_up.as_deref().map(str::parse).transpose().map_err(StoreError::corrupt)?,
        })
    }

    /// The number of mailboxes that hold a slot because of a rule: connected by it, or about to be.
    async fn connected_by(on: &impl InWorkspace, rule: RuleId) -> Result<u32, StoreError> {
        let ctx = on.ctx();
        let text = format!(
            "SELECT COUNT(DISTINCT m.id) AS n FROM run r \
             JOIN run_item i ON i.workspace_id = r.workspace_id AND i.run_id = r.id \
             JOIN mailbox m ON m.workspace_id = i.workspace_id AND m.id = i.mailbox_id \
             WHERE r.workspace_id = $1 AND r.rule_id = $2 AND i.state IN {} \
             AND (m.connection IN {} OR m.connection IN {})",
            in_list([ItemState::Pending.as_str(), ItemState::Succeeded.as_str()]),
            connections(Hold::Reserved),
            connections(Hold::Used),
        );
        let row = on.query_one_raw(sql(on, &text, [ctx.workspace.0.into(), rule.0.into()])).await?;
        let n: i64 = row.map(|row| row.try_get("", "n")).transpose()?.unwrap_or(0);
        Ok(u32::try_from(n).unwrap_or(u32::MAX))
    }
}

fn of(ctx: &WorkspaceCtx, id: DelegationId) -> sea_orm::Select<rule::Entity> {
    rule::Entity::find()
        .filter(rule::Column::WorkspaceId.eq(ctx.workspace.0))
        .filter(rule::Column::DelegationId.eq(id.0))
}

/// Mailboxes that could be connected and never were.
fn available(ctx: &WorkspaceCtx, id: DelegationId) -> sea_orm::Select<mailbox::Entity> {
    mailbox::Entity::find()
        .filter(mailbox::Column::WorkspaceId.eq(ctx.workspace.0))
        .filter(mailbox::Column::DelegationId.eq(id.0))
        .filter(mailbox::Column::Connection.eq(Connection::Available.as_str()))
}

/// The end of the first sync, which takes at most an hour: mailboxes that it found are not new.
async fn first_sync_end(on: &impl InWorkspace, id: DelegationId) -> Result<Millis, StoreError> {
    let ctx = on.ctx();
    let text = "SELECT MIN(created_at) AS first FROM mailbox WHERE workspace_id = $1 AND delegation_id = $2";
    let row = on.query_one_raw(sql(on, text, [ctx.workspace.0.into(), id.0.into()])).await?;
    let first: Option<Millis> = row.map(|row| row.try_get("", "first")).transpose()?.flatten();
    Ok(first.unwrap_or(0) + HOUR)
}

/// The mailboxes that a rule matches; `None` for a group, whose members only Microsoft knows.
fn matching(by: RuleKind, value: &str) -> Option<Condition> {
    let column = match by {
        RuleKind::Department => mailbox::Column::Department,
        RuleKind::Domain => mailbox::Column::Domain,
        RuleKind::Group => return None,
    };
    Some(Condition::all().add(column.eq(value)))
}

/// "Department Sales".
fn name(row: &rule::Model) -> Result<String, StoreError> {
    let by: RuleKind = row.kind.parse().map_err(StoreError::corrupt)?;
    Ok(format!("{} {}", by.label(), row.value))
}
