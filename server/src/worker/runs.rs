//! Works on runs: claims them by lease, sends requests to Microsoft, and settles results through the store.
//!
//! Nothing is written when work on a mailbox starts: a request is harmless and can be repeated, so a crash at any point
//! costs at most a few repeated requests. Results are written in batches; each batch checks the lease, and a process
//! that has lost it writes nothing.

mod concurrency;
mod context;
mod people;
mod probe;
mod purposes;
mod release;
mod rules;
mod runner;
mod sync;
mod tenant_check;

pub use probe::REPEATED_AFTER_CRASH;
pub use runner::Runner;
