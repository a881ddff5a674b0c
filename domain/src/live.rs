//! The live stream's wire format: state-based changes, safe to apply twice.

use serde::{Deserialize, Serialize};

use crate::{
    consent::AttemptView,
    delegation::DelegationView,
    ids::Seq,
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

/// One frame of the stream. `seq` is that of its last change and the place to resume from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    pub seq: Seq,
    pub changes: Vec<Change>,
}
