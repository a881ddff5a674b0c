//! The connections that this process can hold, from the system's limit of open files.

use nix::sys::resource::{Resource, getrlimit, setrlimit};

/// Files for everything but connections of clients: database, listeners, requests to Microsoft and to webhooks.
const OTHERS: u64 = 96;
/// A connection may have a second file open: the asset that it sends.
const FILES_PER_CONNECTION: u64 = 2;
/// Connections that streams leave free: for pages, health checks, and requests of the host.
const NOT_FOR_STREAMS: usize = 32;
/// Each connection costs memory too.
const MOST: u64 = 20_000;
const FEWEST: u64 = 48;

/// The connections that a process holds at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    pub connections: usize,
    /// Of these, connections for live streams.
    pub streams: usize,
}

impl Capacity {
    /// Raises the process's limit of open files as far as the system permits it, and takes the rest from that.
    #[must_use]
    pub fn of_process() -> Self {
        let files = getrlimit(Resource::RLIMIT_NOFILE).map_or(1_024, |(soft, hard)| {
            let wanted = hard.min(FILES_PER_CONNECTION * MOST + OTHERS);
            match wanted > soft && setrlimit(Resource::RLIMIT_NOFILE, wanted, hard).is_ok() {
                true => wanted,
                false => soft,
            }
        });
        Self::of_files(files)
    }

    fn of_files(files: u64) -> Self {
        let connections = (files.saturating_sub(OTHERS) / FILES_PER_CONNECTION).clamp(FEWEST, MOST);
        let connections = usize::try_from(connections).unwrap_or(usize::MAX);
        Self { connections, streams: connections - NOT_FOR_STREAMS }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_connections_are_not_for_streams() {
        assert_eq!(Capacity::of_files(256), Capacity { connections: 80, streams: 48 });
        assert_eq!(Capacity::of_files(10), Capacity { connections: 48, streams: 16 });
        assert_eq!(Capacity::of_files(u64::MAX).connections, 20_000);
    }
}
