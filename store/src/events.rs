//! The event log: gap-free per delegation, in the order of commits.

pub(crate) mod audit;
mod sweep;

use domain::{
    ids::{DelegationId, MailboxId, Millis, Seq, WorkspaceId},
    live::Change,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Value};

use crate::row_security::ScopedTx;
use crate::{
    Delegations, Store, StoreError,
    db::{ROWS, for_update, sql, tuples},
    entity::{
        delegation::{self, GONE},
        event,
    },
};

/// Events of one read.
const PAGE: u64 = 500;
/// A reader that is further behind than this starts again from a snapshot.
const TOO_FAR: i64 = 5_000;

/// One stored event.
#[derive(Clone, Debug)]
pub struct LogEvent {
    pub seq: Seq,
    /// [`Change::kind`].
    pub kind: String,
    pub mailbox: Option<MailboxId>,
    /// The [`Change`] as JSON, in one line.
    pub payload: String,
    pub created_at: Millis,
}

impl LogEvent {
    /// The change that the event reports.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when this version of the server cannot read an event of another version.
    pub fn change(&self) -> Result<Change, StoreError> {
        serde_json::from_str(&self.payload).map_err(StoreError::corrupt)
    }
}

/// The events after a position in the log.
#[derive(Debug)]
pub enum Since {
    Nothing,
    /// The next events without a gap, from the requested position on.
    Events(Vec<LogEvent>),
    /// The position is too far behind, deleted, or beyond the log's head: take a snapshot and go on from `head`.
    Reset {
        head: Seq,
    },
}

/// The log of one delegation, open for writing inside a transaction. Opening it locks the delegation: after the slot
/// account and before runs and mailboxes.
pub(crate) struct Log<'t> {
    tx: &'t ScopedTx<'t>,
    workspace: uuid::Uuid,
    delegation: DelegationId,
    seq: i64,
    now: Millis,
    rows: Vec<[Value; 4]>,
}

impl<'t> Log<'t> {
    /// Opens the log and locks the delegation.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such delegation (any more).
    pub(crate) async fn open(
        tx: &'t ScopedTx<'_>,
        delegation: DelegationId,
        now: Millis,
    ) -> Result<Self, StoreError> {
        let ctx = tx.ctx();
        let text = format!(
            "SELECT event_seq, state FROM delegation WHERE workspace_id = $1 AND id = $2{}",
            for_update(tx)
        );
        let row = tx.query_one_raw(sql(tx, &text, [ctx.workspace.0.into(), delegation.0.into()])).await?;
        let row = row.ok_or(StoreError::NotFound)?;
        if GONE.contains(&row.try_get::<String>("", "state")?.as_str()) {
            return Err(StoreError::NotFound);
        }
        let seq = row.try_get::<i64>("", "event_seq")?;
        Ok(Self { tx, workspace: ctx.workspace.0, delegation, seq, now, rows: Vec::new() })
    }

    /// The sequence number of the next change.
    pub(crate) fn next(&self) -> Seq {
        Seq(self.seq + 1)
    }

    pub(crate) fn push(&mut self, change: &Change) -> Result<(), StoreError> {
        self.seq += 1;
        let mailbox: Option<MailboxId> = match change {
            Change::Mailbox(row) => Some(row.id),
            _ => None,
        };
        self.rows.push([
            self.seq.into(),
            change.kind().into(),
            mailbox.map(|id| id.0).into(),
            serde_json::to_string(change).map_err(StoreError::corrupt)?.into(),
        ]);
        Ok(())
    }

    /// Writes the events and the counter. Returns the head of the log.
    pub(crate) async fn close(self) -> Result<Seq, StoreError> {
        let Self { tx, workspace, delegation, seq, now, rows } = self;
        for rows in rows.chunks(ROWS) {
            let text = format!(
                "WITH new (seq, kind, mailbox_id, payload) AS (VALUES {}) \
                 INSERT INTO event (workspace_id, delegation_id, created_at, seq, kind, mailbox_id, payload) \
                 SELECT $1, $2, $3, seq, kind, mailbox_id, payload FROM new",
                tuples(4, rows.len(), 4),
            );
            let values = [workspace.into(), delegation.0.into(), now.into()];
            let values = values.into_iter().chain(rows.iter().flatten().cloned());
            tx.execute_raw(sql(tx, &text, values)).await?;
        }
        tx.execute_raw(sql(
            tx,
            "UPDATE delegation SET event_seq = $3 WHERE workspace_id = $1 AND id = $2",
            [workspace.into(), delegation.0.into(), seq.into()],
        ))
        .await?;
        Ok(Seq(seq))
    }
}

impl Delegations<'_> {
    /// The events after `since`, at most 500.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when the workspace has no such delegation.
    pub async fn events_since(self, delegation: DelegationId, since: Seq) -> Result<Since, StoreError> {
        let ctx = self.ctx;
        // Also for a delegation that was just removed: its last event reports that.
        let row = delegation::Entity::find_by_id((ctx.workspace.0, delegation.0))
            .one(&self.db.read_in(ctx))
            .await?;
        let head = row.ok_or(StoreError::NotFound)?.event_seq;
        if since.0 == head {
            return Ok(Since::Nothing);
        }
        if since.0 > head || head - since.0 > TOO_FAR {
            return Ok(Since::Reset { head: Seq(head) });
        }
        let rows = event::Entity::find()
            .filter(event::Column::WorkspaceId.eq(ctx.workspace.0))
            .filter(event::Column::DelegationId.eq(delegation.0))
            .filter(event::Column::Seq.gt(since.0))
            .order_by_asc(event::Column::Seq)
            .limit(PAGE)
            .all(&self.db.read_in(ctx))
            .await?;
        // Old events are deleted: a gap at the start means that the reader needs a snapshot.
        Ok(match rows.first() {
            Some(first) if first.seq == since.0 + 1 => {
                Since::Events(rows.into_iter().map(LogEvent::from).collect())
            }
            _ => Since::Reset { head: Seq(head) },
        })
    }
}

impl Store {
    /// The heads of these delegations' logs, for signals.
    pub async fn heads(
        &self,
        delegations: &[(WorkspaceId, DelegationId)],
    ) -> Result<Vec<(DelegationId, Seq)>, StoreError> {
        let mut heads = Vec::new();
        for some in delegations.chunks(500) {
            let rows: Vec<(uuid::Uuid, i64)> = delegation::Entity::find()
                .select_only()
                .column(delegation::Column::Id)
                .column(delegation::Column::EventSeq)
                // Both, because the key starts with the workspace.
                .filter(delegation::Column::WorkspaceId.is_in(some.iter().map(|(workspace, _)| workspace.0)))
                .filter(delegation::Column::Id.is_in(some.iter().map(|(_, id)| id.0)))
                .into_tuple()
                .all(self.db.read())
                .await?;
            heads.extend(rows.into_iter().map(|(id, seq)| (DelegationId(id), Seq(seq))));
        }
        Ok(heads)
    }
}

impl From<event::Model> for LogEvent {
    fn from(row: event::Model) -> Self {
        Self {
            seq: Seq(row.seq),
            kind: row.kind,
            mailbox: row.mailbox_id.map(MailboxId),
            payload: row.payload,
            created_at: row.created_at,
        }
    }
}
