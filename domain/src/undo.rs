//! Taking back: for how long, and what an exclusion did.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{ExclusionId, Millis, RowNo},
    list::ListQuery,
};

/// How long a disconnect or an exclusion can be taken back, in milliseconds. A disconnect is not worked on before
/// it has passed, so no slot is given back that somebody still wants.
pub const UNDO: Millis = 10_000;

/// An exclusion as it was done, to be taken back as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exclusion {
    pub id: ExclusionId,
    /// Mailboxes it keeps out.
    pub excluded: u32,
    /// Mailboxes it left as they are: they hold a slot, or are kept out already.
    pub left: u32,
    /// Until when it can be taken back.
    pub undo_until: Millis,
}

/// Whom something is done to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Whom {
    /// These rows: one, or a selection of at most [`crate::slots::MAX_PER_RUN`].
    Rows(Vec<RowNo>),
    /// Everybody the list shows.
    Matching(ListQuery),
}
