//! Texts of the dialog for pasted addresses.

use domain::text::{counted, number};

use crate::ui::words;

// The form
pub(super) const TITLE: &str = "Select by a list of addresses";
pub(super) const NO_ADDRESS: &str = "There is no address in this text.";
pub(super) const LOOK_UP: &str = "Look up";
pub(super) const ADDRESSES: &str = "Addresses";
pub(super) const ADDRESSES_HINT: &str =
    "One per line, or separated by anything else. Names around them are ignored: Ann Li <ann@contoso.com>.";
pub(super) const FROM_A_FILE: &str = "Or take them from a file";
pub(super) const CANCEL: &str = "Cancel";

pub(super) fn too_many(most: usize) -> String {
    format!("At most {} addresses are looked up at once. Remove some.", number(most as u64))
}

/// The content of the typed list.
pub(super) fn read(addresses: usize, repeated: u32, unreadable: usize, without: usize) -> String {
    let mut summary = counted(addresses as u64, "address", "addresses");
    if repeated > 0 {
        summary += &format!(" · {} more than once", words::n(repeated));
    }
    if unreadable > 0 {
        summary += &format!(" · {} that can’t be read", number(unreadable as u64));
    }
    if without > 0 {
        let lines = counted(without as u64, "line", "lines");
        summary += &format!(" · {lines} without one");
    }
    summary
}

/// The first of the words that cannot be read.
pub(super) fn first_few(words: &[String]) -> String {
    let shown = words.iter().take(5).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = words.len().saturating_sub(5);
    if more > 0 { format!("{shown} and {} more.", number(more as u64)) } else { format!("{shown}.") }
}

pub(super) fn look_up(addresses: usize) -> String {
    format!("Look up {}", counted(addresses as u64, "address", "addresses"))
}

// The result
pub(super) const NOT_SELECTED: &str = "Not selected";
pub(super) const SAME: &str = "other addresses of a mailbox that is counted already";
pub(super) const MISSING: &str = "not found in this organisation";
pub(super) const BROKEN: &str = "that can’t be read as an address";
pub(super) const WITHOUT: &str = "lines without an address";
pub(super) const NOT_FOUND: &str = "Not found";
pub(super) const NOT_READABLE: &str = "Not readable";
pub(super) const LINES: &str = "In your list";
/// Ids of the fields that show them.
pub(super) const LEFT_OUT_IDS: [&str; 12] = [
    "left-0", "left-1", "left-2", "left-3", "left-4", "left-5", "left-6", "left-7", "left-8", "left-9",
    "left-10", "left-11",
];
pub(super) const CHANGE: &str = "Change the list";

/// After the number.
pub(super) const fn will_be_selected(mailboxes: u32) -> &'static str {
    if mailboxes == 1 { " mailbox will be selected." } else { " mailboxes will be selected." }
}

/// After that sentence; `why` is one of the two below.
pub(super) fn what_fits(found: u32, why: &str) -> String {
    format!(" Of {} found, that is what fits: {why}.", words::n(found))
}

pub(super) fn plan_has(free: u32) -> String {
    format!("your plan has {}", counted(u64::from(free), "free slot", "free slots"))
}

pub(super) fn most_at_once(most: u32) -> String {
    format!("{} is the most one connection takes", words::n(most))
}

pub(super) fn select(count: u32) -> String {
    format!("Select {}", words::n(count))
}
