//! Helpers of the process tests.

pub(crate) mod console;
pub(crate) mod database;
pub(crate) mod ledger;
#[path = "../shared/pages.rs"]
pub(crate) mod pages;
pub(crate) mod postgres;
pub(crate) mod program;
pub(crate) mod proxy;
pub(crate) mod receiver;
pub(crate) mod server;
pub(crate) mod test_server;

use std::time::Duration;

/// The limit of every wait: no step takes this long, even on a busy machine.
const TIMEOUT: Duration = Duration::from_secs(120);
const POLL_EVERY: Duration = Duration::from_millis(20);

/// Polls until `probe` returns a value, without any action of the test.
pub(crate) async fn wait_until<T>(what: &str, probe: impl AsyncFn() -> Option<T>) -> T {
    let start = std::time::Instant::now();
    while start.elapsed() < TIMEOUT {
        if let Some(found) = probe().await {
            return found;
        }
        tokio::time::sleep(POLL_EVERY).await;
    }
    panic!("not reached within {TIMEOUT:?}: {what}");
}

/// Reads a number from the environment.
pub(crate) fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable)
        .map_or(default, |text| text.parse().unwrap_or_else(|_| panic!("{variable} is not a number: {text}")))
}
