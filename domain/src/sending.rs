//! The daily limit of external recipients of an organisation, and warm-up's share of it.
//!
//! Microsoft's *Tenant External Recipient Rate Limit*: 500 × licences^0.7 + 9,500 in any 24 hours
//! (<https://techcommunity.microsoft.com/blog/exchange/introducing-exchange-online-tenant-outbound-email-limits/4372797>).

use serde::{Deserialize, Serialize};

/// Messages a day that a warmed-up mailbox is assumed to send, unless the user enters another number.
pub const PER_MAILBOX: u32 = 40;
/// The greatest number that the user may enter: no warm-up is faster.
pub const PER_MAILBOX_MAX: u32 = 1_000;

/// The organisation's daily limit, and how many mailboxes would share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendLimit {
    /// Accounts with an Exchange Online licence: the basis of the limit.
    pub licences: u32,
    /// External recipients in 24 hours.
    pub limit: u32,
    /// Mailboxes that warm up once the run is through.
    pub mailboxes: u32,
}

impl SendLimit {
    #[must_use]
    pub fn new(licences: u32, mailboxes: u32) -> Self {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 500 × 2^22")]
        let limit = f64::from(licences).powf(0.7).mul_add(500.0, 9_500.0).round() as u32;
        Self { licences, limit, mailboxes }
    }

    /// Messages of all mailboxes in a day, and their share of the limit in per cent.
    #[must_use]
    pub fn share(self, per_mailbox: u32) -> (u64, u64) {
        let messages = u64::from(self.mailboxes) * u64::from(per_mailbox);
        (messages, (messages * 100).div_ceil(u64::from(self.limit.max(1))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_matches_microsofts_table() {
        // The blog's own table.
        for (licences, limit) in
            [(1, 10_000), (25, 14_259), (100, 22_059), (1_000, 72_446), (10_000, 324_979)]
        {
            assert_eq!(SendLimit::new(licences, 0).limit, limit, "{licences} licences");
        }
    }

    #[test]
    fn a_share_is_rounded_up_and_may_exceed_the_limit() {
        let limit = SendLimit::new(1, 300);
        assert_eq!(limit.share(40), (12_000, 120));
        assert_eq!(SendLimit::new(1, 1).share(1), (1, 1));
        assert_eq!(SendLimit::new(1, 0).share(40), (0, 0));
    }
}
