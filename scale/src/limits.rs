//! Limits: what each allows, and what is to be done when it is reached.

use domain::{
    cadence::{LOOK_EVERY, SPREAD, STARTS, SWEEP_EVERY, SYNC_EVERY, WATCH_PLACES},
    ids::Millis,
};

use crate::{
    facts,
    figures::{Figures, Storage},
    fleet::Fleet,
    load::Plan,
    moment::{micros, seconds},
    paper,
    tally::phase,
};

/// A load beside what can be carried.
#[derive(Clone, Debug)]
pub(crate) struct Limit {
    pub(crate) name: &'static str,
    pub(crate) load: f64,
    pub(crate) most: f64,
    pub(crate) unit: &'static str,
    pub(crate) remedy: &'static str,
}

impl Limit {
    pub(crate) fn is_broken(&self) -> bool {
        self.load > self.most
    }

    /// How much of it is used.
    pub(crate) fn used(&self) -> f64 {
        self.load / self.most
    }
}

/// Nine tenths of the places, and eight tenths of a writer's time: beyond that queues grow out of proportion.
const PLACES_USED: f64 = 0.9;
const WRITING: f64 = 0.8;

/// Everybody comes back when Microsoft does.
pub(crate) fn herd(fleet: &Fleet) -> Vec<Limit> {
    let (from, to) = fleet.plan.outage.unwrap_or_default();
    let late = &fleet.tally.sync_late[phase(from)];
    vec![
        Limit {
            name: "Microsoft: the same, after an outage",
            load: fleet.microsoft.peak_requests(from, fleet.plan.until),
            most: facts::CEILING,
            unit: "",
            remedy: "fewer places in each replica (`WATCH_PLACES`), or a gate for all replicas",
        },
        Limit {
            name: "last sync after an outage",
            load: late.max() - seconds(to - from),
            most: spread(SYNC_EVERY),
            unit: "s",
            remedy: "another replica; places of their own for syncs",
        },
    ]
}

/// How much later something may be.
fn spread(wait: Millis) -> f64 {
    seconds(micros(wait)) / SPREAD as f64
}

/// Those that can be told without a simulation.
pub(crate) fn on_paper(plan: &Plan) -> Vec<Limit> {
    all(plan, &paper::figures(plan), None)
}

/// All limits for a day's figures. Peaks and lateness only the simulation knows.
pub(crate) fn all(plan: &Plan, figures: &Figures, fleet: Option<&Fleet>) -> Vec<Limit> {
    let deployment = &plan.deployment;
    let replicas = deployment.replicas as f64;
    let limit = |name, load, most, unit, remedy| Limit { name, load, most, unit, remedy };
    let starts = (figures.syncs + figures.checks + figures.sweeps) / 86_400.0;
    let look = micros(LOOK_EVERY) as f64 / 1e6 + STARTS as f64 * seconds(facts::TRANSACTION + 3 * facts::ROW);
    let mut limits = vec![
        limit(
            "Microsoft: requests in 10 s",
            figures.peak,
            facts::CEILING,
            "",
            "a gate for all replicas; several app registrations, after talking to Microsoft; rarer sweeps",
        ),
        limit(
            "places of what nobody asked for",
            figures.places(),
            WATCH_PLACES as f64 * replicas * PLACES_USED,
            "",
            "another replica, up to four with as many `WATCH_PLACES`; on SQLite first PostgreSQL",
        ),
        limit(
            "time of the database's writers",
            100.0 * figures.busy(deployment),
            100.0 * WRITING,
            "%",
            "settle a page of an unchanged check at once; then a larger database, then workspaces on several",
        ),
        limit(
            "organisations started a second",
            starts,
            STARTS as f64 * replicas / look * PLACES_USED,
            "",
            "more of them a look (`STARTS`), or another replica",
        ),
        limit(
            "tokens in one process",
            figures.tokens_kept / replicas,
            facts::TOKENS,
            "",
            "more of them in `microsoft/src/token/cache.rs`, at 2 kB each; or another replica",
        ),
        limit(
            "the database's disk",
            Storage::of(&plan.load, figures, deployment).total() / 1e9,
            deployment.disk / 1e9,
            "GB",
            "an end for runs that found something and for quiet syncs' events; a larger disk; then partitions",
        ),
    ];
    if let Some(fleet) = fleet {
        if plan.outage.is_some() {
            limits.splice(1..1, herd(fleet));
        }
        limits.push(limit(
            "lateness of a sync, p99",
            fleet.tally.sync_late[0].quantile(0.99),
            spread(SYNC_EVERY),
            "s",
            "what is scarce above",
        ));
        limits.push(limit(
            "lateness of a sweep, p99",
            fleet.tally.sweep_late[0].quantile(0.99),
            spread(SWEEP_EVERY),
            "s",
            "one organisation is one run's: more requests in flight for it (`IN_FLIGHT`), as far as Exchange lets them",
        ));
        limits.push(limit(
            "Microsoft: directory units in 20 s",
            fleet.microsoft.peak_units(0, plan.until),
            facts::APP_UNITS,
            "",
            "rarer syncs of organisations in which nothing happens",
        ));
    }
    limits
}
