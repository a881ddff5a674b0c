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

    /// Replaces the selection by every selectable row of the list, in the list's order, as many as fit. The list
    /// contains all of `selectable`.
    pub fn select_all(
        &mut self,
        order: &[RowNumber],
        selectable: &RoaringBitmap,
        free: Option<u32>,
    ) -> SelectAll {
        self.rows.clear();
        let matching = u32::try_from(selectable.len()).unwrap_or(u32::MAX);
        let wanted = matching.min(cap(free));
        // Stops at the last row taken: the list may have 100,000 rows.
        let mut left = wanted;
        for row in order {
            if left == 0 {
                break;
            }
            if selectable.contains(row.0) && self.rows.insert(row.0) {
                left -= 1;
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
mod tests {
    use super::*;

    fn list(n: u32) -> (Vec<RowNumber>, RoaringBitmap) {
        ((1..=n).map(RowNumber).collect(), (1..=n).collect())
    }

    #[test]
    fn select_all_takes_a_thousand_of_twelve_hundred_and_explains_it() {
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
    fn select_all_stops_at_the_free_slots_and_explains_it() {
        let (order, selectable) = list(812);
        let mut selection = Selection::default();
        let all = selection.select_all(&order, &selectable, Some(300));
        assert_eq!(all.sentence().unwrap(), "Selected 300 of 812: your plan has 300 free slots.");
    }

    #[test]
    fn select_all_follows_the_order_shown_and_skips_rows_that_are_not_selectable() {
        let order: Vec<RowNumber> = [5, 3, 9, 1].map(RowNumber).to_vec();
        let selectable: RoaringBitmap = [3, 9, 1].into_iter().collect();
        let mut selection = Selection::default();
        selection.select_all(&order, &selectable, Some(2));
        assert_eq!(selection.iter().collect::<Vec<_>>(), vec![RowNumber(3), RowNumber(9)]);
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
    fn a_list_is_added_in_its_order_to_the_selection() {
        let mut selection = Selection::default();
        selection.insert(RowNumber(9));
        let all = selection.add(&[5, 9, 3, 1].map(RowNumber), Some(3));
        assert_eq!(selection.iter().map(|r| r.0).collect::<Vec<_>>(), vec![3, 5, 9]);
        assert_eq!((all.matching, all.selected, all.bound), (4, 3, Bound::Slots(3)));
        assert_eq!(selection.outside(&[3, 4].into_iter().collect()), 2);
    }

    #[test]
    fn a_range_that_shrinks_deselects_only_the_rows_it_selected() {
        let (order, selectable) = list(10);
        let mut selection = Selection::default();
        selection.insert(RowNumber(4));
        let added = selection.extend(&order, &selectable, 2, 6, None);
        assert_eq!(added.iter().collect::<Vec<_>>(), vec![3, 5, 6, 7]);
        selection.subtract(&added);
        selection.extend(&order, &selectable, 2, 3, None);
        assert_eq!(selection.iter().map(|r| r.0).collect::<Vec<_>>(), vec![3, 4]);
        assert!(selection.extend(&order, &selectable, 50, 60, None).is_empty());
    }

    #[test]
    fn a_range_works_both_ways_and_respects_the_limit() {
        let (order, selectable) = list(10);
        let mut selection = Selection::default();
        selection.extend(&order, &selectable, 7, 2, Some(4));
        assert_eq!(selection.iter().map(|r| r.0).collect::<Vec<_>>(), vec![5, 6, 7, 8]);
    }

    #[test]
    fn toggling_a_row_returns_whether_it_is_selected() {
        let mut selection = Selection::default();
        assert!(selection.toggle(RowNumber(3)) && selection.contains(RowNumber(3)) && !selection.is_empty());
        assert!(!selection.contains(RowNumber(4)));
        assert!(!selection.toggle(RowNumber(3)));
        assert!(!selection.contains(RowNumber(3)) && selection.is_empty());
    }

    #[test]
    fn rows_are_deselected_one_by_one_all_at_once_and_when_no_longer_selectable() {
        let mut selection = Selection::default();
        selection.add(&[1, 2, 3, 4].map(RowNumber), None);
        selection.remove(RowNumber(2));
        assert_eq!(selection.iter().map(|r| r.0).collect::<Vec<_>>(), vec![1, 3, 4]);
        selection.retain_selectable(&[2, 3, 4, 5].into_iter().collect());
        assert_eq!(selection.iter().map(|r| r.0).collect::<Vec<_>>(), vec![3, 4]);
        selection.clear();
        assert!(selection.is_empty());
    }

    #[test]
    fn select_all_replaces_the_earlier_selection() {
        let (order, selectable) = list(3);
        let mut selection = Selection::default();
        selection.insert(RowNumber(99));
        let all = selection.select_all(&order, &selectable, None);
        assert_eq!(selection.iter().map(|r| r.0).collect::<Vec<_>>(), vec![1, 2, 3]);
        assert_eq!((all.selected, all.bound), (3, Bound::Nothing));
    }

    #[test]
    fn slots_are_not_the_limit_when_as_many_are_free_as_one_connection_takes() {
        let (order, selectable) = list(1_200);
        let mut selection = Selection::default();
        assert_eq!(selection.select_all(&order, &selectable, Some(1_000)).bound, Bound::PerRun);
        assert_eq!(selection.select_all(&order, &selectable, Some(999)).bound, Bound::Slots(999));
    }

    #[test]
    fn the_sentence_for_managing_mentions_runs_and_never_slots() {
        let (order, selectable) = list(1_200);
        let mut selection = Selection::default();
        assert_eq!(
            selection.select_all(&order, &selectable, None).sentence_for_managing().unwrap(),
            "Selected 1,000 of 1,200: 1,000 is the most one run takes. Take the other 200 afterwards."
        );
        let (order, selectable) = list(5);
        assert_eq!(selection.select_all(&order, &selectable, None).sentence_for_managing(), None);
    }
}
