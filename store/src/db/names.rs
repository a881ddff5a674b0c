//! Names of states inside SQL statements.
//!
//! They come from the enums, as literals: a partial index is used for `state = 'pending'`, not for `state = $3`.

use domain::connection::{Connection, Hold};

/// A list for `IN`, e.g. `('queued', 'connecting')`. Names of states contain no quotes.
pub(crate) fn in_list(names: impl IntoIterator<Item = &'static str>) -> String {
    let quoted: Vec<String> = names.into_iter().map(|name| format!("'{name}'")).collect();
    format!("({})", quoted.join(", "))
}

/// The states of mailboxes that hold a slot in this way, as a list for `IN`.
pub(crate) fn connections(hold: Hold) -> String {
    in_list(Connection::ALL.iter().filter(|state| state.holds() == hold).map(|state| state.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_a_list() {
        assert_eq!(connections(Hold::Reserved), "('queued', 'connecting')");
        assert_eq!(connections(Hold::Used), "('connected', 'needs_attention')");
    }
}
