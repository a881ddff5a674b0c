//! Mailboxes: the directory, the list, history and exclusions.

mod attention_groups;
pub(crate) mod departures;
pub(crate) mod directory;
pub(crate) mod exclude;
mod history;
mod include;
pub(crate) mod list;

pub use directory::{DirectoryEntry, SyncPage};
pub use exclude::NewExclusion;
