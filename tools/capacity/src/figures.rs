//! The figures of a day, for the simulation and for the closed form.

use domain::schedule::SCHEDULED_PERMITS;

use crate::{
    facts::{self, EVENT_RETENTION, RUN_RETENTION, VISIBLE_RETENTION},
    fleet::Fleet,
    load::{Deployment, Engine, Load},
    moment::{micros, seconds},
    tally::Day,
};

#[derive(Clone, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) syncs: f64,
    pub(crate) checks: f64,
    pub(crate) sweeps: f64,
    pub(crate) tokens: f64,
    pub(crate) probes: f64,
    pub(crate) delta_pages: f64,
    pub(crate) batches: f64,
    pub(crate) parts: f64,
    pub(crate) transactions: f64,
    pub(crate) rows: f64,
    pub(crate) events: f64,
    /// Runs that ended and appear in lists.
    pub(crate) listed: f64,
    pub(crate) audits: f64,
    /// Seconds for which writers were busy, and for which permits were taken.
    pub(crate) writing: f64,
    pub(crate) placed: f64,
    /// Tokens in all caches.
    pub(crate) cached_tokens: f64,
    /// The largest number of requests to Graph in ten seconds.
    pub(crate) peak: f64,
}

const DAY: f64 = 86_400.0;

impl Figures {
    /// The figures of a simulated day.
    pub(crate) fn of(fleet: &Fleet, day: usize) -> Self {
        let a_day = micros(domain::schedule::DAY);
        let (from, to) = (day as u64 * a_day, (day as u64 + 1) * a_day);
        let Day { tokens, probes, delta_pages, batches, parts, transactions, rows, events, .. } =
            fleet.tally.of_day(day);
        let Day { writing, placed, syncs, checks, sweeps, listed, audits, .. } = fleet.tally.of_day(day);
        let end = to.min(fleet.plan.until);
        Self {
            syncs: syncs as f64,
            checks: checks as f64,
            sweeps: sweeps as f64,
            tokens: tokens as f64,
            probes: probes as f64,
            delta_pages: delta_pages as f64,
            batches: batches as f64,
            parts: parts as f64,
            transactions: transactions as f64,
            rows: rows as f64,
            events: events as f64,
            listed: listed as f64,
            audits: audits as f64,
            writing: seconds(writing),
            placed: seconds(placed),
            cached_tokens: fleet.microsoft.cached_tokens(end),
            peak: fleet.microsoft.peak_requests(from, to),
        }
    }

    /// Scales the counts of a part of a day to a whole day.
    pub(crate) fn by_day(self, part: f64) -> Self {
        let of = |count: f64| count / part;
        Self {
            syncs: of(self.syncs),
            checks: of(self.checks),
            sweeps: of(self.sweeps),
            tokens: of(self.tokens),
            probes: of(self.probes),
            delta_pages: of(self.delta_pages),
            batches: of(self.batches),
            parts: of(self.parts),
            transactions: of(self.transactions),
            rows: of(self.rows),
            events: of(self.events),
            listed: of(self.listed),
            audits: of(self.audits),
            writing: of(self.writing),
            placed: of(self.placed),
            ..self
        }
    }

    /// Requests to Graph as Microsoft counts them.
    pub(crate) fn requests(&self) -> f64 {
        self.probes + self.delta_pages + self.parts
    }

    /// Permits that are taken on average.
    pub(crate) fn permits(&self) -> f64 {
        self.placed / DAY
    }

    /// Share of the time for which the database's writers are busy.
    pub(crate) fn busy(&self, deployment: &Deployment) -> f64 {
        self.writing / DAY / deployment.writers() as f64
    }

    /// Replicas needed for the permits, with a third of the permits in reserve.
    pub(crate) fn replicas(&self) -> f64 {
        (self.permits() / (SCHEDULED_PERMITS as f64 * 2.0 / 3.0)).ceil().max(1.0)
    }

    /// Busy cores of all replicas, at most.
    pub(crate) fn cores(&self) -> f64 {
        self.parts / DAY * facts::CORE
    }
}

/// Content of the database, in rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Storage {
    pub(crate) mailboxes: f64,
    pub(crate) events: f64,
    pub(crate) runs: f64,
    pub(crate) audits: f64,
    pub(crate) bytes: facts::Bytes,
}

impl Storage {
    pub(crate) fn of(load: &Load, figures: &Figures, deployment: &Deployment) -> Self {
        let quiet = figures.syncs + figures.checks + figures.sweeps - figures.listed;
        Self {
            mailboxes: load.all(),
            events: figures.events * EVENT_RETENTION,
            runs: figures.listed * VISIBLE_RETENTION + quiet.max(0.0) * RUN_RETENTION,
            audits: figures.audits * VISIBLE_RETENTION,
            bytes: match deployment.engine {
                Engine::Sqlite => facts::SQLITE,
                Engine::Postgres => facts::POSTGRES,
            },
        }
    }

    pub(crate) fn total(&self) -> f64 {
        let Self { mailboxes, events, runs, audits, bytes } = self;
        mailboxes * bytes.mailbox + events * bytes.event + runs * bytes.run + audits * bytes.audit
    }
}
