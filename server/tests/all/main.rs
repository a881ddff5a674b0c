//! The server's tests: `runs` tests runs against the simulator, `routes` mirrors the URL tree, `live` tests the stream.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod doctor;
mod live;
mod routes;
mod runs;
mod support;
