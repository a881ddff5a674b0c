//! Limits: the load that each allows, and the remedy when it is reached.

use domain::{
    ids::Millis,
    schedule::{MAX_STARTS_PER_POLL, POLL_EVERY, SCHEDULED_PERMITS, SPREAD_DIVISOR, SWEEP_EVERY, SYNC_EVERY},
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

/// A load, and the largest load that is allowed.
#[derive(Clone, Debug)]
pub(crate) struct Limit {
    pub(crate) name: &'static str,
    pub(crate) load: f64,
    pub(crate) max: f64,
    pub(crate) unit: &'static str,
    pub(crate) remedy: &'static str,
}

impl Limit {
    pub(crate) fn is_broken(&self) -> bool {
        self.load > self.max
    }

    /// The used share of the limit.
    pub(crate) fn used(&self) -> f64 {
        self.load / self.max
    }
}

/// Nine tenths of the permits, and eight tenths of a writer's time: beyond that queues grow out of proportion.
const PERMITS_USED: f64 = 0.9;
const WRITING: f64 = 0.8;

/// Limits after an outage, when all organisations are due at once.
pub(crate) fn after_outage(fleet: &Fleet) -> Vec<Limit> {
    let (from, to) = fleet.plan.outage.unwrap_or_default();
    let late = &fleet.tally.sync_late[phase(from)];
    vec![
        Limit {
            name: "Microsoft: the same, after an outage",
            load: fleet.microsoft.peak_requests(from, fleet.plan.until),
            max: facts::CEILING,
            unit: "",
            remedy: "fewer permits in each replica (`SCHEDULED_PERMITS`), or a limiter for all replicas",
        },
        Limit {
            name: "last sync after an outage",
            load: late.max() - seconds(to - from),
            max: spread(SYNC_EVERY),
            unit: "s",
            remedy: "another replica; separate permits for syncs",
        },
    ]
}

/// The allowed lateness, in seconds.
fn spread(wait: Millis) -> f64 {
    seconds(micros(wait)) / SPREAD_DIVISOR as f64
}

/// Limits that can be calculated without a simulation.
pub(crate) fn on_paper(plan: &Plan) -> Vec<Limit> {
    all(plan, &paper::figures(plan), None)
}

/// All limits for a day's figures. Those of an outage, of lateness and of directory units need the simulation.
pub(crate) fn all(plan: &Plan, figures: &Figures, fleet: Option<&Fleet>) -> Vec<Limit> {
    let deployment = &plan.deployment;
    let replicas = deployment.replicas as f64;
    let limit = |name, load, max, unit, remedy| Limit { name, load, max, unit, remedy };
    let starts = (figures.syncs + figures.checks + figures.sweeps) / 86_400.0;
    let poll = micros(POLL_EVERY) as f64 / 1e6
        + MAX_STARTS_PER_POLL as f64 * seconds(facts::TRANSACTION + 3 * facts::ROW);
    let mut limits = vec![
        limit(
            "Microsoft: requests in 10 s",
            figures.peak,
            facts::CEILING,
            "",
            "a limiter for all replicas; several app registrations, after talking to Microsoft; rarer sweeps",
        ),
        limit(
            "permits of scheduled runs",
            figures.permits(),
            SCHEDULED_PERMITS as f64 * replicas * PERMITS_USED,
            "",
            "another replica, up to four with as many `SCHEDULED_PERMITS`; on SQLite first PostgreSQL",
        ),
        limit(
            "time of the database's writers",
            100.0 * figures.busy(deployment),
            100.0 * WRITING,
            "%",
            "write an unchanged check once per page; then a larger database, then several databases",
        ),
        limit(
            "organisations started a second",
            starts,
            MAX_STARTS_PER_POLL as f64 * replicas / poll * PERMITS_USED,
            "",
            "more starts in each poll (`MAX_STARTS_PER_POLL`), or another replica",
        ),
        limit(
            "tokens in one process",
            figures.cached_tokens / replicas,
            facts::TOKENS,
            "",
            "a larger cache (`microsoft/src/token/cache.rs`), at 2 kB per token; or another replica",
        ),
        limit(
            "the database's disk",
            Storage::of(&plan.load, figures, deployment).total() / 1e9,
            deployment.disk / 1e9,
            "GB",
            "a retention for runs with findings and for events of unchanged syncs; a larger disk; then partitions",
        ),
    ];
    if let Some(fleet) = fleet {
        if plan.outage.is_some() {
            limits.splice(1..1, after_outage(fleet));
        }
        limits.push(limit(
            "lateness of a sync, p99",
            fleet.tally.sync_late[0].quantile(0.99),
            spread(SYNC_EVERY),
            "s",
            "the remedy of the limit above that is exceeded",
        ));
        limits.push(limit(
            "lateness of a sweep, p99",
            fleet.tally.sweep_late[0].quantile(0.99),
            spread(SWEEP_EVERY),
            "s",
            "one run per organisation: more requests in flight for it (`IN_FLIGHT`), as far as Exchange permits",
        ));
        limits.push(limit(
            "Microsoft: directory units in 20 s",
            fleet.microsoft.peak_units(0, plan.until),
            facts::APP_UNITS,
            "",
            "rarer syncs of organisations without changes",
        ));
    }
    limits
}
