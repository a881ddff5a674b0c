//! Transitions of mailboxes that leave their run: state, slot and event of each, written together.

use domain::{
    Reason,
    connection::{Connection, Hold},
    evidence::Evidence,
    ids::Millis,
    live::Change,
    mailbox::{Kind, MailboxRow},
    schedule::BACK_OFF,
    slots::Pool,
};
use sea_orm::{ConnectionTrait, Value};

use super::ledger::Ledger;
use crate::Lease;
use crate::row_security::ScopedTx;
use crate::{
    StoreError,
    db::{ROWS, sql, tuples},
    entity::mailbox,
    events::Log,
    mailboxes::list::row_view,
};

/// What Microsoft answered about a mailbox.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Answer<'a> {
    /// Of a failure.
    pub(super) evidence: Option<&'a Evidence>,
    /// The kind of the mailbox and the stored name of its purpose.
    pub(super) kind: Option<(Kind, &'static str)>,
}

/// The transitions of one transaction. They are gathered first: two statements per mailbox would block every other run
/// on SQLite, which has one writing transaction at a time.
pub(super) struct Transitions {
    now: Millis,
    /// Whether Microsoft has answered: other mailboxes keep the time of their last check.
    answered: bool,
    pub(super) ledger: Ledger,
    rows: Vec<[Value; 11]>,
    /// Whether a mailbox newly needs attention, or newly could not be connected.
    newly_failed: bool,
}

impl Transitions {
    /// Transitions after Microsoft's answers.
    pub(super) fn answered(now: Millis) -> Self {
        Self { now, answered: true, ledger: Ledger::default(), rows: Vec::new(), newly_failed: false }
    }

    /// Transitions back to former states, without answers from Microsoft.
    pub(super) fn without_answers(now: Millis) -> Self {
        Self { answered: false, ..Self::answered(now) }
    }

    /// Takes a mailbox out of its run and into its next state.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] for a transition that is not allowed.
    pub(super) fn push(
        &mut self,
        log: &mut Log<'_>,
        row: mailbox::Model,
        connection: Connection,
        reason: Option<Reason>,
        answer: Answer<'_>,
    ) -> Result<(), StoreError> {
        let (id, pool) = (row.id, row.pool.clone());
        let (code, request) = match self.answered {
            true => columns(answer.evidence),
            false => (row.answer_code.clone(), row.answer_request.clone()),
        };
        let before = row_view(row)?;
        if !before.connection.may_become(connection) {
            return Err(StoreError::Corrupt(format!("{} may not become {connection}", before.connection)));
        }
        let fresh = connection == Connection::Connected && before.connection.holds() != Hold::Used;
        let (kind, purpose) =
            answer.kind.map_or((before.kind, None), |(kind, purpose)| (kind, Some(purpose)));
        let mut after = MailboxRow {
            kind,
            connection,
            reason,
            busy: false,
            checked_at: if self.answered { Some(self.now) } else { before.checked_at },
            connected_at: if fresh { Some(self.now) } else { before.connected_at },
            ..before.clone()
        };
        self.newly_failed |= matches!(connection, Connection::NeedsAttention | Connection::Failed)
            && before.connection != connection;
        self.ledger.hold(pool.as_deref(), before.connection.holds(), connection.holds());
        // A check without a change writes its time, but no event.
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
            code.into(),
            request.into(),
            kind.as_str().into(),
            purpose.into(),
        ]);
        Ok(())
    }

    /// The wait until mailboxes that need attention are checked, in milliseconds, if there are new ones.
    pub(super) fn next_check(&self) -> Option<Millis> {
        self.newly_failed.then_some(BACK_OFF[0])
    }

    /// Writes mailboxes, slots and progress. `pools` as of [`Ledger::write`].
    pub(super) async fn write(
        self,
        tx: &ScopedTx<'_>,
        lease: &Lease,
        log: &mut Log<'_>,
        pools: &mut [Pool],
    ) -> Result<(), StoreError> {
        for rows in self.rows.chunks(ROWS) {
            let text = format!(
                "WITH moved (id, connection, reason, pool, checked_at, connected_at, rev, code, request, kind, purpose) \
                 AS (VALUES {}) \
                 UPDATE mailbox SET connection = moved.connection, reason = moved.reason, pool = moved.pool, run_id = NULL, \
                 checked_at = moved.checked_at, suspected_at = NULL, connected_at = moved.connected_at, rev = moved.rev, \
                 answer_code = moved.code, answer_request = moved.request, kind = moved.kind, \
                 purpose = COALESCE(moved.purpose, mailbox.purpose) \
                 FROM moved WHERE mailbox.workspace_id = $1 AND mailbox.id = moved.id",
                tuples(2, rows.len(), 11),
            );
            let values = std::iter::once(lease.ctx.workspace.0.into()).chain(rows.iter().flatten().cloned());
            let moved = tx.execute_raw(sql(tx, &text, values)).await?;
            if moved.rows_affected() != rows.len() as u64 {
                return Err(StoreError::Corrupt(format!(
                    "{} of {} mailboxes were found for their transitions",
                    moved.rows_affected(),
                    rows.len()
                )));
            }
        }
        self.ledger.write(tx, lease, log, pools).await
    }
}

/// Evidence as the columns `answer_code` and `answer_request`.
pub(super) fn columns(evidence: Option<&Evidence>) -> (Option<String>, Option<String>) {
    evidence.map_or((None, None), |evidence| (evidence.code.clone(), evidence.request_id.clone()))
}
