//! The data loaded with the page: the order of the list and its first rows.

use domain::{
    AppError,
    ids::{DelegationId, RowNumber},
    list::{ListOrder, ListQuery},
    mailbox::MailboxRow,
};
use serde::{Deserialize, Serialize};

use crate::api::{
    flat,
    mailboxes::{load_list_order, load_rows},
};

/// Rows in the first HTML: more than any first screen shows.
pub(crate) const FIRST_ROWS: usize = 40;

/// A longer order is left out of the HTML; the browser loads it after hydration.
const MAX_INLINE_ORDER: usize = 3_000;

/// Placeholder for rows before the first loaded one, while the whole order is not known. No row has this number.
pub(crate) const UNKNOWN: RowNumber = RowNumber(0);

/// The list at its beginning, or at the page requested by a browser without scripts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct InitialPage {
    pub(crate) delegation: DelegationId,
    pub(crate) query: ListQuery,
    /// The index of the first loaded row.
    pub(crate) from: usize,
    /// Only the loaded rows when `complete` is false.
    pub(crate) list_order: ListOrder,
    pub(crate) total: usize,
    pub(crate) complete: bool,
    pub(crate) rows: Vec<MailboxRow>,
}

/// Loads the order and the first rows.
pub(crate) async fn load(
    delegation: DelegationId,
    query: ListQuery,
    page: usize,
) -> Result<InitialPage, AppError> {
    let mut list_order = flat(load_list_order(delegation, query.clone()).await)?;
    let total = list_order.order.len();
    let pages = total.div_ceil(FIRST_ROWS).max(1);
    let from = (page.clamp(1, pages) - 1) * FIRST_ROWS;
    let wanted: Vec<RowNumber> = list_order.order.iter().skip(from).take(FIRST_ROWS).copied().collect();
    let rows =
        if wanted.is_empty() { Vec::new() } else { flat(load_rows(delegation, wanted.clone()).await)? };
    let complete = total <= MAX_INLINE_ORDER;
    if !complete {
        list_order.order = wanted;
        list_order.connectable.retain(|row| list_order.order.contains(row));
        list_order.excluded.retain(|row| list_order.order.contains(row));
    }
    Ok(InitialPage { delegation, query, from, list_order, total, complete, rows })
}
