//! Live changes of the list: rows change in place and keep their positions.

use std::{sync::Arc, time::Duration};

use domain::{connection::Connection, mailbox::MailboxRow};
use leptos::prelude::*;
use roaring::RoaringBitmap;

use super::ListState;

impl ListState {
    /// Receives changed rows while the page is open.
    pub(crate) fn listen(self) {
        // In an effect: only in the browser, and only after hydration.
        Effect::new(move |_| self.console.listen_to_rows(Arc::new(move |rows| self.rows_changed(rows))));
        on_cleanup(move || self.console.stop_listening_to_rows());
    }

    fn rows_changed(self, rows: &[MailboxRow]) {
        let (query, purpose) = (self.query.get_untracked(), self.purpose.get_untracked());
        let applied = self.cache.try_update_value(|cache| {
            let changed = rows.iter().filter_map(|row| {
                let shifts = query.sort.shifts(cache.known(row.row), row);
                cache.apply(row).then(|| (row.clone(), shifts))
            });
            changed.collect::<Vec<_>>()
        });
        let rows = applied.unwrap_or_default();
        let only = self.only.get_untracked();
        let mut gone = RoaringBitmap::new();
        let mut selectable = self.selectable.get_untracked();
        let mut moved = self.moved.get_untracked();
        let mut failed = self.failed.get_untracked();
        {
            let listed = self.listed.read_untracked();
            for (row, shifts) in &rows {
                let belongs = query.lists(row.connection);
                let is_listed = listed.contains(row.row.0);
                let takes = purpose.takes(row.connection, row.busy);
                if is_listed && row.connection == Connection::Failed {
                    failed.insert(row.row.0);
                } else {
                    failed.remove(row.row.0);
                }
                if !takes {
                    // Also selected rows that the filters hide.
                    gone.insert(row.row.0);
                }
                if takes && is_listed {
                    selectable.insert(row.row.0);
                } else {
                    selectable.remove(row.row.0);
                }
                // Only the server can tell whether a new row matches a search.
                let comes_or_goes = belongs != is_listed && (is_listed || !query.is_filtered());
                if !only && (comes_or_goes || (is_listed && *shifts)) {
                    moved.insert(row.row.0);
                } else if query.sort.is_of_the_directory() {
                    moved.remove(row.row.0);
                }
            }
        }
        self.unselect(&gone);
        if *self.selectable.read_untracked() != selectable {
            self.selectable.set(selectable);
        }
        if *self.failed.read_untracked() != failed {
            self.failed.set(failed);
        }
        // Nothing can move under the pointer in an empty list.
        if self.order.read_untracked().is_empty() && !moved.is_empty() {
            self.reload_soon(Duration::from_millis(150));
        }
        if *self.moved.read_untracked() != moved {
            self.moved.set(moved);
        }
    }
}
