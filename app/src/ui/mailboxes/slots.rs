//! Which rows of the document show which places of the list: after a jump they are used again, not made anew.

use std::collections::HashMap;

use domain::ids::RowNo;

/// A place of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) index: usize,
    pub(crate) number: RowNo,
}

/// Names a row of the document as long as it is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Slot(u32);

/// The rows of the document from top to bottom.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Shown {
    rows: Vec<Slot>,
    places: HashMap<Slot, Place>,
    next: u32,
}

impl Shown {
    pub(crate) fn rows(&self) -> Vec<Slot> {
        self.rows.clone()
    }

    /// The place that a row shows; `None` for one that has gone.
    pub(crate) fn place(&self, slot: Slot) -> Option<Place> {
        self.places.get(&slot).copied()
    }

    /// Shows these places next. A place that is shown already stays in its row, for the keyboard may be on it and a
    /// row that moves within the document loses it; only when none of them is, every row gets another place.
    pub(crate) fn then(&self, wanted: &[Place]) -> Self {
        let mut next = self.next;
        let mut new = || {
            next += 1;
            Slot(next)
        };
        let before: HashMap<usize, Slot> =
            self.places.iter().map(|(slot, place)| (place.index, *slot)).collect();
        let stays = |place: &Place| {
            before.get(&place.index).copied().filter(|slot| self.place(*slot) == Some(*place))
        };
        let rows: Vec<Slot> = if wanted.iter().any(|place| stays(place).is_some()) {
            wanted.iter().map(|place| stays(place).unwrap_or_else(&mut new)).collect()
        } else {
            let again = self.rows.iter().copied().map(Some).chain(std::iter::repeat(None));
            wanted.iter().zip(again).map(|(_, slot)| slot.unwrap_or_else(&mut new)).collect()
        };
        let places = rows.iter().copied().zip(wanted.iter().copied()).collect();
        Self { rows, places, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(indexes: std::ops::Range<usize>) -> Vec<Place> {
        indexes.map(|index| Place { index, number: RowNo(u32::try_from(index).unwrap() * 10) }).collect()
    }

    fn indexes(shown: &Shown) -> Vec<usize> {
        shown.rows().into_iter().map(|slot| shown.place(slot).unwrap().index).collect()
    }

    #[test]
    fn a_place_stays_in_its_row_while_the_list_is_scrolled() {
        let before = Shown::default().then(&places(10..14));
        let after = before.then(&places(12..16));
        assert_eq!(indexes(&after), [12, 13, 14, 15]);
        assert_eq!(after.rows()[..2], before.rows()[2..]);
        assert!(after.rows()[2..].iter().all(|slot| !before.rows().contains(slot)));
        let up = after.then(&places(11..15));
        assert_eq!(indexes(&up), [11, 12, 13, 14]);
        assert_eq!(up.rows()[1..], after.rows()[..3]);
    }

    #[test]
    fn after_a_jump_every_row_is_used_again_in_its_place_of_the_document() {
        let before = Shown::default().then(&places(0..4));
        let far = before.then(&places(90..95));
        assert_eq!(indexes(&far), [90, 91, 92, 93, 94]);
        assert_eq!(far.rows()[..4], before.rows()[..]);
        let end = far.then(&places(200..202));
        assert_eq!(end.rows(), before.rows()[..2]);
        assert_eq!(end.place(far.rows()[4]), None);
    }

    #[test]
    fn another_list_uses_the_rows_again() {
        let before = Shown::default().then(&places(0..2));
        let other = [Place { index: 0, number: RowNo(7) }, Place { index: 1, number: RowNo(8) }];
        assert_eq!(before.then(&other).rows(), before.rows());
        assert!(before.then(&[]).rows().is_empty());
    }
}
