//! Times and durations in words.

// Times
pub(super) const JUST_NOW: &str = "just now";
pub(super) const YESTERDAY: &str = "yesterday";
pub(super) const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

pub(super) fn date_and_time(date: &str, hour: i64, minute: i64) -> String {
    format!("{date}, {hour:02}:{minute:02} UTC")
}

pub(super) fn date(day: i64, month: &str, year: i64) -> String {
    format!("{day} {month} {year}")
}

pub(super) fn clock(hour: i64, minute: i64, second: i64) -> String {
    format!("{hour:02}:{minute:02}:{second:02} UTC")
}

pub(super) fn minutes_ago(minutes: i64) -> String {
    format!("{minutes} min ago")
}

pub(super) fn hours_ago(hours: i64) -> String {
    format!("{hours} h ago")
}

pub(super) fn days_ago(days: i64) -> String {
    format!("{days} days ago")
}

// Durations
pub(super) fn about_seconds(seconds: u32) -> String {
    format!("about {seconds} s")
}

pub(super) fn about_minutes(minutes: u32) -> String {
    format!("about {minutes} min")
}

pub(super) fn about_hours(hours: u32) -> String {
    format!("about {hours} h")
}
