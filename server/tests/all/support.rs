//! A complete server for tests, and a client of its live stream.

#[path = "../shared/pages.rs"]
pub(crate) mod pages;
pub(crate) mod stream;
pub(crate) mod test_server;
pub(crate) mod text;
