//! Spreads waits, so that calls that failed together do not all come back together.

use std::time::Duration;

use uuid::Uuid;

/// This long or up to half as long again; never shorter, because the shortest may be what Microsoft asked for.
#[expect(clippy::disallowed_methods, reason = "spreads waits and decides nothing")]
pub(crate) fn spread(wait: Duration) -> Duration {
    let byte = Uuid::new_v4().as_bytes()[0];
    wait.mul_f64(1.0 + f64::from(byte) / 512.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_never_shortened_and_at_most_half_as_long_again() {
        let wait = Duration::from_secs(2);
        let waits: Vec<_> = (0..200).map(|_| spread(wait)).collect();
        assert!(waits.iter().all(|spread| (wait..=wait * 3 / 2).contains(spread)));
        assert!(waits.iter().any(|spread| *spread != waits[0]));
    }
}
