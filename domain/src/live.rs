//! The live stream's wire format: state-based changes, safe to apply twice.

use serde::{Deserialize, Serialize};

use crate::{
    consent::AttemptView,
    delegation::DelegationView,
    ids::{Millis, Seq},
    mailbox::{Counts, MailboxRow},
    run::RunView,
    slots::Pool,
};

/// One thing that changed, as it is afterwards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "now", rename_all = "snake_case")]
pub enum Change {
    Mailbox(Box<MailboxRow>),
    Run(Box<RunView>),
    Slots(Vec<Pool>),
    Counts(Counts),
    Delegation(Box<DelegationView>),
    Attempt(Box<AttemptView>),
}

impl Change {
    /// The name under which the log keeps it.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Mailbox(_) => "mailbox",
            Self::Run(_) => "run",
            Self::Slots(_) => "slots",
            Self::Counts(_) => "counts",
            Self::Delegation(_) => "delegation",
            Self::Attempt(_) => "attempt",
        }
    }
}

/// One frame of the stream: everything that happened after `after`, up to and with `seq`.
///
/// Of several states of the same thing only the newest is in it, so a frame may hold fewer changes than numbers. But
/// no number is ever left out: the next frame's `after` is this one's `seq`, which is also the place to resume from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    pub after: Seq,
    pub seq: Seq,
    /// When the first change that the frame speaks for was made: how late the frame is at most.
    pub oldest_at: Millis,
    pub changes: Vec<Change>,
}
