//! Rows by number, and a signal for each row that is mounted: a change of a row that nobody sees costs one insert.

use std::collections::{HashMap, HashSet};

use domain::{ids::RowNo, mailbox::MailboxRow};
use leptos::prelude::*;

/// What a mounted row reads.
pub(crate) type RowSignal = ArcRwSignal<Option<MailboxRow>>;

/// The rows that were loaded so far.
#[derive(Default)]
pub(crate) struct RowCache {
    rows: HashMap<RowNo, MailboxRow>,
    /// With how many views show it: a row may be mounted anew before it was unmounted.
    mounted: HashMap<RowNo, (RowSignal, u32)>,
    asked: HashSet<RowNo>,
}

impl RowCache {
    /// The signal of a row that is being mounted.
    pub(crate) fn watch(&mut self, row: RowNo) -> RowSignal {
        let known = self.rows.get(&row).cloned();
        let (signal, views) = self.mounted.entry(row).or_insert_with(|| (ArcRwSignal::new(known), 0));
        *views += 1;
        signal.clone()
    }

    /// The row was unmounted.
    pub(crate) fn unwatch(&mut self, row: RowNo) {
        if let Some((_, views)) = self.mounted.get_mut(&row) {
            *views -= 1;
            if *views == 0 {
                self.mounted.remove(&row);
            }
        }
    }

    /// A row as it was when it was last heard of.
    pub(crate) fn known(&self, row: RowNo) -> Option<&MailboxRow> {
        self.rows.get(&row)
    }

    /// Takes a row as it was after the event `rev`. Gives `false` for what is older than what is known.
    pub(crate) fn apply(&mut self, row: &MailboxRow) -> bool {
        if self.rows.get(&row.row).is_some_and(|known| row.rev < known.rev) {
            return false;
        }
        self.asked.remove(&row.row);
        if self.rows.insert(row.row, row.clone()).as_ref() != Some(row)
            && let Some((signal, _)) = self.mounted.get(&row.row)
        {
            signal.set(Some(row.clone()));
        }
        true
    }

    /// Those of the rows that are neither known nor asked for; they count as asked for from now on.
    pub(crate) fn missing(&mut self, rows: &[RowNo]) -> Vec<RowNo> {
        let (known, asked) = (&self.rows, &mut self.asked);
        rows.iter().copied().filter(|row| !known.contains_key(row) && asked.insert(*row)).collect()
    }

    /// The answer did not come: they may be asked for again.
    pub(crate) fn not_answered(&mut self, rows: &[RowNo]) {
        for row in rows {
            self.asked.remove(row);
        }
    }

    /// Forgets what nobody sees and names what must be loaded again.
    pub(crate) fn distrust(&mut self) -> Vec<RowNo> {
        self.rows.retain(|row, _| self.mounted.contains_key(row));
        self.asked.clear();
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
            row: RowNo(number),
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
    fn a_mounted_row_sees_newer_states_only() {
        let mut cache = RowCache::default();
        let seen = cache.watch(RowNo(1));
        assert!(seen.get_untracked().is_none());
        assert!(cache.apply(&row(1, 5, Connection::Connecting)));
        assert!(cache.apply(&row(1, 7, Connection::Connected)));
        assert!(!cache.apply(&row(1, 6, Connection::Failed)));
        assert_eq!(seen.get_untracked().unwrap().connection, Connection::Connected);
    }

    #[test]
    fn a_row_is_asked_for_once_until_it_is_known_to_be_lost() {
        let mut cache = RowCache::default();
        cache.apply(&row(1, 1, Connection::Available));
        let wanted = [RowNo(1), RowNo(2), RowNo(3)];
        assert_eq!(cache.missing(&wanted), vec![RowNo(2), RowNo(3)]);
        assert!(cache.missing(&wanted).is_empty());
        cache.not_answered(&[RowNo(3)]);
        assert_eq!(cache.missing(&wanted), vec![RowNo(3)]);
    }

    #[test]
    fn a_row_mounted_twice_stays_watched_until_both_are_gone() {
        let mut cache = RowCache::default();
        let (first, _second) = (cache.watch(RowNo(1)), cache.watch(RowNo(1)));
        cache.unwatch(RowNo(1));
        cache.apply(&row(1, 1, Connection::Available));
        assert!(first.get_untracked().is_some());
        cache.unwatch(RowNo(1));
        assert!(cache.distrust().is_empty() && cache.rows.is_empty());
    }
}
