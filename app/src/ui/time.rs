//! Times as text. The first render must not read a clock or a locale, so it writes UTC; [`crate::ui::components::when`]
//! refines that in the browser.

mod text;

use domain::ids::Millis;

/// Year, month (1–12), day, and the second of the day, in UTC.
fn civil(at: Millis) -> (i64, i64, i64, i64) {
    let seconds = at.div_euclid(1_000);
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Days to a date without tables: years begin in March, so that the leap day is a year's last.
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day, second)
}

/// `2026-11-23T17:49:05Z`, for `<time datetime>`.
pub(crate) fn iso(at: Millis) -> String {
    let (year, month, day, second) = civil(at);
    let (h, m, s) = (second / 3_600, second / 60 % 60, second % 60);
    format!("{year:04}-{month:02}-{day:02}T{h:02}:{m:02}:{s:02}Z")
}

/// `23 Nov 2026, 17:49 UTC`.
pub(crate) fn date_and_time(at: Millis) -> String {
    let second = civil(at).3;
    text::date_and_time(&date(at), second / 3_600, second / 60 % 60)
}

/// `23 Nov 2026`.
pub(crate) fn date(at: Millis) -> String {
    let (year, month, day, _) = civil(at);
    let name = usize::try_from(month - 1).ok().and_then(|i| text::MONTHS.get(i)).copied().unwrap_or_default();
    text::date(day, name, year)
}

/// `17:49:05 UTC`.
pub(crate) fn clock(at: Millis) -> String {
    let second = civil(at).3;
    text::clock(second / 3_600, second / 60 % 60, second % 60)
}

/// "just now", "2 min ago", "3 h ago", "5 days ago"; `None` after a week, when a date is clearer.
pub(crate) fn ago(now: Millis, at: Millis) -> Option<String> {
    let seconds = (now - at).max(0) / 1_000;
    Some(match seconds {
        0..45 => text::JUST_NOW.to_owned(),
        45..3_570 => text::minutes_ago((seconds + 30) / 60),
        3_570..86_400 => text::hours_ago((seconds + 1_800) / 3_600),
        86_400..172_800 => text::YESTERDAY.to_owned(),
        172_800..604_800 => text::days_ago(seconds / 86_400),
        _ => return None,
    })
}

/// "about 4 s", "about 2 min", "about 1 h".
pub(crate) fn rough(seconds: u32) -> String {
    match seconds {
        0..90 => text::about_seconds(seconds.max(1)),
        90..5_400 => text::about_minutes((seconds + 30) / 60),
        _ => text::about_hours((seconds + 1_800) / 3_600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_right_on_leap_days_and_at_the_epoch() {
        assert_eq!(iso(0), "1970-01-01T00:00:00Z");
        assert_eq!(iso(1_709_210_096_000), "2024-02-29T12:34:56Z");
        assert_eq!(date(951_782_400_000), "29 Feb 2000");
        assert_eq!(date_and_time(1_795_456_145_000), "23 Nov 2026, 17:49 UTC");
        assert_eq!(clock(1_795_456_145_000), "17:49:05 UTC");
    }

    #[test]
    fn times_of_the_last_week_are_relative() {
        let now = 1_795_456_145_000;
        for (seconds, words) in [
            (-5, "just now"),
            (10, "just now"),
            (45, "1 min ago"),
            (130, "2 min ago"),
            (3_600, "1 h ago"),
            (90_000, "yesterday"),
            (300_000, "3 days ago"),
        ] {
            assert_eq!(ago(now, now - seconds * 1_000).as_deref(), Some(words), "{seconds}");
        }
        assert_eq!(ago(now, 0), None);
    }

    #[test]
    fn durations_are_rough() {
        assert_eq!((rough(0).as_str(), rough(150).as_str()), ("about 1 s", "about 3 min"));
    }
}
