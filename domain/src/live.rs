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

/// One changed object, in its new state.
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
    /// The name under which the log stores it.
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

/// One frame of the stream: all changes after `after`, up to and including `seq`.
///
/// Of several states of the same object it has only the newest, so it may have fewer changes than numbers. No number is
/// skipped: the next frame's `after` is this one's `seq`, which is also the position to resume from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    pub after: Seq,
    pub seq: Seq,
    /// Time of the first change that the frame covers: gives the greatest delay of the frame.
    pub oldest_at: Millis,
    pub changes: Vec<Change>,
}
