//! Limits on the time and the size of an answer.

use std::time::Duration;

/// Limits on the time and the size of any answer. [`Limits::default`] is for Microsoft; tests of hostile servers use
/// lower limits.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Time to establish a connection.
    pub connect: Duration,
    /// Longest time without data within an answer.
    pub silence: Duration,
    /// One attempt, from the first byte sent to the last received.
    pub attempt: Duration,
    /// One call: all its attempts and all the waits between them.
    pub call: Duration,
    /// Bytes of an answer's body, after decompression.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            silence: Duration::from_secs(15),
            attempt: Duration::from_secs(30),
            call: Duration::from_secs(60),
            // A page of 999 users with all plans of Microsoft 365 E5 and everything else we select has 14 MB.
            body: 32 * 1024 * 1024,
        }
    }
}
