//! Input of the simulation: the fleet with its daily changes, and its deployment.
//!
//! The figures of Microsoft and the database are known (`facts.rs`). The behaviour of people is assumed, only here.

use crate::{facts, moment::Micros};

/// The fleet.
#[derive(Clone, Debug)]
pub(crate) struct Load {
    pub(crate) organisations: u32,
    /// Mailboxes of each organisation, all of them connected.
    pub(crate) mailboxes: u32,
    pub(crate) habits: Habits,
}

/// Changes in a day, as a share of all mailboxes or organisations.
#[derive(Clone, Debug)]
pub(crate) struct Habits {
    pub(crate) hires: f64,
    pub(crate) leavers: f64,
    /// People whose entry in the directory changes.
    pub(crate) changes: f64,
    pub(crate) breakages: f64,
    /// Mailboxes that fail one check but not the next, per check.
    pub(crate) hiccups: f64,
    /// Days until a broken mailbox is repaired.
    pub(crate) mending: f64,
    /// Share of the repairs that appear in the directory, such as a licence that was assigned again.
    pub(crate) shown: f64,
    /// Organisations that withdraw consent.
    pub(crate) withdrawals: f64,
    /// Days until they give it again.
    pub(crate) returning: f64,
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            hires: 0.0005,
            leavers: 0.0005,
            changes: 0.009,
            breakages: 0.0005,
            hiccups: 0.0001,
            mending: 1.0,
            shown: 0.5,
            withdrawals: 0.001,
            returning: 1.0,
        }
    }
}

impl Load {
    pub(crate) fn all(&self) -> f64 {
        f64::from(self.organisations) * f64::from(self.mailboxes)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// The servers and the database of the fleet.
#[derive(Clone, Debug)]
pub(crate) struct Deployment {
    pub(crate) engine: Engine,
    pub(crate) replicas: usize,
    /// Bytes of the database's disk.
    pub(crate) disk: f64,
}

impl Deployment {
    pub(crate) fn name(&self) -> String {
        match (self.engine, self.replicas) {
            (Engine::Sqlite, _) => "SQLite, 1 process".to_owned(),
            (Engine::Postgres, 1) => "PostgreSQL, 1 replica".to_owned(),
            (Engine::Postgres, n) => format!("PostgreSQL, {n} replicas"),
        }
    }

    pub(crate) const fn writers(&self) -> usize {
        match self.engine {
            Engine::Sqlite => 1,
            Engine::Postgres => facts::POSTGRES_WRITERS,
        }
    }
}

/// The parameters of one simulation.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) load: Load,
    pub(crate) deployment: Deployment,
    pub(crate) seed: u64,
    pub(crate) until: Micros,
    /// Outage of Microsoft: from, to.
    pub(crate) outage: Option<(Micros, Micros)>,
}
