//! Mailboxes: the directory, the list, history and exclusions.

mod attention_groups;
mod candidates;
pub(crate) mod departures;
pub(crate) mod directory;
pub(crate) mod exclude;
mod history;
mod include;
pub(crate) mod list;
mod purposes;
mod refold;
mod review;

pub use directory::{DirectoryEntry, SyncPage};
pub use exclude::NewExclusion;
pub use purposes::{PurposeAnswer, UnclearMailbox};
