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

/// Stands for rows before the first loaded one, as long as the whole order is not known. No row has this number.
pub(crate) const UNKNOWN: RowNo = RowNo(0);

/// The list at its beginning, or at the page that somebody without a script asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct FirstPage {
    pub(crate) delegation: DelegationId,
    pub(crate) query: ListQuery,
    /// The place of the first loaded row.
    pub(crate) from: usize,
    /// Only the loaded rows when it is not complete.
    pub(crate) spine: Spine,
    pub(crate) total: usize,
    pub(crate) complete: bool,
    pub(crate) rows: Vec<MailboxRow>,
}

/// Loads order and first rows.
pub(crate) async fn load(
    delegation: DelegationId,
    query: ListQuery,
    page: usize,
) -> Result<FirstPage, AppError> {
    let mut spine = flat(list_spine(delegation, query.clone()).await)?;
    let total = spine.order.len();
    let pages = total.div_ceil(FIRST_ROWS).max(1);
    let from = (page.clamp(1, pages) - 1) * FIRST_ROWS;
    let wanted: Vec<RowNo> = spine.order.iter().skip(from).take(FIRST_ROWS).copied().collect();
    let rows =
        if wanted.is_empty() { Vec::new() } else { flat(load_rows(delegation, wanted.clone()).await)? };
    let complete = total <= LONGEST_ORDER;
    if !complete {
        spine.order = wanted;
        spine.connectable.retain(|row| spine.order.contains(row));
        spine.excluded.retain(|row| spine.order.contains(row));
    }
    Ok(FirstPage { delegation, query, from, spine, total, complete, rows })
}
