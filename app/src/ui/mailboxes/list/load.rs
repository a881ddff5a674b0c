//! Reading the order again, and the rows that are mounted.

use std::time::Duration;

use domain::{ids::RowNo, list::ListQuery};
use leptos::{prelude::*, task::spawn_local};

use super::{ListState, Purpose};
use crate::{
    api::{
        flat,
        mailboxes::{list_spine, load_rows},
    },
    ui::{
        browser,
        mailboxes::{first::UNKNOWN, row_cache::RowCache},
    },
};

/// The table with the pointer or the keyboard on a row.
const IN_USE: &str = "[role=grid] tbody:is(:hover, :has(:focus-visible))";

/// While somebody is on a row, it is looked after so long whether they have gone.
const LATER: Duration = Duration::from_secs(1);

/// The most that one call loads.
const CHUNK: usize = 100;

impl ListState {
    /// Keeps the list in step with the address, the stream and what is mounted. In the browser only.
    pub(super) fn install(self, first: ListQuery, complete: bool) {
        Effect::new(move |before: Option<ListQuery>| {
            let query = self.query.get();
            let before = before.unwrap_or_else(|| first.clone());
            if query != before {
                if Purpose::of(query.tab) != Purpose::of(before.tab) {
                    self.clear();
                }
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
            let rows: Vec<RowNo> = rows.collect();
            self.load(&rows);
        });
        // A run that ended and a directory that grows change what is listed: the order is read anew.
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
            let resets = self.console.resets.get();
            if before.is_some_and(|before| before != resets) {
                let again = self.cache.try_update_value(RowCache::distrust);
                self.fetch(&again.unwrap_or_default());
                self.reload();
            }
            resets
        });
    }

    /// Reads the order of the list as the address has it.
    pub(crate) fn reload(self) {
        self.read(false);
    }

    /// `by_itself`: nobody asked for it, so nothing may move under the pointer or the keyboard.
    fn read(self, by_itself: bool) {
        let query = self.query.get_untracked();
        let ticket = self.ticket.get_value() + 1;
        self.ticket.set_value(ticket);
        self.loading.set(true);
        spawn_local(async move {
            let answer = flat(list_spine(self.delegation, query.clone()).await);
            // Somebody left the page, or asked for something else meanwhile.
            if self.ticket.try_get_value() != Some(ticket) {
                return;
            }
            match answer {
                // Somebody has come to a row since it was asked for.
                Ok(_) if by_itself && self.is_in_use() => self.reload_soon(LATER),
                Ok(spine) => {
                    self.put(spine, &query);
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

    /// Reads the order again as soon as nobody is on a row; once for many reasons to do it.
    fn reload_soon(self, delay: Duration) {
        if self.soon.get_value() {
            return;
        }
        self.soon.set_value(true);
        set_timeout(
            move || {
                match self.soon.try_update_value(|soon| *soon = false) {
                    None => {}
                    // What somebody has asked for goes before.
                    Some(()) if self.is_in_use() || self.loading.get_untracked() => self.reload_soon(LATER),
                    Some(()) => self.read(true),
                }
            },
            delay,
        );
    }

    /// Loads those of the rows that are not known yet.
    fn load(self, rows: &[RowNo]) {
        let missing = self.cache.try_update_value(|cache| cache.missing(rows));
        self.fetch(&missing.unwrap_or_default());
    }

    fn fetch(self, rows: &[RowNo]) {
        for chunk in rows.chunks(CHUNK).map(<[RowNo]>::to_vec) {
            spawn_local(async move {
                match flat(load_rows(self.delegation, chunk.clone()).await) {
                    Ok(rows) => {
                        self.cache.try_update_value(|cache| rows.iter().for_each(|row| _ = cache.apply(row)));
                    }
                    Err(error) => {
                        self.console.notice(&error);
                        self.cache.try_update_value(|cache| cache.not_answered(&chunk));
                        _ = self.error.try_set(Some(error));
                    }
                }
            });
        }
    }
}
