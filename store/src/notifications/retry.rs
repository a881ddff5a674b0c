//! When a failed delivery is retried, and when it is given up, for both destinations.

use domain::{
    ids::Millis,
    schedule::{DAY, HOUR, MINUTE},
};

/// Waits between tries of one webhook message, as the Standard Webhooks specification recommends; together a day.
const WEBHOOK_WAITS: [Millis; 7] =
    [5 * 1_000, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 6 * HOUR, 10 * HOUR + 25 * MINUTE];
/// Bounds of the wait of an e-mail address, which is half of the time for which it has failed.
const EMAIL_WAIT: (Millis, Millis) = (5 * MINUTE, 6 * HOUR);
/// A delivery that has failed for this long is given up.
const GIVE_UP_AFTER: Millis = DAY;
/// A webhook without a successful delivery for this long is switched off.
pub(super) const DISABLE_AFTER: Millis = 5 * DAY;

/// A delivery that has just failed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Failed {
    /// A webhook message: tries before this one, and the wait in milliseconds that the receiver has requested.
    Webhook { attempts: i32, retry_after: Option<Millis> },
    /// An e-mail address: all queued alerts are retried together.
    Email,
}

impl Failed {
    /// The wait until the next try, in milliseconds; `None` to give up. `failing_for` is the time since the first try.
    pub(super) fn wait(self, failing_for: Millis) -> Option<Millis> {
        if failing_for >= GIVE_UP_AFTER {
            return None;
        }
        match self {
            Self::Webhook { attempts, retry_after } => {
                let wait = *WEBHOOK_WAITS.get(usize::try_from(attempts).ok()?)?;
                // A receiver may request a longer wait, up to a day, but not a shorter one.
                Some(Ord::clamp(retry_after.unwrap_or(0), wait, Ord::max(wait, DAY)))
            }
            Self::Email => Some(Ord::clamp(failing_for / 2, EMAIL_WAIT.0, EMAIL_WAIT.1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn webhook_messages_are_retried_for_a_day() {
        let wait = |attempts, failing_for| Failed::Webhook { attempts, retry_after: None }.wait(failing_for);
        assert_eq!(wait(0, 0), Some(5_000));
        assert_eq!(wait(6, 13 * HOUR), Some(10 * HOUR + 25 * MINUTE));
        assert_eq!(wait(7, 13 * HOUR), None);
        assert_eq!(wait(1, DAY), None);
        assert_eq!(WEBHOOK_WAITS.iter().sum::<Millis>() / HOUR, 24 - 1 + 1);
    }

    #[test]
    fn a_receiver_may_request_a_longer_wait() {
        let wait = |after| Failed::Webhook { attempts: 0, retry_after: Some(after) }.wait(0);
        assert_eq!((wait(1_000), wait(HOUR), wait(9 * DAY)), (Some(5_000), Some(HOUR), Some(DAY)));
    }

    #[test]
    fn email_waits_grow_with_the_time_of_failure() {
        let waits = [0, HOUR, 20 * HOUR, DAY].map(|failing_for| Failed::Email.wait(failing_for));
        assert_eq!(waits, [Some(5 * MINUTE), Some(30 * MINUTE), Some(6 * HOUR), None]);
    }
}
