//! How often the mailboxes of one organisation that need attention are checked.
//!
//! A sweep finds those that broke since the last one, and from then on they are fewer and fewer, until the next sweep:
//! so many, at most, as if drawn by lot around a mean that falls. What a sweep finds, and what the directory tells of
//! somebody in need, begins a sequence of checks, which ends when another begins or when nobody is in need any more.

use domain::cadence::{BACK_OFF, SUSPICION, SWEEP_EVERY, SYNC_EVERY};

use crate::{
    load::Load,
    moment::{days, micros},
    organisation::spread_on_average,
};

/// Checks a day, and how often the directory tells of somebody in need.
pub(super) struct Rates {
    pub(super) checks: f64,
    pub(super) told_of: f64,
}

/// Moments between two sweeps at which the directory is thought to tell of somebody.
const MOMENTS: u32 = 24;
/// Checks that are reckoned of one sequence: the last ones are days away.
const CHECKS: usize = 14;
/// Of all checks, those that can find somebody mended before the directory tells: about as many follow another one
/// within minutes.
const FIRST: f64 = 0.5;

/// One organisation with what happens in it between two sweeps, times in days.
struct Cycle<'a> {
    load: &'a Load,
    hour: f64,
    day: f64,
    /// Mailboxes that a sweep finds broken, and those of which it only thinks so.
    broken: f64,
    hiccups: f64,
}

/// A day of an organisation that is synced and swept so often.
pub(super) fn rates(load: &Load, syncs: f64, sweeps: f64) -> Rates {
    let (habits, all) = (&load.habits, f64::from(load.mailboxes));
    let [hour, day] = [SYNC_EVERY, SWEEP_EVERY].map(|wait| spread_on_average(days(micros(wait))));
    let broken = all * habits.breakages * day;
    let after = broken / (1.0 - (-day / habits.mending).exp());
    let cycle = Cycle { load, hour, day, broken, hiccups: all * habits.hiccups };
    let [soon, later] = [BACK_OFF[0], BACK_OFF[1]].map(|wait| days(micros(wait)));
    let again = days(micros(SUSPICION));

    // Failures, rightly or not; at a second failure the sequence begins anew.
    let (none, before) = ((-broken).exp(), after - broken);
    let rightly = |part: f64| ((-after * part).exp() - none * (-before * part).exp()) / (1.0 - none);
    let wrongly = |part: f64| (-before * part).exp();
    let mut failures = 0.0;
    if broken > 0.0 {
        failures += (1.0 - none) * cycle.sequence(&[again, soon, soon, later], 2, 0.0, &rightly);
    }
    failures +=
        none * (1.0 - (-cycle.hiccups).exp()) * cycle.sequence(&[again, soon, later], 1, 0.0, &wrongly);

    // News of those who are left at some moment after the sweep.
    let (mut told_of, mut news) = (0.0, 0.0);
    for moment in 0..MOMENTS {
        let since = (f64::from(moment) + 0.5) / f64::from(MOMENTS) * day;
        let left = after * (-since / habits.mending).exp();
        let often =
            syncs * (1.0 - (-left * habits.shown / habits.mending / syncs).exp()) / f64::from(MOMENTS);
        told_of += often;
        news += often * cycle.sequence(&[0.0, soon, later], 1, since, &|part: f64| (-left * part).exp());
    }
    // What a check has found to be mended before the directory tells of it is no news any more.
    let mut still = 1.0;
    for _ in 0..8 {
        let before = FIRST * (sweeps * failures + still * news) / syncs;
        still = if before > 0.0 { (1.0 - (-before).exp()) / before } else { 1.0 };
    }
    Rates { checks: sweeps * failures + still * news, told_of: still * told_of }
}

impl Cycle<'_> {
    /// The checks of a sequence with these first waits that begins so long after a sweep. At the first few there
    /// certainly is somebody; `none` says how likely it is that nobody is among such a part of those in need.
    fn sequence(&self, first: &[f64], certain: usize, since: f64, none: &dyn Fn(f64) -> f64) -> f64 {
        let habits = &self.load.habits;
        let waits = first.iter().copied().chain(std::iter::repeat(days(micros(BACK_OFF[2])))).take(CHECKS);
        let (mut at, mut before, mut sum) = (0.0, 0.0, 0.0);
        for (check, wait) in waits.enumerate() {
            at += spread_on_average(wait);
            // Later sweeps find nothing, and the directory has told of nobody, which takes it half an hour.
            let quiet = (-(self.broken + self.hiccups) * ((since + at) / self.day).floor()).exp();
            let told = habits.shown * (1.0 - (-(at - self.hour / 2.0).max(0.0) / habits.mending).exp());
            // Whoever was not mended by the check before is still in need.
            let ill = (-before / habits.mending).exp();
            let nobody = if check < certain { 0.0 } else { none(told + ill) };
            sum += quiet * (none(told) - nobody);
            before = at;
        }
        sum
    }
}
