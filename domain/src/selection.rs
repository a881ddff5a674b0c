//! The selection: a model, not the state of checkboxes on a page.

use roaring::RoaringBitmap;

use crate::{ids::RowNumber, slots::MAX_PER_RUN, text};

/// Why *Select all* stopped before the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// All matching mailboxes are selected.
    Nothing,
    /// The plan has only this many free slots.
    Slots(u32),
    /// The maximum of one connection.
    PerRun,
}

/// The outcome of *Select all*.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SelectAll {
    /// The number of mailboxes that match the filter and can be selected.
    pub matching: u32,
    pub selected: u32,
    pub bound: Bound,
}

impl SelectAll {
    /// The sentence that explains the cap, with the smaller limit; `None` if all are selected.
    #[must_use]
    pub fn sentence(&self) -> Option<String> {
        match self.bound {
            Bound::Nothing => None,
            Bound::Slots(0) => Some("Your plan has no free slots.".to_owned()),
            Bound::Slots(free) => Some(format!(
                "{}: your plan has {}.",
                self.head(),
                text::counted(u64::from(free), "free slot", "free slots")
            )),
            Bound::PerRun => Some(format!(
                "{}: {} is the most one connection takes. Connect the other {} afterwards.",
                self.head(),
                number(MAX_PER_RUN),
                number(self.matching - self.selected)
            )),
        }
    }

    /// The same for a selection that is not for connecting (reconnect, disconnect, check), which slots do not limit.
    #[must_use]
    pub fn sentence_for_managing(&self) -> Option<String> {
        (self.bound != Bound::Nothing).then(|| {
            let (limit, rest) = (number(MAX_PER_RUN), number(self.matching - self.selected));
            format!("{}: {limit} is the most one run takes. Take the other {rest} afterwards.", self.head())
        })
    }

    fn head(&self) -> String {
        format!("Selected {} of {}", number(self.selected), number(self.matching))
    }
}

fn number(n: u32) -> String {
    text::number(u64::from(n))
}

/// The selected rows of one delegation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Selection {
    rows: RoaringBitmap,
}

impl Selection {
    #[must_use]
    pub fn len(&self) -> u32 {
        u32::try_from(self.rows.len()).unwrap_or(u32::MAX)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    #[must_use]
    pub fn contains(&self, row: RowNumber) -> bool {
        self.rows.contains(row.0)
    }

    /// Selects or deselects the row. Returns whether it is selected now.
    pub fn toggle(&mut self, row: RowNumber) -> bool {
        self.rows.insert(row.0) || {
            self.rows.remove(row.0);
            false
        }
    }

    pub fn insert(&mut self, row: RowNumber) {
        self.rows.insert(row.0);
    }

    pub fn remove(&mut self, row: RowNumber) {
        self.rows.remove(row.0);
    }

    pub fn clear(&mut self) {
        self.rows.clear();
    }

    /// The selected rows, by number.
    pub fn iter(&self) -> impl Iterator<Item = RowNumber> + '_ {
        self.rows.iter().map(RowNumber)
    }

    /// Deselects rows that are no longer selectable, for example because another administrator has just connected them.
    pub fn retain_selectable(&mut self, selectable: &RoaringBitmap) {
        self.rows &= selectable;
    }

    /// The number of mailboxes that can still be selected, limited by the free slots and by [`MAX_PER_RUN`].
    #[must_use]
    pub fn room(&self, free: Option<u32>) -> u32 {
        cap(free).saturating_sub(self.len())
    }

    /// Selects the rows between two positions of the list, both included, as many as fit, beginning at `from`. Returns
    /// the newly selected rows.
    pub fn extend(
        &mut self,
        order: &[RowNumber],
        selectable: &RoaringBitmap,
        from: usize,
        to: usize,
        free: Option<u32>,
    ) -> RoaringBitmap {
        let mut room = self.room(free);
        let mut added = RoaringBitmap::new();
        let (low, high) = if from <= to { (from, to) } else { (to, from) };
        let range = order.get(low..order.len().min(high.saturating_add(1))).unwrap_or_default();
        let mut take = |row: &RowNumber| {
            if room > 0 && selectable.contains(row.0) && self.rows.insert(row.0) {
                added.insert(row.0);
                room -= 1;
            }
        };
        if from <= to {
            range.iter().for_each(&mut take)
        } else {
            range.iter().rev().for_each(&mut take)
        }
        added
    }

    /// Deselects rows.
    pub fn subtract(&mut self, rows: &RoaringBitmap) {
        self.rows -= rows;
    }

    /// Number of selected rows that are not in `rows`.
    #[must_use]
    pub fn outside(&self, rows: &RoaringBitmap) -> u32 {
        u32::try_from(self.rows.difference_len(rows)).unwrap_or(u32::MAX)
    }

    /// Replaces the selection by every selectable row of the list, in the list's order, as many as fit; rows of `last`
    /// only where the others leave room. The list contains all of `selectable`.
    pub fn select_all(
        &mut self,
        order: &[RowNumber],
        selectable: &RoaringBitmap,
        last: &RoaringBitmap,
        free: Option<u32>,
    ) -> SelectAll {
        self.rows.clear();
        let matching = u32::try_from(selectable.len()).unwrap_or(u32::MAX);
        let wanted = matching.min(cap(free));
        // Stops at the last row taken: the list may have 100,000 rows.
        let mut left = wanted;
        for rows in [&(selectable - last), selectable] {
            let mut untaken = rows.difference_len(&self.rows);
            for row in order {
                if left == 0 || untaken == 0 {
                    break;
                }
                if rows.contains(row.0) && self.rows.insert(row.0) {
                    left -= 1;
                    untaken -= 1;
                }
            }
        }
        SelectAll { matching, selected: self.len(), bound: bound(matching, wanted, free) }
    }

    /// Adds these rows to the selection, in their order, as many as fit.
    pub fn add(&mut self, rows: &[RowNumber], free: Option<u32>) -> SelectAll {
        let mut room = self.room(free);
        let (mut matching, mut selected) = (0, 0);
        for row in rows {
            matching += 1;
            if self.rows.contains(row.0) {
                selected += 1;
            } else if room > 0 {
                self.rows.insert(row.0);
                room -= 1;
                selected += 1;
            }
        }
        SelectAll { matching, selected, bound: bound(matching, selected, free) }
    }
}

/// The limit that stopped a selection of `selected` out of `matching`.
fn bound(matching: u32, selected: u32, free: Option<u32>) -> Bound {
    match free {
        _ if selected >= matching => Bound::Nothing,
        Some(free) if free < MAX_PER_RUN => Bound::Slots(free),
        _ => Bound::PerRun,
    }
}

/// The maximum size of a selection with this number of free slots (`None` is unlimited).
#[must_use]
pub fn cap(free: Option<u32>) -> u32 {
    free.map_or(MAX_PER_RUN, |free| free.min(MAX_PER_RUN))
}

#[cfg(test)]
mod tests;
