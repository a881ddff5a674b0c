//! Bulk actions: a small one begins at once, a large one is reviewed first.
//!
//! | part | module |
//! |---|---|
//! | asking for an action, its review, its confirmation | [`request`] |
//! | the dialog of a review | [`dialog`], [`effects`] |

pub(crate) mod dialog;
mod effects;
pub(crate) mod request;
mod text;
