//! Documented limits of Microsoft and measured values: every number with its source.

use crate::moment::{MINUTE, Micros, SECOND};

/// "130,000 requests per 10 seconds" per app across all tenants (Microsoft Graph service-specific throttling limits).
/// A batch counts as the requests that are in it (Combine multiple HTTP requests using JSON batching).
pub(crate) const CEILING: f64 = 130_000.0;
pub(crate) const WINDOW: Micros = 10 * SECOND;
/// Resource units of identity and access, per app across all tenants, in 20 s (the same page).
pub(crate) const APP_UNITS: f64 = 150_000.0;
/// The same per app and tenant in 10 s, for the smallest tenants (the same page). Our client limits itself below it.
pub(crate) const TENANT_UNITS: f64 = 3_500.0;
/// Requests to one mailbox at once (the same page, Outlook). A check has one; our client never more than two.
pub(crate) const AT_ONE_MAILBOX: f64 = 4.0;
/// Wait after a throttled answer: `Retry-After` gives it, mostly the rest of the window.
pub(crate) const RETRY_AFTER: Micros = 10 * SECOND;

/// Users of one page of `users/delta`. Microsoft does not document it; 100 is Graph's usual page.
pub(crate) const DELTA_PAGE: u64 = 100;
/// Share of batch parts that Exchange refuses temporarily and that are sent again: 4 of 14,617 in a field report.
pub(crate) const AGAIN: f64 = 4.0 / 14_617.0;
/// Tries of a call, and the waits between them, in seconds (`microsoft/src/tenant/call.rs`, `token/cache.rs`).
pub(crate) const TRIES: u64 = 3;
pub(crate) const WAITS: [f64; 2] = [0.5, 1.0];
/// Calls that a sync makes to check the permissions: the organisation, a user, an inbox, its settings.
pub(crate) const CHECKLIST: u64 = 4;
/// Of these, those to the directory: a resource unit each.
pub(crate) const CHECKLIST_UNITS: u64 = 2;

/// Duration of a call: median in seconds, and the spread of its logarithm. Assumed; a batch takes 0.4 to 0.8 s, because
/// Graph executes four of its parts at a time.
pub(crate) const CALL: (f64, f64) = (0.12, 0.5);
pub(crate) const TOKEN: (f64, f64) = (0.15, 0.5);
pub(crate) const DELTA: (f64, f64) = (0.4, 0.5);
pub(crate) const BATCH: (f64, f64) = (0.6, 0.3);
/// Duration of a failed call during an outage, in seconds.
pub(crate) const AWAY: f64 = 0.05;

/// How long a token is cached: an hour less one second, less five minutes (`microsoft/src/token.rs`).
pub(crate) const TOKEN_LIFETIME: Micros = 3_299 * SECOND;
/// Tokens that a process caches, and the memory of one (`microsoft/src/token/cache.rs`).
pub(crate) const TOKENS: f64 = 20_000.0;
pub(crate) const TOKEN_BYTES: f64 = 2_000.0;

/// Time of one writer for a transaction, and for each of its rows. `bench fair` settles 2,500 batches of 67 rows in
/// 11 s, on either database, on two cores that also run the server and the simulated Microsoft: 4.4 ms each. The
/// division between transaction and rows is a guess.
pub(crate) const TRANSACTION: Micros = 1_000;
pub(crate) const ROW: Micros = 50;
/// Writers of PostgreSQL with eight cores: four times the two cores that one writer filled. Calculated, not measured.
pub(crate) const POSTGRES_WRITERS: usize = 4;
/// The same measurement by mailbox: seconds of a core at most, everything included.
pub(crate) const CORE: f64 = 22.0 / 50_000.0;

/// Retention of events and of runs without findings, in days (`server/src/worker/retention.rs`,
/// `store/src/schedule.rs`).
pub(crate) const EVENT_RETENTION: f64 = 14.0;
pub(crate) const RUN_RETENTION: f64 = 1.0;
/// Runs with findings and the audit log are kept for ever: counted for a year.
pub(crate) const VISIBLE_RETENTION: f64 = 365.0;
/// Interval in which each replica deletes expired events of all delegations.
pub(crate) const RETENTION: Micros = 60 * MINUTE;

/// Bytes of a row with its indexes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bytes {
    pub(crate) mailbox: f64,
    pub(crate) event: f64,
    pub(crate) run: f64,
    pub(crate) audit: f64,
}

/// Measured on the schema of migration 13 with 200,000 mailboxes and 100,000 of each of the others, freshly written;
/// events with an average payload of 650 bytes (an organisation with its checklist 860, a run 480, a mailbox 330,
/// counts 200).
pub(crate) const POSTGRES: Bytes = Bytes { mailbox: 1_100.0, event: 865.0, run: 335.0, audit: 238.0 };
pub(crate) const SQLITE: Bytes = Bytes { mailbox: 1_350.0, event: 869.0, run: 405.0, audit: 278.0 };
