//! Lists of ids in one column, as JSON.

use std::collections::BTreeSet;

use crate::StoreError;

/// The ids in a column.
pub(crate) fn read_ids(column: Option<&str>) -> Result<BTreeSet<String>, StoreError> {
    column.map_or(Ok(BTreeSet::new()), serde_json::from_str).map_err(StoreError::corrupt)
}

/// The column for these ids: the first `limit`.
pub(crate) fn write_ids(ids: &BTreeSet<String>, limit: usize) -> Result<Option<String>, StoreError> {
    let ids: Vec<&String> = ids.iter().take(limit).collect();
    (!ids.is_empty()).then(|| serde_json::to_string(&ids)).transpose().map_err(StoreError::corrupt)
}
