//! Measurements, each a table on standard output. They judge nothing: a busy machine is no failure.

pub(crate) mod fair;
pub(crate) mod live;
pub(crate) mod probe;
mod report;
pub(crate) mod sync;
pub(crate) mod table;
