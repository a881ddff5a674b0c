//! Messages that others send: the mail to an administrator, and the one to our support.

use domain::ids::WorkspaceId;

// The mail with the link to approve by
pub(super) const INVITATION_SUBJECT: &str = "Please approve Warmy for our Microsoft 365";

pub(super) fn invitation(url: &str) -> String {
    format!(
        "Hello,\n\nplease approve Warmy for our organisation. This page says what it asks for and why; it takes a minute, and you need no account:\n\n{url}\n\nThank you!"
    )
}

// The message to our support
/// Before the id of each tenant.
pub(super) const SUPPORT_TENANT: &str = "\ntenant ";

pub(super) fn support(workspace: WorkspaceId) -> String {
    format!("Warmy Domain Delegation\nworkspace {workspace}")
}
