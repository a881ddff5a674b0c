//! Mailboxes that leave their run: each gets its next state, its slot and its event, and all are written together.

use domain::{
    Reason,
    cadence::BACK_OFF,
    connection::{Connection, Hold},
    ids::Millis,
    live::Change,
    mailbox::MailboxRow,
    slots::Pool,
};
use sea_orm::{ConnectionTrait, DatabaseTransaction, Value};

use super::{Lease, ledger::Ledger};
use crate::store::{
    StoreError,
    db::{ROWS, sql, tuples},
    entity::mailbox,
    events::Log,
    list::row_view,
};

/// The moves of one transaction. They are gathered first: two statements a mailbox, of which SQLite writes one
/// transaction at a time, would keep every other run waiting.
pub(super) struct Moves {
    now: Millis,
    /// Whether Microsoft was asked: mailboxes that go back unasked keep the time of their last check.
    asked: bool,
    pub(super) ledger: Ledger,
    rows: Vec<[Value; 7]>,
    /// Whether somebody needs attention, or could not be connected, who did not before.
    in_need: bool,
}

impl Moves {
    /// After Microsoft's answers.
    pub(super) fn answered(now: Millis) -> Self {
        Self { now, asked: true, ledger: Ledger::default(), rows: Vec::new(), in_need: false }
    }

    /// Back to where they were, without having been asked about.
    pub(super) fn unasked(now: Millis) -> Self {
        Self { asked: false, ..Self::answered(now) }
    }

    /// Takes a mailbox out of its run and into its next state.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] for a step that the states do not allow.
    pub(super) fn push(
        &mut self,
        log: &mut Log<'_>,
        row: mailbox::Model,
        connection: Connection,
        reason: Option<Reason>,
    ) -> Result<(), StoreError> {
        let (id, pool) = (row.id, row.pool.clone());
        let before = row_view(row)?;
        if !before.connection.may_become(connection) {
            return Err(StoreError::Corrupt(format!("{} may not become {connection}", before.connection)));
        }
        let fresh = connection == Connection::Connected && before.connection.holds() != Hold::Used;
        let mut after = MailboxRow {
            connection,
            reason,
            busy: false,
            checked_at: if self.asked { Some(self.now) } else { before.checked_at },
            connected_at: if fresh { Some(self.now) } else { before.connected_at },
            ..before.clone()
        };
        self.in_need |= matches!(connection, Connection::NeedsAttention | Connection::Failed)
            && before.connection != connection;
        self.ledger.hold(pool.as_deref(), before.connection.holds(), connection.holds());
        // A check that finds everything as it was is worth a time stamp and no event.
        let shown = MailboxRow { checked_at: before.checked_at, ..after.clone() } != before;
        if shown {
            after.rev = log.next();
            log.push(&Change::Mailbox(Box::new(after.clone())))?;
            self.ledger.moved = true;
        }
        self.rows.push([
            id.into(),
            connection.as_str().into(),
            after.reason.map(|reason| reason.code().to_owned()).into(),
            pool.filter(|_| connection.holds() != Hold::Nothing).into(),
            after.checked_at.into(),
            after.connected_at.into(),
            after.rev.0.into(),
        ]);
        Ok(())
    }

    /// When those who need attention are looked after, if there are new ones.
    pub(super) fn next_check(&self) -> Option<Millis> {
        self.in_need.then_some(BACK_OFF[0])
    }

    /// Writes mailboxes, slots and progress. `pools` as of [`Ledger::write`].
    pub(super) async fn write(
        self,
        tx: &DatabaseTransaction,
        lease: &Lease,
        log: &mut Log<'_>,
        pools: &mut [Pool],
    ) -> Result<(), StoreError> {
        for rows in self.rows.chunks(ROWS) {
            let text = format!(
                "WITH moved (id, connection, reason, pool, checked_at, connected_at, rev) AS (VALUES {}) \
                 UPDATE mailbox SET connection = moved.connection, reason = moved.reason, pool = moved.pool, run_id = NULL, \
                 checked_at = moved.checked_at, suspected_at = NULL, connected_at = moved.connected_at, rev = moved.rev \
                 FROM moved WHERE mailbox.workspace_id = $1 AND mailbox.id = moved.id",
                tuples(2, rows.len(), 7),
            );
            let values = std::iter::once(lease.ctx.workspace.0.into()).chain(rows.iter().flatten().cloned());
            let moved = tx.execute_raw(sql(tx, &text, values)).await?;
            if moved.rows_affected() != rows.len() as u64 {
                return Err(StoreError::Corrupt(format!(
                    "{} of {} mailboxes were there to be moved",
                    moved.rows_affected(),
                    rows.len()
                )));
            }
        }
        self.ledger.write(tx, lease, log, pools).await
    }
}
