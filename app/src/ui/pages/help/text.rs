//! Texts of Help around its entries.

// The page
pub(super) const TITLE: &str = "Help and troubleshooting";
pub(super) const LEAD: &str = "Every message of this console: what it means, who can fix it, and how.";
pub(super) const SEARCH: &str = "Search help";
pub(super) const SEARCH_FOR: &str = "Search a message, a word, a code";
pub(super) const NO_MATCH: &str = "Nothing matches. Try another word, or write to us.";

pub(super) fn found(count: usize, all: usize) -> String {
    format!("{count} of {all} entries")
}

// An entry
pub(super) const COMMAND: &str = "Command";

pub(super) fn link_to(title: &str) -> String {
    format!("Link to “{title}”")
}

// Contact with support
pub(super) const CONTACT: &str = "Not here? Ask us";
pub(super) const CONTACT_TEXT: &str = "A message on WhatsApp starts with the ids of your workspace and organisation, and with nothing about people.";
pub(super) const SUPPORT: &str = "Support";
pub(super) const WHATSAPP: &str = "WhatsApp";
