//! Texts of the shared components.

use crate::ui::words;

// The state of an authorisation
pub(super) const INVITED_WAITING_TITLE: &str = "Waiting for your administrator…";
pub(super) const INVITED_WAITING: &str =
    "This page updates by itself. You can close it: the link keeps working.";
pub(super) const WAITING_TITLE: &str = "Waiting for approval in the other tab…";
pub(super) const WAITING: &str = "Sign in there as an administrator, accept, and choose “Connect to this workspace”. This page updates by itself.";
/// Follows the name of the signed-in user.
pub(super) const HAS_SIGNED_IN: &str =
    " has signed in. The permissions must still be accepted there, and the workspace confirmed.";
/// Before the link to Microsoft’s page.
pub(super) const TAB_BLOCKED: &str = "Your browser blocked the new tab. ";
pub(super) const OPEN_MICROSOFT: &str = "Open Microsoft’s page";
/// Followed by the approver, if known, and a full stop.
pub(super) const APPROVED: &str = "Approved";
pub(super) const APPROVED_NEXT: &str =
    "Next: type the admin email on the Domain Delegation page and connect.";
pub(super) const GO_TO_DELEGATION: &str = "Go to Domain Delegation";
pub(super) const LINK_DEAD: &str = "The link does not work any more.";
pub(super) const LINK_DEAD_WHY: &str =
    "It was revoked, or it was not used in time. Nothing was changed: make a new one.";
pub(super) const TOO_LONG: &str = "The approval page was open too long.";
pub(super) const TOO_LONG_WHY: &str =
    "Nothing was changed. What you typed is still here: press Authorize again.";
pub(super) const MORE_IN_HELP: &str = "More in Help";
/// After the link to Help.
pub(super) const STILL_TYPED: &str = " · What you typed is still here.";

pub(super) fn invited_looks(who: &str) -> String {
    format!("{who} has signed in and is looking at the permissions.")
}

pub(super) fn approved_by(who: &str) -> String {
    format!(" by {who}")
}

// A link for the administrator
pub(super) const INVITE_TITLE: &str = "Not the Microsoft administrator?";
pub(super) const INVITE: &str = "Make a link and send it to the person who is. They need no account here: they see what Warmy asks for, approve on Microsoft’s page and confirm the workspace. The result appears here.";
pub(super) const INVITE_READY: &str = "The link is ready to be copied.";
pub(super) const INVITE_LINK: &str = "Link for your administrator";
pub(super) const INVITE_MAIL: &str = "Write an e-mail with it";
pub(super) const INVITE_OUT: &str = "There is a link already; it was shown when it was made. ";
/// Before the time, and a full stop.
pub(super) const INVITE_UNTIL: &str = "It works once, until ";
pub(super) const INVITE_AGAIN: &str = "Make a new link";
pub(super) const INVITE_MAKE: &str = "Send a link to my administrator";
pub(super) const INVITE_REVOKE: &str = "Revoke the link";

// An attention group with its action
pub(super) const CAUSE_KEEPS: &str = "They keep their slots.";
pub(super) const CAUSE_KEEPS_ONE: &str = "It keeps its slot.";
pub(super) const CAUSE_FAILED: &str = "They could not be connected.";
pub(super) const CAUSE_FAILED_ONE: &str = "It could not be connected.";
pub(super) const WHAT_TO_DO: &str = "What to do";

/// How many mailboxes are inside the limit that an administrator has set, as far as it is known. Another sentence
/// follows.
pub(super) fn inside(connected: u32) -> String {
    match connected {
        0 => "No connected mailbox is inside.".to_owned(),
        1 => "1 connected mailbox is inside.".to_owned(),
        many => format!("{} connected mailboxes are inside.", words::n(many)),
    }
}

// The permission checklist
pub(super) const CHECKLIST: &str = "Permission checklist";
pub(super) const PERMISSION: &str = "Permission";
pub(super) const GRANTED: &str = "Granted";
pub(super) const MISSING: &str = "Missing";
pub(super) const IN_EXCHANGE: &str = "In Exchange";
pub(super) const IN_EXCHANGE_WHY: &str = "Limited to some mailboxes there; Microsoft does not report it.";
pub(super) const WORKS: &str = "Works";
pub(super) const WORKS_NOT: &str = "Does not work";
pub(super) const NOT_TRIED: &str = "Not tried";
pub(super) const NOT_TRIED_WHY: &str = "Trying would send a message; we don’t.";
pub(super) const CHECKING: &str = "Checking…";
pub(super) const WAITS: &str = "Waiting for Microsoft";
pub(super) const NOT_CHECKED: &str = "Not checked yet";

// A value to copy
pub(super) const COPY: &str = "Copy";
pub(super) const COPIED: &str = "Copied";
pub(super) const COPY_BLOCKED: &str =
    "Your browser does not let us copy. The text is selected: press Ctrl+C, or ⌘C on a Mac.";

pub(super) fn copied(label: &str) -> String {
    format!("{label} copied.")
}

// The status of a mailbox
pub(super) const DISCONNECTING: &str = "Disconnecting… ";
pub(super) const IN_A_RUN: &str = "In a run… ";
/// Before the day.
pub(super) const SINCE: &str = "since ";

// Progress
pub(super) const IN_PROGRESS: &str = "in progress";

pub(super) fn count_of(value: u32, max: u32) -> String {
    format!("{} of {}", words::n(value), words::n(max))
}

// The actions on a run
pub(super) const UNDO: &str = "Undo";
pub(super) const PAUSE: &str = "Pause";
pub(super) const RESUME: &str = "Resume";
pub(super) const CANCEL_RUN: &str = "Cancel run";

// The name of an organisation, typed to confirm
/// Before the name.
pub(super) const TYPE_NAME_OF: &str = "Type the name of the organisation to confirm:";
pub(super) const TYPED_NAME: &str = "Name of the organisation";
pub(super) const TYPED_NAME_HINT: &str = "As written above; capital letters do not matter.";

// Small parts
pub(super) const CLOSE: &str = "Close";
pub(super) const SLOTS: &str = "Slots";
pub(super) const MORE_SLOTS: &str = "Get more slots";
pub(super) const WHAT_IT_MEANS: &str = "What this means and what to do";
pub(super) const LOADING: &str = "Loading…";
