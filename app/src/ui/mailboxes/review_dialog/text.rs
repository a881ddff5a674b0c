//! Texts of the review dialog.

use domain::{
    run::RunKind,
    text::{counted, mailboxes, number},
};

use crate::ui::words;

// The dialog
pub(super) const LOADING_REVIEW: &str = "Looking at your selection…";
pub(super) const BACK: &str = "Back";
/// Between the sum and how long it takes.
pub(super) const TAKES: &str = ". It takes ";
/// After how long it takes.
pub(super) const CAN_LEAVE: &str = ", and you can leave the page.";
pub(super) const LEFT_OUT: &str = "Left out";

pub(super) fn title(kind: RunKind) -> String {
    format!("Review: {}", kind.noun().to_lowercase())
}

/// The label of the button: "Connect 300 mailboxes".
pub(super) fn confirm(kind: RunKind, takes: u32) -> String {
    format!("{} {}", kind.noun(), mailboxes(u64::from(takes)))
}

/// After the number.
pub(super) const fn mailbox(count: u32) -> &'static str {
    if count == 1 { "mailbox" } else { "mailboxes" }
}

/// After the mailboxes.
pub(super) const fn will_be(kind: RunKind) -> &'static str {
    match kind {
        RunKind::Connect => " will be connected",
        RunKind::Reconnect => " will be reconnected",
        RunKind::Disconnect => {
            " will be disconnected. You can undo that for 10 seconds; then their slots are free"
        }
        RunKind::Verify | RunKind::Sync => " will be checked",
    }
}

pub(super) fn take_first(free: u32) -> String {
    format!("Take the first {}", words::n(free))
}

// The part of the sending limit
pub(super) const SENDING: &str = "Sending, once they are warmed up";
/// Before the number of messages.
pub(super) const IF_EACH_SENDS: &str = "If each sends";
/// Between the number of messages and the part.
pub(super) const MESSAGES_A_DAY: &str = " messages a day: ";

pub(super) fn share(messages: u64, limit: u32, percent: u64) -> String {
    format!(
        "{} of {}, {percent} % of what Microsoft lets your organisation send outside in a day.",
        number(messages),
        words::n(limit),
    )
}

pub(super) fn limit_from(connected: u32, licences: u32) -> String {
    format!(
        "{} would be connected then. Microsoft reckons the limit from your {}.",
        mailboxes(u64::from(connected)),
        counted(u64::from(licences), "licence", "licences"),
    )
}

// The table of slots
pub(super) const NO_LIMIT: &str = "no limit";
pub(super) const SLOTS: &str = "Slots";
pub(super) const PLAN: &str = "Plan";
pub(super) const LIMIT: &str = "Limit";
pub(super) const USED: &str = "Used";
pub(super) const FREE_BEFORE: &str = "Free before";
pub(super) const THIS: &str = "This";
pub(super) const FREE_AFTER: &str = "Free after";
