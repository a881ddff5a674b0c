//! A complete server for tests, and a client of its live stream.

pub(crate) mod stream;
pub(crate) mod test_server;
