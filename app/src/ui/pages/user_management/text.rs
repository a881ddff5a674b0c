//! Texts of User management.

// The page
pub(super) const TITLE: &str = "User management";
pub(super) const LEAD: &str =
    "API clients: who may act for Warmy in your organisation, and with which scopes.";
/// Followed by the link to Settings and a full stop.
pub(super) const PEOPLE: &str = "The people of this workspace are in ";
pub(super) const SETTINGS: &str = "Settings";
pub(super) const ADD_NEW: &str = "Add new";
pub(super) const NO_CLIENT: &str = "No API client yet";
pub(super) const NO_CLIENT_TEXT: &str =
    "Add one with the Service Account ID and the Scopes from the Setup page, then authorize it.";
pub(super) const COPY_ON_SETUP: &str = "Copy them on the Setup page";
pub(super) const CLIENTS: &str = "API clients";

// Add new
pub(super) const PASTE_ID: &str = "Paste the Service Account ID from the Setup page.";
pub(super) const NO_ID: &str = "This is not a client ID. Copy the Service Account ID from the Setup page: it looks like 00001111-aaaa-2222-bbbb-3333cccc4444.";
pub(super) const DIALOG: &str = "Add new API client";
pub(super) const CLIENT_ID: &str = "Client ID";
pub(super) const CLIENT_ID_HINT: &str = "The Service Account ID from the Setup page. If you paste both values here, each goes into its own field.";
pub(super) const SCOPES: &str = "OAuth Scopes";
pub(super) const SCOPES_HINT: &str = "All scopes from the Setup page, in any order and with any separators.";
pub(super) const FROM_SETUP: &str = "Fill in both from Setup";
pub(super) const CLOSE: &str = "Close";
pub(super) const CANCEL: &str = "Cancel";
pub(super) const AUTHORIZE: &str = "Authorize";

// A client
pub(super) const NOT_AUTHORIZED: &str = "Not authorized";
pub(super) const WAITING: &str = "Waiting for approval";
pub(super) const AUTHORIZED: &str = "Authorized";
pub(super) const NOT_APPROVED: &str = "Not approved";
pub(super) const EXPIRED: &str = "Approval page expired";
pub(super) const LINK_ENDED: &str = "Link revoked or expired";
pub(super) const NOT_WORKING: &str = "Not working";
pub(super) const AUTHORIZE_AGAIN: &str = "Authorize again";
/// Followed by a user.
pub(super) const ADDED_BY: &str = "added by ";
/// Between the user and the day.
pub(super) const ADDED_ON: &str = " on ";

pub(super) fn attempts(count: usize) -> String {
    domain::text::counted(count as u64, "attempt to authorize", "attempts to authorize")
}

pub(super) fn scopes(count: usize) -> String {
    format!("{count} scopes")
}
