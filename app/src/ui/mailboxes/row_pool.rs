//! Assigns rows of the document to positions of the list: after a jump they are reused, not created again.

use std::collections::HashMap;

use domain::ids::RowNumber;

/// A position of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RowPosition {
    pub(crate) index: usize,
    pub(crate) number: RowNumber,
}

/// Identifies a mounted row of the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PooledRow(u32);

/// The rows of the document from top to bottom.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PooledRows {
    rows: Vec<PooledRow>,
    positions: HashMap<PooledRow, RowPosition>,
    next: u32,
}

impl PooledRows {
    pub(crate) fn rows(&self) -> Vec<PooledRow> {
        self.rows.clone()
    }

    /// The position that a row shows; `None` for a removed row.
    pub(crate) fn place(&self, slot: PooledRow) -> Option<RowPosition> {
        self.positions.get(&slot).copied()
    }

    /// Shows these positions next. A position that is shown already stays in its row: the row may have the focus, and a
    /// row that moves within the document loses it. Only when none is shown already, all rows are assigned again.
    pub(crate) fn then(&self, wanted: &[RowPosition]) -> Self {
        let mut next = self.next;
        let mut new = || {
            next += 1;
            PooledRow(next)
        };
        let before: HashMap<usize, PooledRow> =
            self.positions.iter().map(|(slot, position)| (position.index, *slot)).collect();
        let stays = |position: &RowPosition| {
            before.get(&position.index).copied().filter(|slot| self.place(*slot) == Some(*position))
        };
        let rows: Vec<PooledRow> = if wanted.iter().any(|position| stays(position).is_some()) {
            wanted.iter().map(|position| stays(position).unwrap_or_else(&mut new)).collect()
        } else {
            let again = self.rows.iter().copied().map(Some).chain(std::iter::repeat(None));
            wanted.iter().zip(again).map(|(_, slot)| slot.unwrap_or_else(&mut new)).collect()
        };
        let positions = rows.iter().copied().zip(wanted.iter().copied()).collect();
        Self { rows, positions, next }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn positions(indexes: std::ops::Range<usize>) -> Vec<RowPosition> {
        indexes
            .map(|index| RowPosition { index, number: RowNumber(u32::try_from(index).unwrap() * 10) })
            .collect()
    }

    fn indexes(shown: &PooledRows) -> Vec<usize> {
        shown.rows().into_iter().map(|slot| shown.place(slot).unwrap().index).collect()
    }

    #[test]
    fn a_position_stays_in_its_row_while_the_list_is_scrolled() {
        let before = PooledRows::default().then(&positions(10..14));
        let after = before.then(&positions(12..16));
        assert_eq!(indexes(&after), [12, 13, 14, 15]);
        assert_eq!(after.rows()[..2], before.rows()[2..]);
        assert!(after.rows()[2..].iter().all(|slot| !before.rows().contains(slot)));
        let up = after.then(&positions(11..15));
        assert_eq!(indexes(&up), [11, 12, 13, 14]);
        assert_eq!(up.rows()[1..], after.rows()[..3]);
    }

    #[test]
    fn after_a_jump_all_rows_are_reused_in_document_order() {
        let before = PooledRows::default().then(&positions(0..4));
        let far = before.then(&positions(90..95));
        assert_eq!(indexes(&far), [90, 91, 92, 93, 94]);
        assert_eq!(far.rows()[..4], before.rows()[..]);
        let end = far.then(&positions(200..202));
        assert_eq!(end.rows(), before.rows()[..2]);
        assert_eq!(end.place(far.rows()[4]), None);
    }

    #[test]
    fn another_list_reuses_the_rows() {
        let before = PooledRows::default().then(&positions(0..2));
        let other =
            [RowPosition { index: 0, number: RowNumber(7) }, RowPosition { index: 1, number: RowNumber(8) }];
        assert_eq!(before.then(&other).rows(), before.rows());
        assert!(before.then(&[]).rows().is_empty());
    }
}
