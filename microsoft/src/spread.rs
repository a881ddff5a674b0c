//! Random jitter for waits, so that calls that failed together are not retried together.

use std::time::Duration;

use uuid::Uuid;

/// Lengthens a wait by a random amount of up to one half; never shortens it, because Microsoft may have requested it.
#[expect(clippy::disallowed_methods, reason = "spreads waits and decides nothing else")]
pub(crate) fn spread(wait: Duration) -> Duration {
    let byte = Uuid::new_v4().as_bytes()[0];
    wait.mul_f64(1.0 + f64::from(byte) / 512.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_lengthened_by_at_most_half_and_never_shortened() {
        let wait = Duration::from_secs(2);
        let waits: Vec<_> = (0..200).map(|_| spread(wait)).collect();
        assert!(waits.iter().all(|spread| (wait..=wait * 3 / 2).contains(spread)));
        assert!(waits.iter().any(|spread| *spread != waits[0]));
    }
}
