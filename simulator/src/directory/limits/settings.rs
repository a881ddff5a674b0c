//! The throttling limits of a tenant.

use serde::Serialize;

/// The limits; `None` means no limit.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Settings {
    /// Resource units of directory calls per window.
    pub(crate) identity_units: Option<u32>,
    /// The window of the units, seconds.
    pub(crate) identity_seconds: f64,
    /// Requests to one mailbox per window.
    pub(crate) mailbox_requests: Option<u32>,
    /// The window of those requests, seconds.
    pub(crate) mailbox_seconds: f64,
    /// Requests to one mailbox at the same time.
    pub(crate) mailbox_concurrency: Option<u32>,
    /// Requests to all of the tenant's mailboxes per second. Not a limit of Microsoft's: for testing a client's rate.
    pub(crate) exchange_per_second: Option<f64>,
    /// How many of those are accepted at once; the number for one second when `None`.
    pub(crate) exchange_burst: Option<f64>,
}

impl Settings {
    /// Microsoft's numbers for a directory of this size: S below 50 users, M up to 500, L above.
    pub(crate) fn of_directory(users: u32) -> Self {
        let units = match users {
            0..50 => 3_500,
            50..=500 => 5_000,
            _ => 8_000,
        };
        Self {
            identity_units: Some(units),
            identity_seconds: 10.0,
            mailbox_requests: Some(10_000),
            mailbox_seconds: 600.0,
            mailbox_concurrency: Some(4),
            exchange_per_second: None,
            exchange_burst: None,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::of_directory(0)
    }
}
