//! Measurements, each a table on standard output. They judge nothing, for a busy machine is no failure; only `updates`
//! has limits.

mod browser;
pub(crate) mod fair;
pub(crate) mod live;
pub(crate) mod probe;
mod report;
pub(crate) mod scale;
pub(crate) mod sync;
pub(crate) mod table;
pub(crate) mod updates;
