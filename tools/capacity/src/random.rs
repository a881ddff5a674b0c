//! Random values from one seeded generator: the same seed gives the same run.

use domain::{ids::Millis, schedule::SPREAD_DIVISOR};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};

use crate::moment::{Micros, micros, of_seconds};

#[derive(Debug)]
pub(crate) struct Random(StdRng);

impl Random {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(StdRng::seed_from_u64(seed))
    }

    /// A value from 0 up to 1.
    pub(crate) fn part(&mut self) -> f64 {
        self.0.random()
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0.random_range(0..end.max(1))
    }

    /// Spreads a wait as the server's `Sources::spread` does.
    pub(crate) fn spread(&mut self, wait: Millis) -> Micros {
        let byte: u8 = self.0.random();
        micros(wait + wait * Millis::from(byte) / (256 * SPREAD_DIVISOR))
    }

    fn normal(&mut self) -> f64 {
        let (one, two) = (1.0 - self.part(), self.part());
        (-2.0 * one.ln()).sqrt() * (std::f64::consts::TAU * two).cos()
    }

    /// A latency: most are near the median, few are much longer.
    pub(crate) fn latency(&mut self, (median, sigma): (f64, f64)) -> Micros {
        of_seconds(median * (sigma * self.normal()).exp())
    }

    /// A Poisson-distributed number with this mean.
    pub(crate) fn count(&mut self, mean: f64) -> u64 {
        if mean <= 0.0 {
            return 0;
        }
        if mean > 60.0 {
            return (mean + mean.sqrt() * self.normal()).round().max(0.0) as u64;
        }
        let (limit, mut product, mut count) = ((-mean).exp(), self.part(), 0);
        while product > limit {
            product *= self.part();
            count += 1;
        }
        count
    }

    /// The number of selected ones of `all`, each selected with this probability.
    pub(crate) fn some_of(&mut self, all: u64, probability: f64) -> u64 {
        if all > 200 {
            return self.count(all as f64 * probability).min(all);
        }
        (0..all).filter(|_| self.part() < probability).count() as u64
    }

    /// The share of `all` that falls on `part` of `whole`, rounded randomly so that it is correct on average.
    pub(crate) fn share(&mut self, all: u64, part: u64, whole: u64) -> u64 {
        if part >= whole {
            return all;
        }
        let exact = all as f64 * part as f64 / whole as f64;
        let more = u64::from(self.part() < exact.fract());
        (exact.floor() as u64 + more).min(all).min(part)
    }

    /// A random time until the next event of a kind that happens `per_day` times a day.
    pub(crate) fn until_next(&mut self, per_day: f64) -> Option<Micros> {
        let day = micros(domain::schedule::DAY) as f64;
        (per_day > 0.0).then(|| (-(1.0 - self.part()).ln() / per_day * day) as Micros)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawn_values_have_the_expected_means() {
        let mut random = Random::seeded(1);
        for mean in [0.02, 3.0, 80.0] {
            let sum: u64 = (0..50_000).map(|_| random.count(mean)).sum();
            let found = sum as f64 / 50_000.0;
            assert!((found - mean).abs() < 0.02 * mean + 0.005, "{found} for {mean}");
        }
        let sum: u64 = (0..50_000).map(|_| random.share(3, 20, 400)).sum();
        assert!((sum as f64 / 50_000.0 - 0.15).abs() < 0.01);
        assert_eq!(random.share(3, 20, 20), 3);
    }
}
