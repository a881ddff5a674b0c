//! How often the mailboxes of one organisation that need attention are checked.
//!
//! A sweep finds the mailboxes that broke since the last one. Until the next sweep their number falls; it is treated as
//! random around a falling mean. A finding of a sweep, or a change in the directory of a mailbox in need, starts a
//! sequence of checks, which ends when another one starts or when no mailbox is in need any more.

use domain::schedule::{BACK_OFF, RECHECK_AFTER, SWEEP_EVERY, SYNC_EVERY};

use crate::{
    load::Load,
    moment::{days, micros},
    organisation::spread_on_average,
};

/// Checks a day, and changes a day in the directory of mailboxes in need.
pub(super) struct Rates {
    pub(super) checks: f64,
    pub(super) told_of: f64,
}

/// Moments between two sweeps at which such changes are assumed.
const MOMENTS: u32 = 24;
/// Checks of one sequence that are calculated: the last ones are days later.
const CHECKS: usize = 14;
/// Share of the checks that can find a repair before it appears in the directory: about as many follow another check
/// within minutes.
const FIRST: f64 = 0.5;

/// One organisation between two sweeps, times in days.
struct Cycle<'a> {
    load: &'a Load,
    hour: f64,
    day: f64,
    /// Mailboxes that a sweep finds broken, and those that fail it by a hiccup.
    broken: f64,
    hiccups: f64,
}

/// The rates of an organisation with these syncs and sweeps a day.
pub(super) fn rates(load: &Load, syncs: f64, sweeps: f64) -> Rates {
    let (habits, all) = (&load.habits, f64::from(load.mailboxes));
    let [hour, day] = [SYNC_EVERY, SWEEP_EVERY].map(|wait| spread_on_average(days(micros(wait))));
    let broken = all * habits.breakages * day;
    let after = broken / (1.0 - (-day / habits.mending).exp());
    let cycle = Cycle { load, hour, day, broken, hiccups: all * habits.hiccups };
    let [soon, later] = [BACK_OFF[0], BACK_OFF[1]].map(|wait| days(micros(wait)));
    let again = days(micros(RECHECK_AFTER));

    // Real failures and hiccups; a second failure restarts the sequence.
    let (none, before) = ((-broken).exp(), after - broken);
    let real = |part: f64| ((-after * part).exp() - none * (-before * part).exp()) / (1.0 - none);
    let hiccup = |part: f64| (-before * part).exp();
    let mut failures = 0.0;
    if broken > 0.0 {
        failures += (1.0 - none) * cycle.sequence(&[again, soon, soon, later], 2, 0.0, &real);
    }
    failures +=
        none * (1.0 - (-cycle.hiccups).exp()) * cycle.sequence(&[again, soon, later], 1, 0.0, &hiccup);

    // Directory changes of the mailboxes still in need at some moment after the sweep.
    let (mut told_of, mut changes) = (0.0, 0.0);
    for moment in 0..MOMENTS {
        let since = (f64::from(moment) + 0.5) / f64::from(MOMENTS) * day;
        let left = after * (-since / habits.mending).exp();
        let often =
            syncs * (1.0 - (-left * habits.shown / habits.mending / syncs).exp()) / f64::from(MOMENTS);
        told_of += often;
        changes += often * cycle.sequence(&[0.0, soon, later], 1, since, &|part: f64| (-left * part).exp());
    }
    // A repair that a check finds before it appears in the directory starts no further checks.
    let mut still = 1.0;
    for _ in 0..8 {
        let before = FIRST * (sweeps * failures + still * changes) / syncs;
        still = if before > 0.0 { (1.0 - (-before).exp()) / before } else { 1.0 };
    }
    Rates { checks: sweeps * failures + still * changes, told_of: still * told_of }
}

impl Cycle<'_> {
    /// The checks of a sequence with these first waits that begins `since` days after a sweep. The first `certain`
    /// ones always have a mailbox to check; `none` is the probability that such a share of the mailboxes in need
    /// contains none.
    fn sequence(&self, first: &[f64], certain: usize, since: f64, none: &dyn Fn(f64) -> f64) -> f64 {
        let habits = &self.load.habits;
        let waits = first.iter().copied().chain(std::iter::repeat(days(micros(BACK_OFF[2])))).take(CHECKS);
        let (mut at, mut before, mut sum) = (0.0, 0.0, 0.0);
        for (check, wait) in waits.enumerate() {
            at += spread_on_average(wait);
            // Later sweeps find nothing, and the directory has shown no repair, which takes half an hour.
            let quiet = (-(self.broken + self.hiccups) * ((since + at) / self.day).floor()).exp();
            let shown = habits.shown * (1.0 - (-(at - self.hour / 2.0).max(0.0) / habits.mending).exp());
            // Mailboxes that were not repaired before the last check are still in need.
            let unrepaired = (-before / habits.mending).exp();
            let empty = if check < certain { 0.0 } else { none(shown + unrepaired) };
            sum += quiet * (none(shown) - empty);
            before = at;
        }
        sum
    }
}
