//! Selecting: a model with the plan's cap, never the state of checkboxes.

use domain::{ids::RowNo, selection::Selection};
use leptos::prelude::*;
use roaring::RoaringBitmap;

use super::{ListState, Purpose};

impl ListState {
    /// What caps the selection: free slots for connecting, nothing for the rest.
    fn free(self) -> Option<u32> {
        if self.purpose.get_untracked() == Purpose::Connect { self.console.free_now() } else { None }
    }

    /// Takes a row in or out. Gives whether it is selected afterwards.
    pub(crate) fn toggle(self, index: usize, row: RowNo) -> bool {
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

    /// Selects everything between the last toggled row and this one.
    pub(crate) fn extend(self, index: usize) {
        let from = self.anchor.get_value().unwrap_or(index);
        let (order, free) = (self.order.get_untracked(), self.free());
        self.note.set(None);
        self.selection.update(|selection| {
            selection.extend(&order, &self.selectable.read_untracked(), from, index, free);
        });
    }

    /// *Select all*: everything that matches and fits, in the order shown; says so when a cap binds.
    pub(crate) fn select_all(self) {
        let (order, free) = (self.order.get_untracked(), self.free());
        let mut selection = Selection::default();
        let all = selection.select_all(&order, &self.selectable.read_untracked(), free);
        self.selection.set(selection);
        let note = match self.purpose.get_untracked() {
            Purpose::Connect => all.sentence(),
            _ => all.sentence_for_managing(),
        };
        self.note.set(note);
    }

    pub(crate) fn clear(self) {
        self.anchor.set_value(None);
        self.note.set(None);
        if !self.selection.read_untracked().is_empty() {
            self.selection.update(Selection::clear);
        }
    }

    /// The header box: nothing selected → all; all that can be → nothing.
    pub(crate) fn toggle_all(self) {
        let selected = self.selection.read_untracked().len();
        let whole = u64::from(selected) >= self.selectable.read_untracked().len();
        if selected > 0 && (whole || self.room.get_untracked() == 0) {
            self.clear();
        } else {
            self.select_all();
        }
    }

    /// Drops rows that may not be selected any more.
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

    /// Keeps the first of the selection, in the order shown.
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
    pub(crate) fn selected(self) -> Vec<RowNo> {
        self.selection.read_untracked().iter().collect()
    }
}
