//! Measurements, each printed as a table. Only `updates` has limits: a slow result on a busy machine is no failure.

mod browser;
pub(crate) mod fair;
pub(crate) mod live;
pub(crate) mod probe;
mod report;
pub(crate) mod scale;
pub(crate) mod sync;
pub(crate) mod table;
pub(crate) mod updates;
