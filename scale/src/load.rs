//! What is simulated: the fleet with what happens in it every day, and what serves it.
//!
//! What Microsoft and the database do is known (`facts.rs`). What people do is assumed, here and nowhere else.

use crate::{facts, moment::Micros};

/// The fleet.
#[derive(Clone, Debug)]
pub(crate) struct Load {
    pub(crate) organisations: u32,
    /// Of each organisation, all of them connected.
    pub(crate) mailboxes: u32,
    pub(crate) habits: Habits,
}

/// What happens in a day, as a part of all mailboxes or organisations.
#[derive(Clone, Debug)]
pub(crate) struct Habits {
    pub(crate) hires: f64,
    pub(crate) leavers: f64,
    /// People whose entry in the directory changes.
    pub(crate) changes: f64,
    pub(crate) breakages: f64,
    /// Mailboxes that fail one check and not the next, by check.
    pub(crate) hiccups: f64,
    /// Days until a broken mailbox is mended.
    pub(crate) mending: f64,
    /// Of what is mended, how much shows in the directory: a licence that is back.
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

/// What serves the fleet.
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

/// What one run of the simulation is about.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) load: Load,
    pub(crate) deployment: Deployment,
    pub(crate) seed: u64,
    pub(crate) until: Micros,
    /// When Microsoft is away: from, to.
    pub(crate) outage: Option<(Micros, Micros)>,
}
