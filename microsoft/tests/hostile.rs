//! The client against a hostile or foreign server: every answer costs bounded time and memory, and ends in a
//! classified failure.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop there; helpers are not `#[test]`s"
)]

#[path = "hostile/cases.rs"]
mod cases;
#[path = "hostile/server.rs"]
mod server;
