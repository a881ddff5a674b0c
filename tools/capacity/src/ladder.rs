//! Searches for the size at which a limit breaks: doubles the size each time, then bisects.

use crate::{
    figures::Figures,
    fleet::Fleet,
    limits::{self, Limit},
    load::{Deployment, Load, Plan},
    moment::{Micros, days},
};

/// The quantity that grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Growth {
    Organisations,
    Mailboxes,
}

impl Growth {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Organisations => "more organisations",
            Self::Mailboxes => "larger organisations",
        }
    }

    fn of(self, load: &Load, factor: f64) -> Load {
        let times = |n: u32| (f64::from(n) * factor).round().max(1.0) as u32;
        match self {
            Self::Organisations => Load { organisations: times(load.organisations), ..load.clone() },
            Self::Mailboxes => Load { mailboxes: times(load.mailboxes), ..load.clone() },
        }
    }
}

/// One step: the growth factor, and the result.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) factor: f64,
    pub(crate) load: Load,
    pub(crate) limits: Vec<Limit>,
}

impl Step {
    fn holds(&self) -> bool {
        self.broken().next().is_none()
    }

    pub(crate) fn broken(&self) -> impl Iterator<Item = &Limit> {
        self.limits.iter().filter(|limit| limit.is_broken())
    }
}

/// The parameters of a search.
#[derive(Clone, Debug)]
pub(crate) struct Climb {
    pub(crate) load: Load,
    pub(crate) deployment: Deployment,
    pub(crate) growth: Growth,
    pub(crate) seed: u64,
    /// Virtual time of each step.
    pub(crate) time: Micros,
    /// With an outage, only the limits after it are tested.
    pub(crate) outage: Option<(Micros, Micros)>,
    pub(crate) max: f64,
}

/// Halvings between the last size that holds and the first that does not: within a tenth.
const HALVINGS: u32 = 3;

impl Climb {
    pub(crate) fn step(&self, factor: f64) -> Step {
        let load = self.growth.of(&self.load, factor);
        let (deployment, seed) = (self.deployment.clone(), self.seed);
        let plan = Plan { load: load.clone(), deployment, seed, until: self.time, outage: self.outage };
        let mut fleet = Fleet::new(plan.clone());
        fleet.run();
        let figures = Figures::of(&fleet, 0).by_day(days(self.time));
        let limits = match self.outage {
            Some(_) => limits::after_outage(&fleet),
            None => limits::all(&plan, &figures, Some(&fleet)),
        };
        Step { factor, load, limits }
    }

    /// The smallest size that breaks a limit, with the broken limits; `None` if no limit breaks.
    pub(crate) fn first(&self) -> Option<Step> {
        let (mut holds, mut factor) = (0.0, 1.0);
        let mut broken = loop {
            let step = self.step(factor);
            if !step.holds() {
                break step;
            }
            (holds, factor) = (factor, factor * 2.0);
            if factor > self.max {
                return None;
            }
        };
        for _ in 0..HALVINGS {
            let step = self.step(f64::midpoint(holds, broken.factor));
            match step.holds() {
                true => holds = step.factor,
                false => broken = step,
            }
        }
        Some(broken)
    }
}

/// The largest growth factor in closed form.
pub(crate) const MAX_ON_PAPER: f64 = 100.0;

/// Growth factor of organisations that this limit allows, in closed form; `None` if it does not break.
pub(crate) fn on_paper(plan: &Plan, limit: usize) -> Option<f64> {
    let (mut holds, mut breaks) = (0.0, MAX_ON_PAPER);
    for _ in 0..24 {
        let factor = f64::midpoint(holds, breaks);
        let load = Growth::Organisations.of(&plan.load, factor);
        let limits = limits::on_paper(&Plan { load, ..plan.clone() });
        match limits.get(limit).is_some_and(Limit::is_broken) {
            true => breaks = factor,
            false => holds = factor,
        }
    }
    (breaks < MAX_ON_PAPER).then_some(holds)
}
