//! The server's tests. `store` runs every test on SQLite and on PostgreSQL; `runs` works against the simulator;
//! `routes` mirrors the URL tree; `live` is about the stream between them.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod doctor;
mod live;
mod routes;
mod runs;
mod store;
mod support;
