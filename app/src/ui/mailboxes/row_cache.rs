//! Rows by number, and a signal for each mounted row: a change of a row that is not mounted costs one insert.

use std::collections::{HashMap, HashSet};

use domain::{ids::RowNumber, mailbox::MailboxRow};
use leptos::prelude::*;

/// The signal of a mounted row.
pub(crate) type RowSignal = ArcRwSignal<Option<MailboxRow>>;

/// The rows that were loaded so far.
#[derive(Default)]
pub(crate) struct RowCache {
    rows: HashMap<RowNumber, MailboxRow>,
    /// Signals with their number of views: a row may be mounted again before it was unmounted.
    mounted: HashMap<RowNumber, (RowSignal, u32)>,
    requested: HashSet<RowNumber>,
}

impl RowCache {
    /// The signal of a row that is being mounted.
    pub(crate) fn watch(&mut self, row: RowNumber) -> RowSignal {
        let known = self.rows.get(&row).cloned();
        let (signal, views) = self.mounted.entry(row).or_insert_with(|| (ArcRwSignal::new(known), 0));
        *views += 1;
        signal.clone()
    }

    /// The row was unmounted.
    pub(crate) fn unwatch(&mut self, row: RowNumber) {
        if let Some((_, views)) = self.mounted.get_mut(&row) {
            *views -= 1;
            if *views == 0 {
                self.mounted.remove(&row);
            }
        }
    }

    /// The last known state of a row.
    pub(crate) fn known(&self, row: RowNumber) -> Option<&MailboxRow> {
        self.rows.get(&row)
    }

    /// Stores a row as of the event `rev`. Returns `false` for a row that is older than the known one.
    pub(crate) fn apply(&mut self, row: &MailboxRow) -> bool {
        if self.rows.get(&row.row).is_some_and(|known| row.rev < known.rev) {
            return false;
        }
        self.requested.remove(&row.row);
        if self.rows.insert(row.row, row.clone()).as_ref() != Some(row)
            && let Some((signal, _)) = self.mounted.get(&row.row)
        {
            signal.set(Some(row.clone()));
        }
        true
    }

    /// The rows that are neither known nor requested; they count as requested from now on.
    pub(crate) fn missing(&mut self, rows: &[RowNumber]) -> Vec<RowNumber> {
        let (known, requested) = (&self.rows, &mut self.requested);
        rows.iter().copied().filter(|row| !known.contains_key(row) && requested.insert(*row)).collect()
    }

    /// Marks rows as not requested, because their load failed: they may be requested again.
    pub(crate) fn load_failed(&mut self, rows: &[RowNumber]) {
        for row in rows {
            self.requested.remove(row);
        }
    }

    /// Drops all rows that are not mounted, and returns the mounted ones, which must be loaded again.
    pub(crate) fn invalidate(&mut self) -> Vec<RowNumber> {
        self.rows.retain(|row, _| self.mounted.contains_key(row));
        self.requested.clear();
        self.mounted.keys().copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        connection::Connection,
        ids::{MailboxId, Seq},
        mailbox::Kind,
    };

    use super::*;

    fn row(number: u32, rev: i64, connection: Connection) -> MailboxRow {
        MailboxRow {
            row: RowNumber(number),
            id: MailboxId("00000000-0000-0000-0000-000000000001".parse().unwrap()),
            name: "Ann".into(),
            address: "ann@contoso.com".into(),
            department: None,
            kind: Kind::User,
            connection,
            reason: None,
            busy: false,
            checked_at: None,
            connected_at: None,
            rev: Seq(rev),
        }
    }

    #[test]
    fn a_mounted_row_ignores_older_states() {
        let mut cache = RowCache::default();
        let seen = cache.watch(RowNumber(1));
        assert!(seen.get_untracked().is_none());
        assert!(cache.apply(&row(1, 5, Connection::Connecting)));
        assert!(cache.apply(&row(1, 7, Connection::Connected)));
        assert!(!cache.apply(&row(1, 6, Connection::Failed)));
        assert_eq!(seen.get_untracked().unwrap().connection, Connection::Connected);
    }

    #[test]
    fn a_row_is_requested_once_unless_its_load_fails() {
        let mut cache = RowCache::default();
        cache.apply(&row(1, 1, Connection::Available));
        let wanted = [RowNumber(1), RowNumber(2), RowNumber(3)];
        assert_eq!(cache.missing(&wanted), vec![RowNumber(2), RowNumber(3)]);
        assert!(cache.missing(&wanted).is_empty());
        cache.load_failed(&[RowNumber(3)]);
        assert_eq!(cache.missing(&wanted), vec![RowNumber(3)]);
    }

    #[test]
    fn a_row_mounted_twice_is_watched_until_both_views_are_unmounted() {
        let mut cache = RowCache::default();
        let (first, _second) = (cache.watch(RowNumber(1)), cache.watch(RowNumber(1)));
        cache.unwatch(RowNumber(1));
        cache.apply(&row(1, 1, Connection::Available));
        assert!(first.get_untracked().is_some());
        cache.unwatch(RowNumber(1));
        assert!(cache.invalidate().is_empty() && cache.rows.is_empty());
    }
}
