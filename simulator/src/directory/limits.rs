//! Microsoft's limits for the calls of one application to one tenant, in real time.
//!
//! Identity counts resource units over ten seconds; Outlook counts the requests to each mailbox over ten minutes, and
//! the concurrent ones. Source: [throttling limits][limits].
//!
//! [limits]: https://learn.microsoft.com/en-us/graph/throttling-limits

mod counted_window;
pub(crate) mod settings;
mod token_bucket;

use std::collections::HashMap;
use std::time::Instant;

use self::counted_window::CountedWindow;
use self::settings::Settings;
use self::token_bucket::TokenBucket;

/// The limits of one tenant, and their current use.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    settings: Settings,
    identity: CountedWindow,
    mailboxes: HashMap<u32, MailboxUse>,
    exchange: TokenBucket,
}

/// The current use of one mailbox.
#[derive(Debug, Default)]
struct MailboxUse {
    requests: CountedWindow,
    under_way: u32,
}

/// Why Exchange refuses a request, with the seconds to wait.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Busy {
    /// The whole tenant is over its rate.
    Tenant(f64),
    /// This mailbox got too many requests.
    Mailbox(f64),
    /// This mailbox has its maximum of concurrent requests. When one of them ends is unknown.
    Concurrency,
}

/// The use of the identity limit after a request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct IdentityUse {
    /// Used share of the limit; above 1.0 when the limit is exceeded.
    pub(crate) share: f64,
    /// Seconds until the window ends, if the request was over the limit.
    pub(crate) refused: Option<f64>,
}

impl Limits {
    pub(crate) fn new(settings: Settings) -> Self {
        Self { settings, ..Self::default() }
    }

    pub(crate) fn settings(&self) -> Settings {
        self.settings
    }

    /// Sets the limits and resets their use, except for requests that are running.
    pub(crate) fn set(&mut self, settings: Settings) {
        self.settings = settings;
        self.identity = CountedWindow::default();
        self.exchange = TokenBucket::default();
        self.mailboxes.retain(|_, mailbox| mailbox.under_way > 0);
        for mailbox in self.mailboxes.values_mut() {
            mailbox.requests = CountedWindow::default();
        }
    }

    /// Counts a directory request that costs `units` resource units. Refused ones count too, as at Microsoft.
    pub(crate) fn spend_units(&mut self, units: u32, now: Instant) -> Option<IdentityUse> {
        let limit = self.settings.identity_units?;
        let window = self.settings.identity_seconds;
        let used = self.identity.count(units, window, now);
        let refused = (used > limit).then(|| self.identity.remaining(window, now));
        Some(IdentityUse { share: f64::from(used) / f64::from(limit.max(1)), refused })
    }

    /// Admits a request to Exchange, and to a mailbox if it names an existing one. Every success with a mailbox must be
    /// followed by [`Limits::leave`].
    pub(crate) fn enter(&mut self, mailbox: Option<u32>, now: Instant) -> Result<(), Busy> {
        if let Some(rate) = self.settings.exchange_per_second {
            let burst = self.settings.exchange_burst.unwrap_or(rate);
            self.exchange.take(rate, burst, now).map_err(Busy::Tenant)?;
        }
        let Some(mailbox) = mailbox else { return Ok(()) };
        let usage = self.mailboxes.entry(mailbox).or_default();
        if let Some(limit) = self.settings.mailbox_requests {
            let window = self.settings.mailbox_seconds;
            if usage.requests.count(1, window, now) > limit {
                return Err(Busy::Mailbox(usage.requests.remaining(window, now)));
            }
        }
        if self.settings.mailbox_concurrency.is_some_and(|limit| usage.under_way >= limit) {
            return Err(Busy::Concurrency);
        }
        usage.under_way += 1;
        Ok(())
    }

    /// Ends a request that was admitted to this mailbox.
    pub(crate) fn leave(&mut self, mailbox: u32) {
        if let Some(usage) = self.mailboxes.get_mut(&mailbox) {
            usage.under_way = usage.under_way.saturating_sub(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::entropy::instant;

    fn limits(change: impl FnOnce(&mut Settings)) -> Limits {
        let mut settings = Settings::of_directory(1000);
        change(&mut settings);
        Limits::new(settings)
    }

    #[test]
    fn units_reset_after_ten_seconds_and_refusals_count() {
        let (mut limits, start) = (limits(|it| it.identity_units = Some(10)), instant());
        assert_eq!(limits.spend_units(10, start), Some(IdentityUse { share: 1.0, refused: None }));
        let later = start + Duration::from_secs(4);
        assert_eq!(limits.spend_units(2, later), Some(IdentityUse { share: 1.2, refused: Some(6.0) }));
        let over = start + Duration::from_secs(10);
        assert_eq!(limits.spend_units(1, over), Some(IdentityUse { share: 0.1, refused: None }));
    }

    #[test]
    fn a_mailbox_takes_four_requests_at_a_time_independently_of_others() {
        let (mut limits, now) = (limits(|_| {}), instant());
        for _ in 0..4 {
            assert_eq!(limits.enter(Some(7), now), Ok(()));
        }
        assert_eq!(limits.enter(Some(7), now), Err(Busy::Concurrency));
        assert_eq!(limits.enter(Some(8), now), Ok(()));
        limits.leave(7);
        assert_eq!(limits.enter(Some(7), now), Ok(()));
    }

    #[test]
    fn a_rate_allows_a_burst_and_then_returns_the_wait_for_the_next_token() {
        let set = |it: &mut Settings| (it.exchange_per_second, it.exchange_burst) = (Some(2.0), Some(3.0));
        let (mut limits, now) = (limits(set), instant());
        for _ in 0..3 {
            assert_eq!(limits.enter(None, now), Ok(()));
        }
        assert_eq!(limits.enter(None, now), Err(Busy::Tenant(0.5)));
        assert_eq!(limits.enter(None, now + Duration::from_millis(500)), Ok(()));
    }
}
