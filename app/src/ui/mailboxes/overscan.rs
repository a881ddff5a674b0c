//! The rows that are mounted although they are not in sight.

use domain::ids::RowNumber;

/// Rows mounted above and below those in sight.
pub(crate) const OVERSCAN: usize = 8;

/// The rows to mount at once for another order: those in sight, if it is the order of another list.
pub(crate) fn narrowed(
    (first, last): (usize, usize),
    before: &[RowNumber],
    order: &[RowNumber],
) -> Option<(usize, usize)> {
    let stay = before.iter().zip(order).filter(|(was, is)| was == is).count();
    let is_another = last > 0 && stay < before.len() / 2;
    is_another.then(|| (first.saturating_sub(OVERSCAN), last + OVERSCAN))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_another_list_narrows_the_window() {
        let list: Vec<RowNumber> = (0..10).map(RowNumber).collect();
        let other: Vec<RowNumber> = (100..110).map(RowNumber).collect();
        assert_eq!(narrowed((20, 30), &list, &other), Some((12, 38)));
        assert_eq!(narrowed((2, 5), &list, &other), Some((0, 13)));
        assert_eq!(narrowed((2, 5), &list, &list[..5]), None);
        // Nothing has been measured yet.
        assert_eq!(narrowed((0, 0), &list, &other), None);
    }
}
