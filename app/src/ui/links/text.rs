//! Messages that users send: the e-mail to an administrator, and the message to support.

use domain::ids::WorkspaceId;

// The e-mail with the approval link
pub(super) const INVITATION_SUBJECT: &str = "Please approve Warmy for our Microsoft 365";

pub(super) fn invitation(url: &str) -> String {
    format!(
        "Hello,\n\nplease approve Warmy for our organisation. This page says what it asks for and why; it takes a minute, and you need no account:\n\n{url}\n\nThank you!"
    )
}

// The message to support
/// Before the id of each tenant.
pub(super) const SUPPORT_TENANT: &str = "\ntenant ";

pub(super) fn support(workspace: WorkspaceId) -> String {
    format!("Warmy Domain Delegation\nworkspace {workspace}")
}
