//! From an answer that is not a success to a [`Failure`]: the only place that knows Microsoft's codes.
//!
//! Entra ID and Graph speak differently, so each has its table: [`entra`] goes by the numbers in
//! `error_codes`, [`graph`] by the code's name. Both fall back on what is coarser (`error`, the HTTP status)
//! and end in [`Class::Unknown`](crate::Class::Unknown). Microsoft's messages are read only where the code
//! alone is ambiguous, and are never kept: they name people.

pub(crate) mod entra;
pub(crate) mod graph;
