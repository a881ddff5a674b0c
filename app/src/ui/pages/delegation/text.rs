//! Texts of Domain Delegation.

// The page
pub(super) const TITLE: &str = "Domain Delegation";
pub(super) const LEAD: &str = "Connect your Microsoft 365 organisation with the email of one administrator.";

// The form
pub(super) const CONNECTING: &str = "Connecting…";
pub(super) const CONNECT: &str = "Connect";
pub(super) const CONNECT_AGAIN: &str = "Connect again, or another organisation";
pub(super) const CONNECT_YOURS: &str = "Connect your organisation";
pub(super) const ADMIN_EMAIL: &str = "Admin email";
pub(super) const ADMIN_EMAIL_HINT: &str = "An administrator’s own address. We find the organisation by its domain and check that it is the one you approved.";
pub(super) const ADMIN_EMAIL_EXAMPLE: &str = "name@company.com";
pub(super) const APPROVED: &str = "Approved: now press Connect again.";
pub(super) const AUTHORIZE: &str = "Authorize";
pub(super) const STILL_TYPED: &str = "What you typed is still in the field.";
pub(super) const NO_CLIENT: &str = "There is no API client yet. Add one in User management first.";

pub(super) fn connected(domain: &str) -> String {
    format!("{domain} is connected. Checking permissions.")
}

// The organisation in view
pub(super) const WHAT_TO_DO: &str = "What to do";
/// Followed by a relative time and a full stop.
pub(super) const SYNCED: &str = "Directory synced ";
pub(super) const READING_TEXT: &str = "Reading the directory… You can leave this page.";
pub(super) const READING: &str = "Reading the directory";
pub(super) const SYNC_NOW: &str = "Sync now";
pub(super) const CHOOSE: &str = "Choose mailboxes";

/// After the number.
pub(super) const fn accounts_found(count: u32) -> &'static str {
    if count == 1 { "account found" } else { "accounts found" }
}

// Limiting Warmy to some mailboxes
pub(super) const LIMIT: &str = "Limit Warmy to some mailboxes";
pub(super) const LIMIT_TEXT: &str = "Your approval in Microsoft Entra covers every mailbox. An Exchange administrator can give Warmy its mail permissions for one group only; mailboxes outside it then show as “Outside the mailboxes Warmy may use”.";
pub(super) const LIMIT_EXCHANGE: &str = "1. In Exchange Online PowerShell: the group and Warmy’s roles in it";
pub(super) const LIMIT_ENTRA: &str =
    "2. In Microsoft Graph PowerShell: take back the approval for all mailboxes";
pub(super) const LIMIT_ORDER: &str = "In this order: the two add up, so the limit holds after the second. Microsoft takes from 30 minutes to two hours to apply it. Then press Check now on the Mailboxes page. Approving Warmy again gives it every mailbox again.";
