//! Runs at work: claim by lease, ask Microsoft, settle through the store.
//!
//! Nothing is written when work on a mailbox starts: asking is harmless and can be repeated, so a crash at any
//! point costs at most a few repeated questions. What was found out is written in batches; each batch proves the
//! lease, and whoever has lost it drops everything.

mod expiry;
mod outage;
mod people;
mod places;
pub(crate) mod preflight;
mod probe;
mod release;
mod rules;
mod runner;
mod schedule;
mod sync;
mod translate;

pub(crate) use expiry::ending;
pub use probe::REPEATED_AFTER_CRASH;
pub use runner::Runner;
pub(crate) use translate::tenant_reason;
