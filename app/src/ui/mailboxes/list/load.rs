//! Loading the order again, and the mounted rows.

use std::time::Duration;

use domain::{ids::RowNumber, list::ListQuery};
use leptos::{prelude::*, task::spawn_local};

use super::ListState;
use crate::{
    api::{
        flat,
        mailboxes::{load_list_order, load_rows},
    },
    ui::{
        browser,
        mailboxes::{initial_page::UNKNOWN, row_cache::RowCache},
    },
};

/// The table's body with the pointer or the keyboard focus on a row.
const IN_USE: &str = "[role=grid] tbody:is(:hover, :has(:focus-visible))";

/// While the pointer or the focus is on a row, a reload is delayed by this time.
const LATER: Duration = Duration::from_secs(1);

/// Maximum rows per call.
const CHUNK: usize = 100;

impl ListState {
    /// Updates the list after changes of the address, the stream and the mounted rows. In the browser only.
    pub(super) fn install(self, first: ListQuery, complete: bool) {
        Effect::new(move |before: Option<ListQuery>| {
            let query = self.query.get();
            let before = before.unwrap_or_else(|| first.clone());
            if query != before {
                self.keep_selection(before.tab, query.tab);
                self.only.set(false);
                self.note.set(None);
                self.active.set((0, 0));
                self.reload();
            } else if !complete && self.order.read_untracked().len() < self.total.get_untracked() {
                self.reload();
            }
            query
        });
        Effect::new(move |_| {
            let order = self.order.get();
            let (from, to) = self.window.get();
            let rows = order.iter().take(to).skip(from).copied().filter(|row| *row != UNKNOWN);
            let rows: Vec<RowNumber> = rows.collect();
            self.load(&rows);
        });
        // The end of a run and a growing directory change the list: the order is loaded again.
        Effect::new(move |before: Option<u32>| {
            let ended = self.console.ended.get();
            if before.is_some_and(|before| before != ended) {
                self.reload_soon(Duration::from_millis(150));
            }
            ended
        });
        Effect::new(move |_| {
            let Some(delegation) = self.console.delegation.get() else { return };
            if delegation.id != self.delegation || delegation.directory_rev == self.directory_rev.get_value()
            {
                return;
            }
            if delegation.syncing || self.order.read_untracked().is_empty() {
                self.reload_soon(Duration::from_millis(900));
            } else {
                self.outdated.set(true);
            }
        });
        Effect::new(move |before: Option<u32>| {
            let reconnects = self.console.reconnects.get();
            if before.is_some_and(|before| before != reconnects) && self.error.read_untracked().is_some() {
                self.reload();
            }
            reconnects
        });
        Effect::new(move |before: Option<u32>| {
            let resets = self.console.resets.get();
            if before.is_some_and(|before| before != resets) {
                let again = self.cache.try_update_value(RowCache::invalidate);
                self.fetch(&again.unwrap_or_default());
                self.reload();
            }
            resets
        });
    }

    /// Loads the order of the list from the address.
    pub(crate) fn reload(self) {
        self.read(false);
    }

    /// Loads the order. `automatic`: not requested by the user, so no row may move under the pointer or the focus.
    fn read(self, automatic: bool) {
        let query = self.query.get_untracked();
        let ticket = self.ticket.get_value() + 1;
        self.ticket.set_value(ticket);
        self.loading.set(true);
        spawn_local(async move {
            let answer = flat(load_list_order(self.delegation, query.clone()).await);
            // The page was left, or another load was started meanwhile.
            if self.ticket.try_get_value() != Some(ticket) {
                return;
            }
            match answer {
                // The pointer or the focus has moved to a row since the request.
                Ok(_) if automatic && self.is_in_use() => self.reload_soon(LATER),
                Ok(list_order) => {
                    self.put(list_order, &query);
                    self.error.set(None);
                }
                Err(error) => {
                    self.console.notice(&error);
                    self.error.set(Some(error));
                }
            }
            self.loading.set(false);
        });
    }

    fn is_in_use(self) -> bool {
        !self.order.read_untracked().is_empty() && browser::is_there(IN_USE)
    }

    /// Loads the order again as soon as no row has the pointer or the focus; several calls cause one load.
    pub(super) fn reload_soon(self, delay: Duration) {
        if self.soon.get_value() {
            return;
        }
        self.soon.set_value(true);
        set_timeout(
            move || {
                match self.soon.try_update_value(|soon| *soon = false) {
                    None => {}
                    // A load requested by the user goes first.
                    Some(()) if self.is_in_use() || self.loading.get_untracked() => self.reload_soon(LATER),
                    Some(()) => self.read(true),
                }
            },
            delay,
        );
    }

    /// Loads the rows that are not known yet.
    fn load(self, rows: &[RowNumber]) {
        let missing = self.cache.try_update_value(|cache| cache.missing(rows));
        self.fetch(&missing.unwrap_or_default());
    }

    fn fetch(self, rows: &[RowNumber]) {
        for chunk in rows.chunks(CHUNK).map(<[RowNumber]>::to_vec) {
            spawn_local(async move {
                match flat(load_rows(self.delegation, chunk.clone()).await) {
                    Ok(rows) => {
                        self.cache.try_update_value(|cache| rows.iter().for_each(|row| _ = cache.apply(row)));
                    }
                    Err(error) => {
                        self.console.notice(&error);
                        self.cache.try_update_value(|cache| cache.load_failed(&chunk));
                        _ = self.error.try_set(Some(error));
                    }
                }
            });
        }
    }
}
