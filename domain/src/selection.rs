//! What is selected: a model, not the state of checkboxes on a page.

use roaring::RoaringBitmap;

use crate::{ids::RowNo, slots::MAX_PER_RUN, text};

/// Why *Select all* stopped before the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Everything that matched is selected.
    Nothing,
    /// The plan has no more free slots.
    Slots,
    /// One connection takes no more.
    PerRun,
}

/// The outcome of *Select all*.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SelectAll {
    /// How many mailboxes match the filter and could be selected.
    pub matching: u32,
    pub selected: u32,
    pub bound: Bound,
}

impl SelectAll {
    /// The sentence that explains a cap, naming the smaller one; `None` when nothing was held back.
    #[must_use]
    pub fn sentence(&self) -> Option<String> {
        match self.bound {
            Bound::Nothing => None,
            Bound::Slots if self.selected == 0 => Some("Your plan has no free slots.".to_owned()),
            Bound::Slots => Some(format!(
                "{}: your plan has {}.",
                self.head(),
                text::counted(u64::from(self.selected), "free slot", "free slots")
            )),
            Bound::PerRun => Some(format!(
                "{}: {} is the most one connection takes. Connect the other {} afterwards.",
                self.head(),
                number(MAX_PER_RUN),
                number(self.matching - self.selected)
            )),
        }
    }

    /// The same where the selection is not for connecting (reconnect, disconnect, check) and slots do not bind.
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
    pub fn contains(&self, row: RowNo) -> bool {
        self.rows.contains(row.0)
    }

    /// Takes the row in or out. Returns whether it is selected now.
    pub fn toggle(&mut self, row: RowNo) -> bool {
        self.rows.insert(row.0) || {
            self.rows.remove(row.0);
            false
        }
    }

    pub fn insert(&mut self, row: RowNo) {
        self.rows.insert(row.0);
    }

    pub fn remove(&mut self, row: RowNo) {
        self.rows.remove(row.0);
    }

    pub fn clear(&mut self) {
        self.rows.clear();
    }

    /// The selected rows, by number.
    pub fn iter(&self) -> impl Iterator<Item = RowNo> + '_ {
        self.rows.iter().map(RowNo)
    }

    /// Drops what may no longer be selected, for example what another administrator has just connected.
    pub fn retain_selectable(&mut self, selectable: &RoaringBitmap) {
        self.rows &= selectable;
    }

    /// How many more can be selected: the smaller of the free slots and what one run takes.
    #[must_use]
    pub fn room(&self, free: Option<u32>) -> u32 {
        cap(free).saturating_sub(self.len())
    }

    /// Selects the rows between two places of the list, ends included, as far as there is room.
    pub fn extend(
        &mut self,
        order: &[RowNo],
        selectable: &RoaringBitmap,
        from: usize,
        to: usize,
        free: Option<u32>,
    ) {
        let (low, high) = if from <= to { (from, to) } else { (to, from) };
        for row in order.iter().skip(low).take(high - low + 1) {
            if self.room(free) == 0 {
                break;
            }
            if selectable.contains(row.0) {
                self.rows.insert(row.0);
            }
        }
    }

    /// Replaces the selection by every selectable row of the list, in the list's order, as many as fit.
    pub fn select_all(
        &mut self,
        order: &[RowNo],
        selectable: &RoaringBitmap,
        free: Option<u32>,
    ) -> SelectAll {
        let cap = cap(free);
        let mut matching = 0;
        self.rows.clear();
        for row in order.iter().filter(|row| selectable.contains(row.0)) {
            if matching < cap {
                self.rows.insert(row.0);
            }
            matching += 1;
        }
        let bound = match free {
            _ if matching <= cap => Bound::Nothing,
            Some(free) if free < MAX_PER_RUN => Bound::Slots,
            _ => Bound::PerRun,
        };
        SelectAll { matching, selected: self.len(), bound }
    }
}

/// The most that can be selected with this many free slots (`None` is unlimited).
#[must_use]
pub fn cap(free: Option<u32>) -> u32 {
    free.map_or(MAX_PER_RUN, |free| free.min(MAX_PER_RUN))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(n: u32) -> (Vec<RowNo>, RoaringBitmap) {
        ((1..=n).map(RowNo).collect(), (1..=n).collect())
    }

    #[test]
    fn select_all_takes_a_thousand_of_twelve_hundred_and_says_why() {
        let (order, selectable) = list(1_200);
        let mut selection = Selection::default();
        let all = selection.select_all(&order, &selectable, Some(2_000));
        assert_eq!((selection.len(), all.bound), (1_000, Bound::PerRun));
        assert_eq!(
            all.sentence().unwrap(),
            "Selected 1,000 of 1,200: 1,000 is the most one connection takes. Connect the other 200 afterwards."
        );
    }

    #[test]
    fn select_all_stops_at_the_free_slots_and_says_why() {
        let (order, selectable) = list(812);
        let mut selection = Selection::default();
        let all = selection.select_all(&order, &selectable, Some(300));
        assert_eq!(all.sentence().unwrap(), "Selected 300 of 812: your plan has 300 free slots.");
    }

    #[test]
    fn select_all_follows_the_order_shown_and_skips_what_is_not_selectable() {
        let order: Vec<RowNo> = [5, 3, 9, 1].map(RowNo).to_vec();
        let selectable: RoaringBitmap = [3, 9, 1].into_iter().collect();
        let mut selection = Selection::default();
        selection.select_all(&order, &selectable, Some(2));
        assert_eq!(selection.iter().collect::<Vec<_>>(), vec![RowNo(3), RowNo(9)]);
    }

    #[test]
    fn with_no_free_slot_nothing_is_selected() {
        let (order, selectable) = list(10);
        let mut selection = Selection::default();
        let all = selection.select_all(&order, &selectable, Some(0));
        assert_eq!(
            (selection.is_empty(), all.sentence().unwrap().as_str()),
            (true, "Your plan has no free slots.")
        );
    }

    #[test]
    fn a_range_works_both_ways_and_respects_the_room() {
        let (order, selectable) = list(10);
        let mut selection = Selection::default();
        selection.extend(&order, &selectable, 7, 2, Some(4));
        assert_eq!(selection.iter().map(|r| r.0).collect::<Vec<_>>(), vec![3, 4, 5, 6]);
    }
}
