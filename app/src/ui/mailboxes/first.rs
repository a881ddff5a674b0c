//! What the page is loaded with: the order of the list and its first rows.

use domain::{
    AppError,
    ids::{DelegationId, RowNo},
    list::{ListQuery, Spine},
    mailbox::MailboxRow,
};
use serde::{Deserialize, Serialize};

use crate::api::{
    flat,
    mailboxes::{list_spine, load_rows},
};

/// Rows in the first HTML: more than any first screen shows.
pub(crate) const FIRST_ROWS: usize = 40;

/// A longer order stays out of the HTML; the browser asks for it once it lives.
const LONGEST_ORDER: usize = 3_000;

/// The list at its beginning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct FirstPage {
    pub(crate) delegation: DelegationId,
    pub(crate) query: ListQuery,
    /// Cut to [`FIRST_ROWS`] when it is not complete.
    pub(crate) spine: Spine,
    pub(crate) total: usize,
    pub(crate) complete: bool,
    pub(crate) rows: Vec<MailboxRow>,
}

/// Loads order and first rows.
pub(crate) async fn load(delegation: DelegationId, query: ListQuery) -> Result<FirstPage, AppError> {
    let mut spine = flat(list_spine(delegation, query.clone()).await)?;
    let total = spine.order.len();
    let wanted: Vec<RowNo> = spine.order.iter().take(FIRST_ROWS).copied().collect();
    let rows = if wanted.is_empty() { Vec::new() } else { flat(load_rows(delegation, wanted).await)? };
    let complete = total <= LONGEST_ORDER;
    if !complete {
        spine.order.truncate(FIRST_ROWS);
        spine.connectable.retain(|row| spine.order.contains(row));
        spine.excluded.retain(|row| spine.order.contains(row));
    }
    Ok(FirstPage { delegation, query, spine, total, complete, rows })
}
