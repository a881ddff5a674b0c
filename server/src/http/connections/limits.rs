//! The time limits of a connection.

use std::time::Duration;

/// How long a client may take, and how many there may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub connections: usize,
    /// From the first byte of a request (or from the connection) to the end of its head.
    pub head: Duration,
    /// Between two parts of a request's body.
    pub part: Duration,
    /// For a request's body.
    pub body: Duration,
    /// Between two requests of a connection. Longer than the minute after which proxies close theirs.
    pub idle: Duration,
    /// For an answer, except live streams.
    pub answer: Duration,
    /// Between two bytes that a client accepts.
    pub write: Duration,
    /// For the rest of a request's body at a stop.
    pub stop: Duration,
}

impl Limits {
    /// The limits for a number of connections.
    #[must_use]
    pub const fn of(connections: usize) -> Self {
        Self {
            connections,
            head: Duration::from_secs(15),
            part: Duration::from_secs(15),
            body: Duration::from_secs(2 * 60),
            idle: Duration::from_secs(65),
            answer: Duration::from_secs(10 * 60),
            write: Duration::from_secs(60),
            stop: Duration::from_secs(2),
        }
    }
}
