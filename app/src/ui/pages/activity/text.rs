//! Texts of Activity.

// The page
pub(super) const TITLE: &str = "Activity";
pub(super) const LEAD: &str = "Who did what, and when. Entries are never changed or deleted.";
pub(super) const DOWNLOAD: &str = "Download CSV";
pub(super) const ENTRIES: &str = "Entries";
pub(super) const NO_MATCH: &str = "Nothing matches";
pub(super) const NO_MATCH_TEXT: &str = "No entry has this person, kind and time.";
pub(super) const CLEAR_FILTERS: &str = "Clear filters";
pub(super) const NOTHING: &str = "Nothing has happened yet";
pub(super) const NOTHING_TEXT: &str = "Everything that people do in this console appears here.";
pub(super) const PAGES: &str = "Pages";
pub(super) const NEWEST: &str = "Newest";
pub(super) const OLDER: &str = "Older";
pub(super) const SEE_RUN: &str = "See the run";

// The filters
pub(super) const WHO: &str = "Who";
pub(super) const EVERYBODY: &str = "Everybody";
pub(super) const WHAT: &str = "What";
pub(super) const EVERYTHING: &str = "Everything";
pub(super) const FROM: &str = "From";
pub(super) const TO: &str = "To";
/// After one of these, while the days are those of UTC.
pub(super) const IN_UTC: &str = " (UTC)";
pub(super) const APPLY: &str = "Apply";
