//! Texts of the page of mailboxes and of its rows.

use domain::{
    list::Tab,
    mailbox::Counts,
    text::{counted, mailboxes},
};

use crate::ui::words;

// The page
pub(super) const TITLE: &str = "Mailboxes";
pub(super) const YOUR_ORGANISATION: &str = "your organisation";
/// Followed by a relative time and a full stop.
pub(super) const SYNCED: &str = " Synced ";
pub(super) const SUMMARY: &str = "Summary";
pub(super) const CHECK_NOW: &str = "Check now";
pub(super) const SYNC_NOW: &str = "Sync now";
pub(super) const UNLINKED_LEAD: &str = "Everyone in your organisation who may have a mailbox.";
pub(super) const UNLINKED: &str = "No organisation is connected yet";
pub(super) const UNLINKED_TEXT: &str =
    "Three steps on the Setup page, about five minutes; then all potential accounts appear here.";
pub(super) const START_SETUP: &str = "Start setup";

pub(super) fn lead_for(place: &str) -> String {
    format!("Everyone in {place} who may have a mailbox. Choose who to connect to Warmy.")
}

// Above the rows
pub(super) const LISTS: &str = "Lists";
pub(super) const GROUPS: &str = "Causes";
pub(super) const SEARCH: &str = "Search mailboxes";
pub(super) const SEARCH_IN: &str = "Name, address, alias, department";
pub(super) const APPLY: &str = "Apply";
pub(super) const CLEAR_FILTERS: &str = "Clear filters";

pub(super) const NO_SUCH_VALUE: &str = "Nobody has this. Choose one of the suggestions.";

/// "Sales (12)"
pub(super) fn choice(value: &str, count: u32) -> String {
    format!("{value} ({})", words::n(count))
}

pub(super) fn remove_filter(filter: &str, value: &str) -> String {
    format!("Remove filter: {filter} {value}")
}

// Columns and rows; the titles of the columns are in `domain::list::COLUMNS`
pub(super) const VIEW: &str = "View";
pub(super) const COLUMNS: &str = "Columns";
pub(super) const ROWS: &str = "Rows";
pub(super) const COMPACT_ROWS: &str = "Compact rows";
pub(super) const PRINT: &str = "Print all rows";
pub(super) const ACTIONS: &str = "Actions";
pub(super) const SELECT_ALL_AVAILABLE: &str = "Select all not connected";
pub(super) const SELECT_ALL_EXCLUDED: &str = "Select all excluded";
pub(super) const SELECT_ALL: &str = "Select all";

// A row
pub(super) const SELECT: &str = "Select";
pub(super) const CONNECT: &str = "Connect";
pub(super) const RECONNECT: &str = "Reconnect";
pub(super) const DISCONNECT: &str = "Disconnect";
pub(super) const EXCLUDE: &str = "Exclude";
pub(super) const INCLUDE: &str = "Include";

pub(super) fn select(name: &str, address: &str) -> String {
    format!("Select {name}, {address}")
}

pub(super) fn action_on(action: &str, name: &str) -> String {
    format!("{action} {name}")
}

// The bar of a selection
pub(super) const SELECTION: &str = "Selection";
pub(super) const CLEAR: &str = "Clear";
pub(super) const NO_SLOT_LIMIT: &str = "No slot limit";
pub(super) const SHOW_ALL: &str = "Show all";
pub(super) const SHOW_SELECTED: &str = "Show selected";
pub(super) const REVIEW_AND_CONNECT: &str = "Review & connect";
pub(super) const CHECK_SELECTED: &str = "Check selected";

pub(super) fn selected(count: u32) -> String {
    format!("{} selected", words::n(count))
}

pub(super) fn slots_free_after(left: u32) -> String {
    format!("{} free after this", counted(u64::from(left), "slot", "slots"))
}

pub(super) fn hidden_by_filter(count: u32) -> String {
    format!("({} hidden by the filter)", words::n(count))
}

/// "Exclude all 2,300"
pub(super) fn verb_all(verb: &str, count: u32) -> String {
    format!("{verb} all {}", words::n(count))
}

pub(super) fn unselected(count: u32) -> String {
    format!("{} unselected.", mailboxes(u64::from(count)))
}

// The selection menu
pub(super) const ALL_FREE_SLOTS: &str = "all your free slots";
pub(super) const ONE_CONNECTION: &str = "one connection";
pub(super) const ONE_RUN: &str = "one run";
pub(super) const SELECT_MENU: &str = "Select…";
pub(super) const IN_SIGHT: &str = "Visible rows";
pub(super) const NONE: &str = "None";
pub(super) const PASTE_A_LIST: &str = "Paste a list…";
pub(super) const FILE_TOO_LARGE: &str =
    "This file is larger than 4 MB: save the column of addresses as a text file.";
pub(super) const FILE_UNREADABLE: &str = "This file can’t be read.";

/// "Select all 85"
pub(super) fn select_all(count: u32) -> String {
    format!("Select all {}", words::n(count))
}

pub(super) fn first(count: u32, why: &str) -> String {
    format!("First {}: {why}", words::n(count))
}

// Notes above the rows
pub(super) const HOW_TO_GET_MORE: &str = "How to get more";
pub(super) const SEEN_BEFORE: &str = "The rows below were loaded earlier.";
pub(super) const TRY_AGAIN: &str = "Try again";
pub(super) const NO_FREE_SLOTS: &str = "Your plan has no free slots: nothing more can be connected now.";
pub(super) const DIRECTORY_CHANGED: &str = "List changed";
pub(super) const REFRESH: &str = "Refresh";
pub(super) const ONLY_SELECTED: &str = "Only the selected mailboxes are shown, regardless of the filters.";

pub(super) fn all_slots_selected(free: u32) -> String {
    let all = match free {
        1 => "Your only free slot is taken by your selection.".to_owned(),
        free => format!("All {} free slots are taken by your selection.", words::n(free)),
    };
    format!("{all} Unselect someone to choose someone else.")
}

pub(super) fn most_selected(count: u32) -> String {
    format!("{} are selected: the most one connection takes.", words::n(count))
}

pub(super) fn changed(count: u64) -> String {
    format!("{} changed", counted(count, "row", "rows"))
}

/// A selection that another tab keeps.
pub(super) fn kept_selected(count: u32, tab: Tab) -> String {
    let stay = counted(u64::from(count), "mailbox stays", "mailboxes stay");
    format!("{stay} selected under {}.", tab.label())
}

// No rows
pub(super) const READING: &str = "Reading the directory…";
pub(super) const READING_TEXT: &str = "Accounts appear here as they are found. You can leave this page.";
pub(super) const WAITING: &str = "Waiting for Microsoft";
pub(super) const WAITING_TEXT: &str =
    "The directory is read as soon as Microsoft answers. You can leave this page.";
pub(super) const NONE_FOUND: &str = "No mailboxes found";
pub(super) const NONE_FOUND_TEXT: &str = "The directory has no account with an Exchange Online mailbox. Assign licences with Exchange Online, then press Sync now.";
pub(super) const NO_MATCH: &str = "Nothing matches";
pub(super) const NO_MATCH_TEXT: &str = "No mailbox of this list matches the search and filters.";

/// Title and text for a tab without mailboxes.
pub(super) fn nothing_in(tab: Tab, counts: &Counts) -> (&'static str, String) {
    let (title, text) = match tab {
        Tab::Available if counts.connected == counts.all => {
            ("Everyone is connected", "There is no mailbox left to connect.")
        }
        Tab::Available if counts.in_use() > 0 => {
            return ("No mailbox is left to connect", words::by_state(counts));
        }
        Tab::Available => return ("No mailbox can be connected now", words::by_state(counts)),
        Tab::Connected if counts.available > 0 && counts.attention == 0 => {
            ("No mailbox is connected yet", "Choose mailboxes under Available and connect them.")
        }
        Tab::Connected => return ("No mailbox is connected and working", words::by_state(counts)),
        Tab::Attention if counts.connected > 0 => (
            "Nothing needs attention",
            "Every connected mailbox works, and no attempt to connect one has failed.",
        ),
        Tab::Attention => {
            ("Nothing needs attention", "No mailbox is connected, and no attempt to connect one has failed.")
        }
        Tab::Cannot => (
            "Nobody is prevented from connecting",
            "Accounts that have no usable mailbox appear here, each with its reason.",
        ),
        Tab::Excluded => (
            "Nobody is excluded",
            "Mailboxes that you exclude appear here. They are never connected until you include them again.",
        ),
        Tab::All => ("No mailboxes", "Press Sync now to read the directory."),
    };
    (title, text.to_owned())
}

// Page by page, without a script
pub(super) const PAGES: &str = "Pages";
pub(super) const PREVIOUS: &str = "Previous";
pub(super) const NEXT: &str = "Next";
