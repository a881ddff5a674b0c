//! Due times after the system's clock was set back.
//!
//! Everything that waits has a longest wait. A due time further ahead than that was written while the clock was ahead:
//! it is brought back to the longest wait, so that a disconnect does not stay queued for an hour, and a session of a
//! quarter of an hour does not live for a day.

use domain::{
    ids::Millis,
    run::RunState,
    schedule::{DAY, HOUR, MINUTE, SYNC_EVERY},
    undo::UNDO,
};
use sea_orm::ConnectionTrait;

use crate::{
    EMBEDDED_LIFE, Store, StoreError,
    consent::{attempts as approvals, invitations},
    db::{in_write, sql},
    notifications::{
        alerts::email,
        webhooks::{ROTATION, message},
    },
    people,
    sessions::{attempts as sign_ins, links, session},
};

/// A column with due times, and the longest wait of the rows that match.
struct Bound {
    table: &'static str,
    column: &'static str,
    longest: Millis,
    /// SQL over the row.
    rows: String,
}

const fn spread(wait: Millis) -> Millis {
    wait + wait / domain::schedule::SPREAD_DIVISOR
}

/// Rows may be written while this runs, and by servers whose clocks differ a little.
const TOLERANCE: Millis = MINUTE;

/// Microsoft's longest accepted wait is ten minutes.
const THROTTLED: Millis = spread(10 * MINUTE);
/// The longest wait after failures.
const BACK_OFF: Millis = spread(6 * HOUR);

fn bounds(lease: Millis) -> Vec<Bound> {
    let bound = |table, column, longest, rows: &str| Bound { table, column, longest, rows: rows.to_owned() };
    let open = |state: RunState| format!("finished_at IS NULL AND state = '{}'", state.as_str());
    let (queued, waiting) = (open(RunState::Queued), open(RunState::Waiting));
    vec![
        bound("run", "next_wake_at", UNDO, &queued),
        bound("run", "waiting_until", UNDO, &queued),
        bound("run", "next_wake_at", THROTTLED, &waiting),
        bound("run", "waiting_until", THROTTLED, &waiting),
        bound("run", "lease_until", lease, "finished_at IS NULL"),
        bound("run_item", "retry_at", THROTTLED, "settled_at IS NULL"),
        bound("delegation", "next_sync_at", spread(SYNC_EVERY), "sync_failures = 0"),
        bound("delegation", "next_sync_at", BACK_OFF, "sync_failures > 0"),
        bound("delegation", "next_check_at", BACK_OFF, "next_check_at IS NOT NULL"),
        bound("delegation", "next_sweep_at", spread(DAY), "next_sweep_at IS NOT NULL"),
        bound("webhook", "next_at", DAY, "next_at IS NOT NULL"),
        bound("webhook", "lease_until", message::LEASE, "lease_until IS NOT NULL"),
        bound("webhook", "old_until", ROTATION, "old_until IS NOT NULL"),
        bound("webhook_message", "next_at", DAY, "next_at IS NOT NULL"),
        bound("alert_address", "next_at", 7 * DAY, "next_at IS NOT NULL"),
        bound("alert_address", "lease_until", email::LEASE, "lease_until IS NOT NULL"),
        bound("alert_address", "created_at", 0, "confirmed_at IS NULL"),
        bound("confirmation_sent", "sent_at", 0, "sent_at IS NOT NULL"),
        bound("session", "expires_at", EMBEDDED_LIFE, "method = 'host'"),
        bound("session", "expires_at", session::LIFE, "method <> 'host'"),
        bound("session", "seen_at", 0, "seen_at IS NOT NULL"),
        bound("enter_link", "expires_at", links::LIFE, "used_at IS NULL"),
        bound("sign_in_attempt", "expires_at", sign_ins::LIFE, "expires_at IS NOT NULL"),
        bound("consent_attempt", "expires_at", approvals::LIFE, "NOT invited"),
        bound("consent_attempt", "expires_at", invitations::LIFE, "invited"),
        bound("member_invitation", "expires_at", people::LIFE, "accepted_at IS NULL"),
    ]
}

impl Store {
    /// Brings due times that are further ahead than their longest wait back to it. Returns how many. To be called at
    /// start, and after the clock was set.
    ///
    /// # Errors
    /// [`StoreError::Database`]; what was brought back by then stays so.
    pub async fn bound_due_times(&self) -> Result<u64, StoreError> {
        let (now, mut found) = (self.now(), 0);
        let lease = Millis::try_from(self.lease.as_millis()).unwrap_or(Millis::MAX / 4);
        for Bound { table, column, longest, rows } in bounds(lease) {
            let text = format!("UPDATE {table} SET {column} = $1 WHERE {column} > $2 AND {rows}");
            let values = [(now + longest).into(), (now + longest + TOLERANCE).into()];
            found += in_write!(self.db, |tx| {
                Ok(tx.execute_raw(sql(tx, &text, values.clone())).await?.rows_affected())
            })?;
        }
        if found > 0 {
            self.work.notify_one();
            self.deliveries.notify_one();
        }
        Ok(found)
    }
}
