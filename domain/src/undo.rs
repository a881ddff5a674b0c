//! Undo: its time limit, and the result of an exclusion.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{ExclusionId, Millis, RowNumber},
    list::ListQuery,
};

/// How long the console offers to undo a disconnect or an exclusion, in milliseconds. A disconnect begins later, so that
/// no slot is released before.
pub const UNDO: Millis = 10_000;

/// The time that a request of the last moment may take to arrive: the server accepts it for this much longer.
pub const REQUEST_TIME: Millis = 2_000;

/// A disconnect begins after this time.
pub const DISCONNECTS_AFTER: Millis = UNDO + REQUEST_TIME;

/// A completed exclusion, which can be undone as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    pub id: ExclusionId,
    /// Number of excluded mailboxes.
    pub excluded: u32,
    /// Number of mailboxes left unchanged: they hold a slot, or are excluded already.
    pub left: u32,
    /// End of the time in which it can be undone.
    pub undo_until: Millis,
}

/// The mailboxes of an action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExclusionTarget {
    /// These rows: one, or a selection of at most [`crate::slots::MAX_PER_RUN`].
    Rows(Vec<RowNumber>),
    /// All mailboxes that the list shows.
    Matching(ListQuery),
}
