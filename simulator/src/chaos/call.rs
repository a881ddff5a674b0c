//! The requests that chaos can affect.

/// Kinds of calls; the requests of each kind are numbered separately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub(crate) enum Call {
    /// OpenID Connect discovery and signing keys.
    Discovery = 0,
    Token = 1,
    /// `/users`
    Listing = 2,
    /// `/users/delta`
    Delta = 3,
    /// All other directory calls.
    Directory = 4,
    /// A mailbox, in a request of its own.
    Mailbox = 5,
    Batch = 6,
}

/// The properties of a request that decide which kinds of chaos can affect it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Situation {
    pub(crate) call: Call,
    /// It follows the link of an earlier page.
    pub(crate) later_page: bool,
    /// It follows a delta link.
    pub(crate) delta_link: bool,
    /// Its token, as a hash, for calls that have one.
    pub(crate) token: Option<u64>,
}
