//! Counters by day, and the lateness of due runs.

use crate::moment::{Micros, micros, seconds};

/// One day.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Day {
    pub(crate) tokens: u64,
    /// Calls that check the permissions.
    pub(crate) probes: u64,
    pub(crate) delta_pages: u64,
    pub(crate) batches: u64,
    /// Requests inside batches.
    pub(crate) parts: u64,
    /// Requests over Microsoft's ceiling.
    pub(crate) refused: u64,
    pub(crate) transactions: u64,
    pub(crate) rows: u64,
    pub(crate) events: u64,
    /// Time for which writers of the database were busy, and for which permits were taken.
    pub(crate) writing: Micros,
    pub(crate) placed: Micros,
    pub(crate) polls: u64,
    /// Polls that found more due delegations than one poll takes.
    pub(crate) full_looks: u64,
    /// Polls at which the replica had no free permit, and the most runs that waited for one.
    pub(crate) full_places: u64,
    pub(crate) most_waiting: u64,
    pub(crate) syncs: u64,
    pub(crate) checks: u64,
    pub(crate) sweeps: u64,
    /// Runs that ended and appear in lists.
    pub(crate) listed: u64,
    /// Lines of the audit log.
    pub(crate) audits: u64,
}

/// Outcomes of due runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) due: u64,
    pub(crate) done: u64,
    /// The tenant had withdrawn its consent.
    pub(crate) refused: u64,
    /// Not begun: one of its kind was in progress, or there was no mailbox to check.
    pub(crate) merged: u64,
    /// Not done at the end: counted with the lateness at that time.
    pub(crate) open: u64,
}

/// A histogram of lateness, in steps of two per cent.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Lateness {
    steps: Vec<u64>,
    many: u64,
    max: Micros,
}

const STEP: f64 = 1.02;

impl Lateness {
    pub(crate) fn add(&mut self, late: Micros) {
        let step = (1.0 + late as f64 / 1_000.0).log(STEP) as usize;
        if self.steps.len() <= step {
            self.steps.resize(step + 1, 0);
        }
        self.steps[step] += 1;
        self.many += 1;
        self.max = self.max.max(late);
    }

    /// The lateness in seconds that this part of all did not exceed.
    pub(crate) fn quantile(&self, part: f64) -> f64 {
        let wanted = (part * self.many as f64).ceil() as u64;
        let mut seen = 0;
        for (step, many) in self.steps.iter().enumerate() {
            seen += many;
            if seen >= wanted.max(1) {
                return ((STEP.powi(step as i32 + 1) - 1.0) / 1_000.0).min(seconds(self.max));
            }
        }
        0.0
    }

    pub(crate) fn max(&self) -> f64 {
        seconds(self.max)
    }

    #[cfg(test)]
    pub(crate) const fn many(&self) -> u64 {
        self.many
    }
}

/// All counters.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Tally {
    days: Vec<Day>,
    pub(crate) syncs: Account,
    pub(crate) sweeps: Account,
    /// By day of the due time; the second entry is for all days after the first.
    pub(crate) sync_late: [Lateness; 2],
    pub(crate) sweep_late: [Lateness; 2],
    pub(crate) most_in_flight: u64,
}

impl Tally {
    pub(crate) fn day(&mut self, at: Micros) -> &mut Day {
        let day = (at / micros(domain::schedule::DAY)) as usize;
        if self.days.len() <= day {
            self.days.resize(day + 1, Day::default());
        }
        &mut self.days[day]
    }

    /// The counters of a simulated day.
    pub(crate) fn of_day(&self, day: usize) -> Day {
        self.days.get(day).cloned().unwrap_or_default()
    }
}

/// The index in the two lists of lateness.
pub(crate) fn phase(due: Micros) -> usize {
    usize::from(due >= micros(domain::schedule::DAY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lateness_is_read_back_within_two_per_cent() {
        let mut late = Lateness::default();
        (1..=1_000).for_each(|n| late.add(n * 1_000_000));
        assert!((late.quantile(0.5) - 500.0).abs() < 12.0);
        assert!((late.quantile(0.99) - 990.0).abs() < 21.0);
        assert_eq!((late.max(), late.many()), (1_000.0, 1_000));
    }
}
