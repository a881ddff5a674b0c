//! Texts of the review of a bulk action.

use domain::{
    bulk::BulkKind,
    run::RunKind,
    slots::MAX_PER_RUN,
    text::{counted, mailboxes, number},
};

use crate::ui::words;

// The dialog
pub(super) const LOADING_REVIEW: &str = "Looking at your selection…";
pub(super) const BACK: &str = "Back";
pub(super) const LEFT_OUT: &str = "Left out";

pub(super) fn title(kind: BulkKind) -> String {
    format!("Review: {}", kind.verb().to_lowercase())
}

/// The label of the button: "Connect 300 mailboxes".
pub(super) fn confirm(kind: BulkKind, takes: u32) -> String {
    format!("{} {}", kind.verb(), mailboxes(u64::from(takes)))
}

/// After the number.
pub(super) const fn mailbox(count: u32) -> &'static str {
    if count == 1 { "mailbox" } else { "mailboxes" }
}

/// After the mailboxes; `duration` is a rough one, where it is known.
pub(super) fn will_be(kind: BulkKind, frees: u32, duration: Option<&str>) -> String {
    let done = kind.done();
    match (kind, duration) {
        (BulkKind::Run(RunKind::Disconnect), _) => {
            let slots = counted(u64::from(frees), "slot is", "slots are");
            format!(" will be {done}. You can undo that for 10 seconds; then {slots} free.")
        }
        (BulkKind::Exclude, _) => {
            format!(" will be {done}. You can undo that for 10 seconds, and include them again later.")
        }
        (BulkKind::Include, _) => format!(" will be {done}."),
        (BulkKind::Run(_), Some(duration)) => {
            format!(" will be {done}. It takes {duration}, and you can leave the page.")
        }
        (BulkKind::Run(_), None) => format!(" will be {done}. You can leave the page meanwhile."),
    }
}

pub(super) fn beyond() -> String {
    format!("Beyond the {} of one run", words::n(MAX_PER_RUN))
}

pub(super) fn take_first(count: u32) -> String {
    format!("Take the first {}", words::n(count))
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
        "{} would be connected then. Microsoft’s limit for {}.",
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
pub(super) const TAKES: &str = "This takes";
pub(super) const FREES: &str = "This frees";
pub(super) const FREE_AFTER: &str = "Free after";
