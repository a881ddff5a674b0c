//! The latency of a tenant's answers.

use std::f64::consts::TAU;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::mix::{mix, unit};

/// The standard normal distribution's 99th percentile.
const P99: f64 = 2.326_347_874_040_841;

/// A distribution of waits, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Distribution {
    /// Always the same.
    Fixed { ms: u64 },
    /// Uniform between two bounds.
    Uniform { uniform: [f64; 2] },
    /// Log-normal: mostly near the median, with a long tail, as in real services.
    LogNormal { median: f64, p99: f64 },
}

/// A tenant's latency: the same seed gives the same waits in the same order.
#[derive(Debug)]
pub(crate) struct Latency {
    pub(crate) distribution: Distribution,
    seed: u64,
    drawn: u64,
}

impl Default for Latency {
    fn default() -> Self {
        Self::new(Distribution::Fixed { ms: 0 }, 0)
    }
}

impl Latency {
    pub(crate) fn new(distribution: Distribution, seed: u64) -> Self {
        Self { distribution, seed, drawn: 0 }
    }

    /// The next wait.
    pub(crate) fn draw(&mut self) -> Duration {
        self.drawn += 1;
        let random = |purpose| unit(mix(&[self.seed, self.drawn, purpose]));
        let millis = match self.distribution {
            Distribution::Fixed { ms } => return Duration::from_millis(ms),
            Distribution::Uniform { uniform: [low, high] } => low + random(1) * (high - low),
            Distribution::LogNormal { median, p99 } => {
                // Box–Muller: two uniform numbers give one normal number. The first must not be zero.
                let normal = (-2.0 * (1.0 - random(1)).ln()).sqrt() * (TAU * random(2)).cos();
                median * ((p99 / median).ln() / P99 * normal).exp()
            }
        };
        Duration::try_from_secs_f64(millis / 1000.0).unwrap_or_default()
    }

    /// Whether every wait is zero.
    pub(crate) fn is_zero(&self) -> bool {
        self.distribution == Distribution::Fixed { ms: 0 }
    }

    /// The fixed, middle or median wait, in milliseconds.
    pub(crate) fn typical_ms(&self) -> f64 {
        match self.distribution {
            #[expect(clippy::cast_precision_loss, reason = "waits are shorter than 2^52 milliseconds")]
            Distribution::Fixed { ms } => ms as f64,
            Distribution::Uniform { uniform: [low, high] } => f64::midpoint(low, high),
            Distribution::LogNormal { median, .. } => median,
        }
    }
}

impl Distribution {
    /// The reason why the parameters are invalid, if they are.
    pub(crate) fn problem(self) -> Option<&'static str> {
        match self {
            Self::Uniform { uniform: [low, high] } if !(0.0 <= low && low <= high) => {
                Some("uniform is [least, most], in milliseconds")
            }
            Self::LogNormal { median, p99 } if !(0.0 < median && median <= p99) => {
                Some("median must be above 0, and p99 not below it")
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_normal_latency_has_the_configured_median_and_tail() {
        let mut latency = Latency::new(Distribution::LogNormal { median: 80.0, p99: 1500.0 }, 7);
        let mut millis: Vec<_> = (0..10_000).map(|_| latency.draw().as_millis()).collect();
        millis.sort_unstable();
        assert!((76..=84).contains(&millis[5_000]), "{}", millis[5_000]);
        assert!((1_200..=1_850).contains(&millis[9_900]), "{}", millis[9_900]);
    }

    #[test]
    fn the_same_seed_draws_the_same_waits() {
        let draws = |seed| {
            let mut latency = Latency::new(Distribution::Uniform { uniform: [50.0, 300.0] }, seed);
            (0..50).map(|_| latency.draw()).collect::<Vec<_>>()
        };
        assert_eq!(draws(1), draws(1));
        assert_ne!(draws(1), draws(2));
        assert!(draws(1).iter().all(|it| (50..=300).contains(&it.as_millis())));
    }
}
