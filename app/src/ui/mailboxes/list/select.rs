//! Selecting: a model with the plan's cap, not the state of checkboxes.

use std::sync::Arc;

use domain::{
    ids::RowNumber,
    list::Tab,
    selection::{SelectAll, Selection},
};
use leptos::prelude::*;
use roaring::RoaringBitmap;

use super::{ListState, Purpose};
use crate::ui::console::Message;
use crate::ui::mailboxes::text;

impl ListState {
    /// The cap of the selection: the free slots for connecting, none for other purposes.
    fn free(self) -> Option<u32> {
        if self.purpose.get_untracked() == Purpose::Connect { self.console.free_now() } else { None }
    }

    /// Selects or unselects a row. Returns whether it is selected afterwards.
    pub(crate) fn toggle(self, index: usize, row: RowNumber) -> bool {
        self.clear_range();
        self.anchor.set_value(Some(index));
        self.note.set(None);
        if self.selection.read_untracked().contains(row) {
            self.selection.update(|selection| selection.remove(row));
            return false;
        }
        let takes = self.selectable.read_untracked().contains(row.0) && self.room.get_untracked() > 0;
        if takes {
            self.selection.update(|selection| selection.insert(row));
        }
        takes
    }

    /// Selects all rows between the last toggled one and this one; rows that a shrinking range leaves are unselected.
    pub(crate) fn extend(self, index: usize) {
        let from = self.anchor.get_value().unwrap_or(index);
        self.anchor.set_value(Some(from));
        let (order, free) = (self.order.get_untracked(), self.free());
        self.note.set(None);
        self.selection.update(|selection| {
            selection.subtract(&self.ranged.get_value());
            let selectable = self.selectable.read_untracked();
            self.ranged.set_value(selection.extend(&order, &selectable, from, index, free));
        });
    }

    /// The same by the keyboard; `before` is the row that was active before.
    pub(crate) fn extend_from(self, before: usize, index: usize) {
        if self.anchor.get_value().is_none() {
            self.anchor.set_value(Some(before));
        }
        self.extend(index);
    }

    /// *Select all*: selects all matching rows up to the cap, in the order shown; explains a cap that applies.
    pub(crate) fn select_all(self) {
        let (order, free) = (self.order.get_untracked(), self.free());
        let mut selection = Selection::default();
        let all = selection.select_all(
            &order,
            &self.selectable.read_untracked(),
            &self.failed.read_untracked(),
            free,
        );
        self.clear_range();
        self.selection.set(selection);
        self.explain(all);
    }

    /// Adds rows to the selection, in this order, up to the cap; explains a cap that applies.
    pub(crate) fn select_rows(self, rows: &[RowNumber]) {
        self.clear_range();
        if let Some(all) = self.selection.try_update(|selection| selection.add(rows, self.free())) {
            self.explain(all);
        }
    }

    /// The rows in sight that can be selected.
    pub(crate) fn in_sight(self) -> Vec<RowNumber> {
        let (from, to) = self.sight.get();
        let (order, selectable) = (self.order.read(), self.selectable.read());
        let rows = order.iter().take(to).skip(from).copied();
        rows.filter(|row| selectable.contains(row.0)).collect()
    }

    fn explain(self, all: SelectAll) {
        let note = match self.purpose.get_untracked() {
            Purpose::Connect => all.sentence(),
            _ => all.sentence_for_managing(),
        };
        self.note.set(note);
    }

    fn clear_range(self) {
        self.anchor.set_value(None);
        self.ranged.set_value(RoaringBitmap::new());
    }

    pub(crate) fn clear(self) {
        self.clear_range();
        self.note.set(None);
        if !self.selection.read_untracked().is_empty() {
            self.selection.update(Selection::clear);
        }
        if self.only.get_untracked() {
            self.show_all();
        }
    }

    /// Another tab is opened, for another purpose: its own selection returns, and this one is kept with its tab.
    pub(super) fn keep_selection(self, before: Tab, now: Tab) {
        if Purpose::of(now) == Purpose::of(before) {
            return;
        }
        let mut selection = self.selection.get_untracked();
        self.elsewhere.update(|all| {
            let kept = std::mem::take(&mut selection);
            if !kept.is_empty() {
                all.push((before, kept));
            }
            if let Some(n) = all.iter().position(|(tab, _)| Purpose::of(*tab) == Purpose::of(now)) {
                selection = all.remove(n).1;
            }
        });
        self.clear_range();
        self.selection.set(selection);
    }

    /// The same at the user's request, with an undo.
    pub(crate) fn clear_undoably(self) {
        let before = self.selection.get_untracked();
        if before.is_empty() {
            return;
        }
        self.clear();
        let words = text::unselected(before.len());
        let rows: Vec<RowNumber> = before.iter().collect();
        let purpose = self.purpose.get_untracked();
        let undo = move || {
            // On another tab they would be selected for another purpose, and the page may have been left.
            if self.purpose.try_get_untracked() == Some(purpose) {
                self.select_rows(&rows);
            }
        };
        self.console.show(Message::undoable(words, undo));
    }

    /// Shows only the selected rows: in list order, the rows hidden by the filters at the end.
    pub(crate) fn show_selected(self) {
        let rows: Vec<RowNumber> = {
            let (selection, listed) = (self.selection.read_untracked(), self.listed.read_untracked());
            let order = self.order.read_untracked();
            let in_order = order.iter().copied().filter(|row| selection.contains(*row));
            in_order.chain(selection.iter().filter(|row| !listed.contains(row.0))).collect()
        };
        self.only.set(!rows.is_empty());
        if rows.is_empty() {
            return;
        }
        let all: RoaringBitmap = rows.iter().map(|row| row.0).collect();
        self.clear_range();
        self.selectable.set(all.clone());
        self.listed.set(all);
        self.moved.set(RoaringBitmap::new());
        self.total.set(rows.len());
        self.active.set((0, 0));
        self.order.set(Arc::new(rows));
    }

    /// Shows the whole list of the address again.
    pub(crate) fn show_all(self) {
        self.only.set(false);
        self.reload();
    }

    /// The checkbox in the header: selects all; clears when all possible rows are selected.
    pub(crate) fn toggle_all(self) {
        let selected = self.selection.read_untracked().len();
        let whole = u64::from(selected) >= self.selectable.read_untracked().len();
        if selected > 0 && (whole || self.room.get_untracked() == 0) {
            self.clear_undoably();
        } else {
            self.select_all();
        }
    }

    /// Unselects rows that may not be selected any more.
    pub(super) fn unselect(self, rows: &RoaringBitmap) {
        let kept: RoaringBitmap = self
            .selection
            .read_untracked()
            .iter()
            .map(|row| row.0)
            .filter(|row| !rows.contains(*row))
            .collect();
        if kept.len() < u64::from(self.selection.read_untracked().len()) {
            self.selection.update(|selection| selection.retain_selectable(&kept));
        }
    }

    /// Reduces the selection to its first `to` rows, in the order shown.
    pub(crate) fn trim(self, to: u32) {
        let mut kept = Selection::default();
        {
            let selection = self.selection.read_untracked();
            for row in self.order.read_untracked().iter().filter(|row| selection.contains(**row)) {
                if kept.len() < to {
                    kept.insert(*row);
                }
            }
        }
        self.selection.set(kept);
    }

    /// The selected rows by number.
    pub(crate) fn selected(self) -> Vec<RowNumber> {
        self.selection.read_untracked().iter().collect()
    }
}
