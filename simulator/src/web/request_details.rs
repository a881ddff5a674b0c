//! Details of a request that its handler reports to the middleware.

use crate::directory::throttle::Target;

/// Response extension: details of the request, for the log.
#[derive(Debug, Clone, Default)]
pub(crate) struct RequestDetails {
    pub(crate) tenant: Option<String>,
    pub(crate) mailbox: Option<String>,
    /// The wait that this answer announced, in seconds.
    pub(crate) retry_after: Option<f64>,
    /// The announced waits that apply to a whole service of the tenant, including those of batch parts.
    pub(crate) announced: Vec<(Target, f64)>,
    /// Whether the request arrived within such a wait.
    pub(crate) early: bool,
    /// The name of the injected kind of chaos.
    pub(crate) chaos: Option<&'static str>,
    /// The damage to the answer in transit.
    pub(crate) damage: Option<Damage>,
    /// Whether the latency was already applied.
    pub(crate) waited: bool,
}

/// The damage to an answer in transit to the client.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Damage {
    /// The connection ends before the first byte.
    Dropped,
    /// The connection ends in the middle of a body with `Content-Length`.
    CutShort,
    /// The same in chunks, so that only the end of the connection shows it.
    CutChunked,
    /// The answer pauses in the middle for this number of seconds, and then continues.
    Stalled(f64),
}
