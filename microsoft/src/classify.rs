//! Conversion of error answers into a [`Failure`](crate::Failure): the only module that knows Microsoft's codes.
//!
//! Entra ID and Graph have different error formats, so each has its table: [`entra`] uses the numbers in
//! `error_codes`, [`graph`] the name of the code. Both fall back on coarser facts (`error`, the HTTP status) and
//! finally on [`Class::Unknown`](crate::Class::Unknown). Microsoft's messages are read only where the code alone is
//! ambiguous, and are never stored: they name people.

pub(crate) mod entra;
pub(crate) mod graph;
