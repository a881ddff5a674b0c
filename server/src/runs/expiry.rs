//! When what we show to Microsoft ends, and how soon that is worth a word.

use microsoft::Microsoft;

use crate::store::Ending;

/// It is told once when so many days are left, or fewer: the first is what Microsoft's own alerts begin with.
const WARNINGS: [i64; 4] = [30, 14, 7, 1];

/// The last of our credentials that works, when its end is near. `None` while one of them works for long, and when nobody knows: of a secret we know no end.
pub(crate) fn ending(microsoft: &Microsoft) -> Option<Ending> {
    let known = microsoft.credentials();
    let (name, days) = known
        .iter()
        .map(|known| Some((format!("{} {}", known.kind, known.name), known.days_left?)))
        .collect::<Option<Vec<_>>>()?
        .into_iter()
        .max_by_key(|(_, days)| *days)?;
    Some(Ending { name, days, warning: warning(days)? })
}

fn warning(days: i64) -> Option<i64> {
    WARNINGS.into_iter().filter(|warning| days <= *warning).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_warning_comes_once_and_none_too_soon() {
        let given: Vec<_> = [400, 31, 30, 15, 14, 8, 7, 2, 1, 0, -3].map(warning).to_vec();
        let expected =
            [None, None, Some(30), Some(30), Some(14), Some(14), Some(7), Some(7), Some(1), Some(1), Some(1)];
        assert_eq!(given, expected);
    }
}
