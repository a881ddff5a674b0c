//! Texts of the layout around every page.

use domain::text::mailboxes;

use crate::ui::{time, words};

// The layout
pub(super) const SKIP: &str = "Skip to content";

// Navigation
pub(super) const MAIN: &str = "Main";
pub(super) const OVERVIEW: &str = "Overview";
pub(super) const SETUP: &str = "Setup";
pub(super) const USERS: &str = "User management";
pub(super) const DELEGATION: &str = "Domain Delegation";
pub(super) const MAILBOXES: &str = "Mailboxes";
pub(super) const RUNS: &str = "Runs";
pub(super) const ACTIVITY: &str = "Activity";
pub(super) const HELP: &str = "Help";
pub(super) const SETTINGS: &str = "Settings";
/// After a count.
pub(super) const RUNNING: &str = "running";
pub(super) const NEEDS_ATTENTION: &str = "needs attention";

// The side
pub(super) const BRAND: &str = "Warmy";
pub(super) const BRAND_PART: &str = "Domain Delegation";
/// Followed by a relative time.
pub(super) const SYNCED: &str = "Synced ";

pub(super) fn more(count: usize) -> String {
    format!("{} more", words::n(u32::try_from(count).unwrap_or(0)))
}

// The connection status
pub(super) const SIGNED_OUT: &str = "Signed out";
pub(super) const LIVE: &str = "Live";
pub(super) const POLLING: &str = "Updates every few seconds";
pub(super) const RECONNECTING: &str = "Reconnecting…";

// The banner
pub(super) const ENDED: &str = "Your session has ended";
pub(super) const ENDED_TEXT: &str = "This page shows earlier data and no longer updates. Runs go on. Reload this page to sign in again; inside Warmy, open the console from there.";
pub(super) const RELOAD: &str = "Reload";
pub(super) const CUT_OFF: &str = "No connection to the server";
pub(super) const CUT_OFF_TEXT: &str = "This page may be out of date. Runs go on, and the page updates by itself as soon as the connection is back.";
pub(super) const PLAN_INACTIVE: &str = "Your plan is not active";
/// Followed by the link to Help.
pub(super) const PLAN_INACTIVE_TEXT: &str =
    "Connected mailboxes stay connected; nothing new can be connected until the plan is active again. ";
/// Follows the number of mailboxes.
pub(super) const OVER_PLAN: &str = " over your plan";
/// Followed by the link to Help.
pub(super) const OVER_PLAN_TEXT: &str = "Nothing is disconnected: every connected mailbox goes on working. Connecting more is off until mailboxes are disconnected or the plan has room again. ";
pub(super) const WHAT_TO_DO: &str = "What to do";

// The strip of active runs
pub(super) const RUNNING_NOW: &str = "Running now";
pub(super) const MESSAGES: &str = "Messages";
pub(super) const PROGRESS: &str = "Progress";
pub(super) const VIEW_RUN: &str = "View run";
/// Followed by a time, if known.
pub(super) const WAITING: &str = "Waiting for Microsoft";
/// Before a time.
pub(super) const UNTIL: &str = " until ";
/// Before the reason.
pub(super) const PAUSED: &str = "Paused: ";
pub(super) const LEAVE: &str = "You can leave this page.";
pub(super) const UNDO: &str = "Undo";
pub(super) const DISMISS: &str = "Dismiss";

pub(super) fn time_left(seconds: u32) -> String {
    format!(" · {}", time::rough(seconds))
}

pub(super) fn excluded(count: u32) -> String {
    format!("Excluded {}", mailboxes(u64::from(count)))
}

/// The signed-in user, with the limit of a viewer.
pub(super) fn user(name: &str, role: domain::Role) -> String {
    match role {
        domain::Role::Viewer => format!("{name} · view only"),
        _ => name.to_owned(),
    }
}
