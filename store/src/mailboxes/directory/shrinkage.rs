//! A directory that suddenly lists less than half of the known people: nobody is marked as left before a second full
//! sync agrees. Microsoft has answered so when a permission or an index was broken.

use domain::{ids::Millis, schedule::SYNC_EVERY};

use crate::{
    Lease, Store, StoreError,
    db::read_ids,
    entity::{delegation, mailbox},
    row_security::ScopedTx,
};

/// What a full sync says about the users that it did not list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// They have left.
    Left,
    /// So many are missing that a second full sync has to confirm it.
    Unconfirmed { missing: usize, known: usize },
    /// An unreadable user without an id may be any of them.
    Unclear,
}

/// The second sync must be at least this much later, unless a user has requested it: the spread of a schedule included.
const CONFIRM_AFTER: Millis = SYNC_EVERY * 3 / 4;

/// Judges users of whom a full sync did not list `missing` of `known`.
pub(super) fn judge(
    (missing, known): (usize, usize),
    shrunk_at: Option<Millis>,
    requested: bool,
    now: Millis,
) -> Missing {
    let confirmed = shrunk_at.is_some_and(|at| requested || now - at >= CONFIRM_AFTER);
    if missing * 2 > known && !confirmed { Missing::Unconfirmed { missing, known } } else { Missing::Left }
}

impl Store {
    /// Judges the users whom the full sync of this lease did not list: `gone` of `all` mailboxes.
    pub(super) async fn judge_missing(
        &self,
        tx: &ScopedTx<'_>,
        lease: &Lease,
        row: &delegation::Model,
        (gone, all): (&[mailbox::Model], u32),
    ) -> Result<Missing, StoreError> {
        if read_ids(row.unreadable.as_deref())?.contains(super::unreadable::NAMELESS) {
            return Ok(Missing::Unclear);
        }
        // Who was missing before is known already.
        let missing = gone.iter().filter(|row| row.left_at.is_none()).count();
        let known = usize::try_from(all).map_err(StoreError::corrupt)? - (gone.len() - missing);
        let now = self.now();
        let judged = judge((missing, known), row.shrunk_at, lease.scheduled.is_none(), now);
        if let Missing::Unconfirmed { missing, known } = judged {
            tracing::warn!(delegation = %lease.delegation, missing, known, "the directory lists less than half of the known people");
            let line = (self.sources.id(), now);
            let run = lease.run.to_string();
            Self::audit_of(tx, line, "directory.shrunk", Some(&run), Some(missing)).await?;
        }
        Ok(judged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_people_leave_only_after_a_second_look() {
        let unconfirmed = |missing, known| Missing::Unconfirmed { missing, known };
        assert_eq!(judge((150, 300), None, false, 0), Missing::Left);
        assert_eq!(judge((151, 300), None, false, 0), unconfirmed(151, 300));
        assert_eq!(judge((1, 1), None, true, 0), unconfirmed(1, 1));
        assert_eq!(judge((0, 0), None, false, 0), Missing::Left);
        assert_eq!(judge((300, 300), Some(0), false, CONFIRM_AFTER - 1), unconfirmed(300, 300));
        assert_eq!(judge((300, 300), Some(0), false, CONFIRM_AFTER), Missing::Left);
        assert_eq!(judge((300, 300), Some(0), true, 1), Missing::Left);
    }
}
