//! The expiry of our credentials for Microsoft, and the time to warn of it.

use microsoft::Microsoft;

use store::ExpiringCredential;

/// Days before the end at which one warning each is sent; the first is that of Microsoft's own alerts.
const WARNINGS: [i64; 4] = [30, 14, 7, 1];

/// The credential that works longest, when its end is near. `None` when one works for longer than the first warning, or
/// has an unknown end (a secret without a configured expiry).
pub(crate) fn ending(microsoft: &Microsoft) -> Option<ExpiringCredential> {
    let known = microsoft.credentials();
    let (name, days) = known
        .iter()
        .map(|known| Some((format!("{} {}", known.kind, known.name), known.days_left?)))
        .collect::<Option<Vec<_>>>()?
        .into_iter()
        .max_by_key(|(_, days)| *days)?;
    Some(ExpiringCredential { name, days, warning: warning(days)? })
}

fn warning(days: i64) -> Option<i64> {
    WARNINGS.into_iter().filter(|warning| days <= *warning).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_warning_has_its_range_of_days() {
        let given: Vec<_> = [400, 31, 30, 15, 14, 8, 7, 2, 1, 0, -3].map(warning).to_vec();
        let expected =
            [None, None, Some(30), Some(30), Some(14), Some(14), Some(7), Some(7), Some(1), Some(1), Some(1)];
        assert_eq!(given, expected);
    }
}
