//! Texts of Overview.

use domain::text::{counted, mailboxes};

// The page
pub(super) const TITLE: &str = "Overview";
/// Between the organisation and a relative time.
pub(super) const SYNCED: &str = " · directory synced ";
pub(super) const TILES: &str = "Mailboxes";

// What to do next
pub(super) const NEXT: &str = "What to do next";
pub(super) const LOOK_AT_PERMISSIONS: &str = "Open it to see which permission is missing.";
pub(super) const WHAT_TO_DO: &str = "What to do";
pub(super) const NO_SLOTS: &str = "No free slots";
pub(super) const NO_LIMIT: &str = "Your plan has no limit.";
pub(super) const SLOTS_LOW: &str = "Most slots are taken";
pub(super) const CREDENTIAL: &str = "Without a valid one nothing can be checked or connected. The operator of the server makes a new one (server cert new), adds it to the application in Entra and configures it beside this one.";
pub(super) const SEE_SETUP: &str = "See Setup";
pub(super) const CHOOSE: &str = "Choose mailboxes";
pub(super) const ALL_DONE: &str = "Everyone who can be connected is connected";
pub(super) const NONE_CAN: &str = "No mailbox can be connected now";
pub(super) const SEE_MAILBOXES: &str = "See mailboxes";

/// An organisation and its state.
pub(super) fn organisation(name: &str, state: &str) -> String {
    format!("{name}: {state}")
}

pub(super) fn could_be_connected(count: u32) -> String {
    format!("{} could still be connected.", mailboxes(u64::from(count)))
}

pub(super) fn plan_has(free: u32) -> String {
    format!("Your plan has {}.", counted(u64::from(free), "free slot", "free slots"))
}

pub(super) fn can_be_connected(count: u32) -> String {
    format!("{} can be connected", mailboxes(u64::from(count)))
}

// The newest runs
pub(super) const NEWEST_RUNS: &str = "Newest runs";
pub(super) const ALL_RUNS: &str = "All runs";
pub(super) const NO_RUNS: &str = "Nothing has run yet.";

// Before there is an organisation
pub(super) const START_LEAD: &str = "Connect all mailboxes of your Microsoft 365 organisation at once. No employee signs in, and no password is needed.";
pub(super) const START_SETUP: &str = "Start setup";
pub(super) const COPY: &str = "Copy two values";
pub(super) const COPY_TEXT: &str =
    "The Service Account ID names Warmy at Microsoft; the Scopes say what it may do, each with its reason.";
pub(super) const COPY_LINK: &str = "See and copy them";
pub(super) const AUTHORIZE: &str = "Authorize";
pub(super) const AUTHORIZE_TEXT: &str = "Paste them in User management and press Authorize. An administrator approves once, on Microsoft’s own page.";
pub(super) const AUTHORIZE_LINK: &str = "Open User management";
pub(super) const CONNECT: &str = "Connect your domain";
pub(super) const CONNECT_TEXT: &str =
    "Type the admin email. Every permission is checked, and all potential accounts appear.";
pub(super) const CONNECT_LINK: &str = "Open Domain Delegation";
pub(super) const NO_PASSWORDS: &str = "No passwords, and no secrets in the browser";
pub(super) const LIMIT: &str = "Limit Warmy to the mailboxes you choose";
pub(super) const WITHDRAW: &str = "Withdraw everything in one place, at any time";
