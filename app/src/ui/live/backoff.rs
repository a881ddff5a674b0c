//! The delay before the next try.

/// Milliseconds before try number `failures` (from 0). `jitter` is from 0 to 1, so that a thousand pages that lost the
/// same server do not reconnect at the same instant.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 15,000")]
pub(super) fn delay_ms(failures: u32, jitter: f64) -> u64 {
    let full = 400_u32.saturating_mul(1 << failures.min(6)).min(15_000);
    u64::from(full / 2) + (f64::from(full / 2) * jitter) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_try_is_quick_and_no_wait_is_longer_than_fifteen_seconds() {
        assert_eq!((delay_ms(0, 0.0), delay_ms(0, 1.0)), (200, 400));
        assert_eq!((delay_ms(3, 0.0), delay_ms(3, 1.0)), (1_600, 3_200));
        assert_eq!((delay_ms(50, 0.0), delay_ms(50, 1.0)), (7_500, 15_000));
    }
}
