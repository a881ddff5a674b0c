//! Parsing of `Retry-After`, in every form that Microsoft is known to use.

use std::time::Duration;

const SHORTEST: Duration = Duration::from_secs(1);
const MAX_WAIT: Duration = Duration::from_secs(10 * 60);
/// The wait for a date in an answer without `Date`: our own clock is not used, because it may differ from
/// Microsoft's.
const UNKNOWN: Duration = Duration::from_secs(30);

/// Reads `Retry-After`: whole or fractional seconds (Microsoft's own sample has `2.128`), or an HTTP date, which is
/// compared with the same answer's `Date`. Clamped to 1 s..=10 min; `None` if it is neither.
pub(crate) fn parse(value: &str, date: Option<&str>) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<f64>() {
        let seconds = Some(seconds).filter(|seconds| seconds.is_finite() && *seconds >= 0.0)?;
        return Some(Duration::from_secs_f64(seconds.clamp(SHORTEST.as_secs_f64(), MAX_WAIT.as_secs_f64())));
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let Some(now) = date.and_then(|date| httpdate::parse_http_date(date).ok()) else { return Some(UNKNOWN) };
    Some(until.duration_since(now).unwrap_or(SHORTEST).clamp(SHORTEST, MAX_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_read_and_clamped() {
        let now = "Wed, 21 Oct 2026 07:28:00 GMT";
        for (value, date, millis) in [
            ("10", None, Some(10_000)),
            (" 2.128 ", None, Some(2_128)),
            ("0", None, Some(1_000)),
            ("0.2", None, Some(1_000)),
            ("86400", None, Some(600_000)),
            ("1e300", None, Some(600_000)),
            ("Wed, 21 Oct 2026 07:28:30 GMT", Some(now), Some(30_000)),
            ("Wed, 21 Oct 2026 07:00:00 GMT", Some(now), Some(1_000)),
            ("Thu, 22 Oct 2026 07:28:00 GMT", Some(now), Some(600_000)),
            ("Wed, 21 Oct 2026 07:28:30 GMT", None, Some(30_000)),
            ("-1", None, None),
            ("NaN", None, None),
            ("inf", None, None),
            ("soon", Some(now), None),
            ("", None, None),
        ] {
            assert_eq!(parse(value, date), millis.map(Duration::from_millis), "{value:?}");
        }
    }
}
