//! The audit log: who did what, append-only.

use std::collections::HashMap;

use domain::{
    activity::{ActivityPage, ActivityQuery, Entry},
    ids::Millis,
    run::{Found, ItemState},
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};
use time::{Date, macros::format_description};

use crate::row_security::ScopedTx;
use crate::{
    Activity, Store, StoreError, WorkspaceCtx,
    db::{sql, tuples},
    entity::audit,
};

const DAY: Millis = 24 * 60 * 60 * 1_000;
/// Names that the filter by person offers.
const PEOPLE: u64 = 100;

/// Details of an entry beside its target.
#[derive(Default, Deserialize, Serialize)]
struct Detail {
    #[serde(skip_serializing_if = "Option::is_none")]
    mailboxes: Option<usize>,
    /// Changes that a sync has found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    found: Option<Found>,
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    after: Option<String>,
    /// Network address, and the request's id in the server's log.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    request: Option<String>,
}

/// The old and the new value of a setting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Changed<'a> {
    pub(crate) before: &'a str,
    pub(crate) after: &'a str,
}

impl Activity<'_> {
    /// Entries of the audit log, newest first, at most `limit`; paged by their ids, which increase with time.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn page(self, query: &ActivityQuery, limit: u64) -> Result<ActivityPage, StoreError> {
        let ctx = self.ctx;
        use audit::Column as C;
        let mut rows = audit::Entity::find()
            .filter(narrowed(ctx, query))
            .order_by_desc(C::Id)
            .limit(limit + 1)
            .all(&self.db.read_in(ctx))
            .await?;
        let more = rows.len() as u64 > limit;
        if more {
            rows.pop();
        }
        let next = rows.last().map(|row| row.id).filter(|_| more);
        let people = audit::Entity::find()
            .select_only()
            .column(C::Who)
            .distinct()
            .filter(C::WorkspaceId.eq(ctx.workspace.0))
            .order_by_asc(C::Who)
            .limit(PEOPLE)
            .into_tuple()
            .all(&self.db.read_in(ctx))
            .await?;
        let mut entries: Vec<Entry> = rows.into_iter().map(entry).collect();
        self.name_mailboxes(&mut entries).await?;
        Ok(ActivityPage { entries, people, next })
    }

    /// Adds the name of the mailbox to the entries about runs over one.
    async fn name_mailboxes(self, entries: &mut [Entry]) -> Result<(), StoreError> {
        let ctx = self.ctx;
        let of_one = |entry: &Entry| match (entry.mailboxes, entry.target.as_deref()) {
            (Some(1), Some(run)) if entry.is_of_run() => run.parse::<uuid::Uuid>().ok(),
            _ => None,
        };
        let runs: Vec<uuid::Uuid> = entries.iter().filter_map(of_one).collect();
        if runs.is_empty() {
            return Ok(());
        }
        let on = &self.db.read_in(ctx);
        let text = format!(
            "SELECT i.run_id, m.name FROM run_item i \
             JOIN mailbox m ON m.workspace_id = i.workspace_id AND m.id = i.mailbox_id \
             WHERE i.workspace_id = $1 AND i.state <> '{}' AND i.run_id IN {}",
            ItemState::Skipped,
            tuples(2, 1, runs.len()),
        );
        let values = [ctx.workspace.0.into()].into_iter().chain(runs.iter().map(|run| (*run).into()));
        let mut names = HashMap::new();
        for row in on.query_all_raw(sql(on, &text, values)).await? {
            names.insert(row.try_get::<uuid::Uuid>("", "run_id")?, row.try_get::<String>("", "name")?);
        }
        for entry in entries {
            entry.mailbox = of_one(entry).and_then(|run| names.get(&run).cloned());
        }
        Ok(())
    }
}

impl Store {
    /// Writes one entry of the audit log, in the transaction of the action that it records.
    pub(crate) async fn audit(
        tx: &ScopedTx<'_>,
        id: uuid::Uuid,
        at: Millis,
        what: &str,
        target: Option<&str>,
    ) -> Result<(), StoreError> {
        Self::audit_of(tx, (id, at), what, target, None).await
    }

    /// The same with the number of affected mailboxes.
    pub(crate) async fn audit_of(
        tx: &ScopedTx<'_>,
        line: (uuid::Uuid, Millis),
        what: &str,
        target: Option<&str>,
        mailboxes: Option<usize>,
    ) -> Result<(), StoreError> {
        Self::insert_audit(tx, line, (what, target), Detail { mailboxes, ..Detail::default() }).await
    }

    /// The same with the old and the new value.
    pub(crate) async fn audit_change(
        tx: &ScopedTx<'_>,
        line: (uuid::Uuid, Millis),
        what: &str,
        target: Option<&str>,
        Changed { before, after }: Changed<'_>,
    ) -> Result<(), StoreError> {
        let change = |text: &str| Some(text.to_owned());
        let detail = Detail { before: change(before), after: change(after), ..Detail::default() };
        Self::insert_audit(tx, line, (what, target), detail).await
    }

    /// Writes an entry about the changes that a sync has found.
    pub(crate) async fn audit_found(
        tx: &ScopedTx<'_>,
        line: (uuid::Uuid, Millis),
        run: &str,
        found: Found,
    ) -> Result<(), StoreError> {
        let detail = Detail { found: Some(found), ..Detail::default() };
        Self::insert_audit(tx, line, ("directory.changed", Some(run)), detail).await
    }

    async fn insert_audit(
        tx: &ScopedTx<'_>,
        (id, at): (uuid::Uuid, Millis),
        (what, target): (&str, Option<&str>),
        detail: Detail,
    ) -> Result<(), StoreError> {
        let ctx = tx.ctx();
        let origin = ctx.origin.as_deref();
        let detail = Detail {
            from: origin.map(|origin| origin.address.clone()),
            request: origin.map(|origin| origin.request.clone()),
            ..detail
        };
        audit::ActiveModel {
            workspace_id: Set(ctx.workspace.0),
            id: Set(id),
            at: Set(at),
            who: Set(ctx.who.clone()),
            what: Set(what.to_owned()),
            target: Set(target.map(str::to_owned)),
            detail: Set(serde_json::to_string(&detail).map_err(StoreError::corrupt)?),
        }
        .insert(tx)
        .await?;
        Ok(())
    }
}

fn entry(row: audit::Model) -> Entry {
    // Entries of older versions have no details.
    let detail: Detail = serde_json::from_str(&row.detail).unwrap_or_default();
    Entry {
        id: row.id,
        at: row.at,
        who: row.who,
        what: row.what,
        target: row.target,
        mailboxes: detail.mailboxes.and_then(|n| u32::try_from(n).ok()),
        mailbox: None,
        found: detail.found.unwrap_or_default(),
        change: detail.before.zip(detail.after),
        from: detail.from,
        request: detail.request,
    }
}

fn narrowed(ctx: &WorkspaceCtx, query: &ActivityQuery) -> Condition {
    use audit::Column as C;
    let mut filter = Condition::all().add(C::WorkspaceId.eq(ctx.workspace.0));
    if let Some(who) = &query.who {
        filter = filter.add(C::Who.eq(who.as_str()));
    }
    if let Some(topic) = query.topic {
        let mut any = Condition::any();
        for prefix in topic.prefixes() {
            any = any.add(C::What.starts_with(*prefix));
        }
        filter = filter.add(any);
    }
    let ahead = |minutes: i32| Millis::from(minutes) * 60_000;
    if let Some(from) = query.from.as_deref().and_then(day) {
        filter = filter.add(C::At.gte(from - ahead(query.from_offset)));
    }
    if let Some(to) = query.to.as_deref().and_then(day) {
        filter = filter.add(C::At.lt(to + DAY - ahead(query.to_offset)));
    }
    if let Some(before) = query.before {
        filter = filter.add(C::Id.lt(before));
    }
    filter
}

/// The first moment of a day in UTC.
fn day(text: &str) -> Option<Millis> {
    let date = Date::parse(text, format_description!("[year]-[month]-[day]")).ok()?;
    Some(date.midnight().assume_utc().unix_timestamp() * 1_000)
}
