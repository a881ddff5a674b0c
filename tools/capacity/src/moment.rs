//! Virtual time, in microseconds from the start: transactions of the database take about one millisecond.

use domain::{ids::Millis, schedule::DAY};

pub(crate) type Micros = u64;

pub(crate) const MILLI: Micros = 1_000;
pub(crate) const SECOND: Micros = 1_000_000;
pub(crate) const MINUTE: Micros = 60 * SECOND;
pub(crate) const HOUR: Micros = 60 * MINUTE;

/// Converts a time of the schedule, which is in milliseconds.
pub(crate) const fn micros(millis: Millis) -> Micros {
    millis.unsigned_abs() * MILLI
}

pub(crate) fn seconds(time: Micros) -> f64 {
    time as f64 / SECOND as f64
}

pub(crate) fn days(time: Micros) -> f64 {
    time as f64 / micros(DAY) as f64
}

pub(crate) fn of_seconds(seconds: f64) -> Micros {
    (seconds * SECOND as f64) as Micros
}
