//! Texts of the panel of one mailbox.

// The panel
pub(super) const MAILBOX: &str = "Mailbox";
pub(super) const UNKNOWN: &str = "No such mailbox";
pub(super) const UNKNOWN_TEXT: &str =
    "It may have left your organisation, or the link belongs to another one.";
pub(super) const CLOSE: &str = "Close panel";
pub(super) const CLOSE_TITLE: &str = "Close (Esc)";

// State
pub(super) const STATUS: &str = "Status";
pub(super) const IN_A_RUN: &str = "In a run now…";
pub(super) const COMMAND: &str = "Command";
pub(super) const MORE_IN_HELP: &str = "More in Help";

// Actions
/// Followed by the link to Help.
pub(super) const NO_FREE_SLOTS: &str = "Your plan has no free slots. ";
pub(super) const HOW_TO_GET_MORE: &str = "How to get more";

// Details
pub(super) const DETAILS: &str = "Details";
pub(super) const ADDRESS: &str = "Address";
pub(super) const DEPARTMENT: &str = "Department";
pub(super) const NOT_SET: &str = "Not set";
pub(super) const KIND: &str = "Kind";
pub(super) const LICENCE: &str = "Exchange licence";
pub(super) const YES: &str = "Yes";
pub(super) const NO: &str = "No";
pub(super) const PLACE: &str = "Mailbox is in";
pub(super) const ON_PREMISES: &str = "Your own Exchange server";
pub(super) const ONLINE: &str = "Exchange Online";
pub(super) const CONNECTED_SINCE: &str = "Connected since";
pub(super) const LAST_CHECKED: &str = "Last checked";
pub(super) const NEVER: &str = "Never";
/// Followed by a code and the id of a request.
pub(super) const EVIDENCE: &str = "Microsoft’s answer";

// History
pub(super) const HISTORY: &str = "History";
pub(super) const SHOW_OLDER: &str = "Show older";
pub(super) const HISTORY_RETENTION: &str = "Changes of the last 14 days are kept.";
