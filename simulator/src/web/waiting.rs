//! Applies the configured latency.

use std::time::Duration;

use crate::directory::tenant::Tenant;
use crate::state::Simulator;

/// Waits as long as the slowest of `answers` answers takes; zero counts as one.
pub(crate) async fn wait(simulator: &Simulator, tenant: Option<&Tenant>, answers: usize) {
    let own = tenant.map_or(Duration::ZERO, |tenant| slowest(tenant, answers));
    let total = simulator.options.latency + own;
    if !total.is_zero() {
        tokio::time::sleep(total).await;
    }
}

fn slowest(tenant: &Tenant, answers: usize) -> Duration {
    if tenant.read().latency.is_zero() {
        return Duration::ZERO;
    }
    let mut state = tenant.write();
    (0..answers.max(1)).map(|_| state.latency.draw()).max().unwrap_or_default()
}
