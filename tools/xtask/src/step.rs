//! Progress output for the developer: what a step does, its usual duration, and its real duration.

use std::{fmt, time::Duration};

use anyhow::Result;

use std::time::Instant;

/// Runs `work` between a line that announces it and a line with its real time.
pub(crate) fn step<T>(what: &str, about: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("▸ {what} ({about})");
    let start = Instant::now();
    let result = work();
    let time = Seconds(start.elapsed());
    match &result {
        Ok(_) => eprintln!("  done in {time}"),
        Err(_) => eprintln!("  failed after {time}: {what}"),
    }
    result
}

/// A duration in readable form: `0.4 s`, `12 s`, `6 min 42 s`.
pub(crate) struct Seconds(pub(crate) Duration);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = self.0.as_secs();
        match whole {
            0..10 => write!(f, "{:.1} s", self.0.as_secs_f64()),
            10..60 => write!(f, "{whole} s"),
            _ => write!(f, "{} min {:02} s", whole / 60, whole % 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_shown_in_readable_units() {
        let text = |ms| Seconds(Duration::from_millis(ms)).to_string();
        assert_eq!(text(420), "0.4 s");
        assert_eq!(text(12_900), "12 s");
        assert_eq!(text(402_000), "6 min 42 s");
    }
}
