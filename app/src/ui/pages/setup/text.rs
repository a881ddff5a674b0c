//! Texts of Setup.

use domain::{
    limiting::{Ids, exchange_script},
    list::SHOWN_DATA,
};

// The page
pub(super) const TITLE: &str = "Setup";
pub(super) const LEAD: &str = "Three steps, about five minutes. You need an administrator of your Microsoft 365 organisation for the second one.";
pub(super) const COPY: &str = "Copy two values";
pub(super) const COPY_TEXT: &str = "They tell Microsoft which application is asking and for what. Neither of them is a secret: on their own they give no access.";
pub(super) const SERVICE_ACCOUNT_ID: &str = "Service Account ID";
pub(super) const SCOPES: &str = "Scopes";
pub(super) const AUTHORIZE: &str = "Authorize";
pub(super) const AUTHORIZE_TEXT: &str = "In User management press Add new, paste both values and press Authorize. Microsoft opens in a second tab; an administrator signs in there, accepts, and chooses “Connect to this workspace”. This tab updates by itself.";
pub(super) const OPEN_USERS: &str = "Open User management";
pub(super) const CONNECT: &str = "Connect your domain";
pub(super) const CONNECT_TEXT: &str = "On the Domain Delegation page type the admin email and press Connect. Every permission is checked, granted and working, and all potential accounts arrive in the list.";
pub(super) const OPEN_DELEGATION: &str = "Open Domain Delegation";

// A step
pub(super) const DONE: &str = "Done";

// The scopes
pub(super) const EACH_SCOPE: &str = "What each scope is for, and what Microsoft’s page says";
/// Before and after Microsoft’s own words.
pub(super) const MICROSOFT_SAYS: &str = "Microsoft says: “";
pub(super) const MICROSOFT_SAID: &str = "”";
pub(super) const UNVERIFIED: &str = "Microsoft’s page may call Warmy “unverified”: then this installation’s publisher has not been verified with Microsoft. The permissions are the same.";

// Questions of an administrator
pub(super) const BEFORE: &str = "Before you accept";
pub(super) const CAN: &str = "What Warmy can do";

pub(super) fn can_list() -> String {
    format!("List your people and shared mailboxes: {}.", SHOWN_DATA.join(", "))
}

pub(super) const CAN_WARM_UP: &str =
    "In the mailboxes you connect: send warm-up messages, find them and move them out of Junk.";
pub(super) const CAN_NOTICE: &str = "Notice when a mailbox stops working, and say why.";
pub(super) const CANNOT: &str = "What Warmy does not do";
pub(super) const NO_PASSWORD: &str = "Ask for passwords, or store them.";
pub(super) const NO_OTHERS: &str = "Read, move or send messages in mailboxes that you have not connected. To check its permissions, Warmy opens the inbox folder of one or a few mailboxes, and reads no message.";
pub(super) const NO_READING: &str = "Read messages that are not warm-up messages, calendars, files or chats.";
pub(super) const NO_CHANGES: &str = "Change users, groups, licences or settings.";
pub(super) const LIMIT: &str = "Limit Warmy to some mailboxes";
pub(super) const LIMIT_TEXT: &str = "Microsoft’s permissions cover the whole organisation. With RBAC for Applications an Exchange administrator narrows them to a group; everything outside shows as “Outside the mailboxes Warmy may use”.";
pub(super) const COMMANDS_TITLE: &str = "Commands for Exchange Online PowerShell";
pub(super) const COMMANDS: &str = "Commands";

/// Words in `<…>` are placeholders for the reader's values; once they are known, Domain Delegation shows the commands
/// with them.
pub(super) fn limit_commands() -> String {
    exchange_script(Ids { app: "<Service Account ID>", service_principal: None })
}

pub(super) const LIMIT_THEN: &str = "Then remove the tenant-wide Mail permissions of Warmy in Microsoft Entra: the two add up. A later Authorize gives them back. After it, Domain Delegation shows all commands with your ids.";
pub(super) const WITHDRAW: &str = "Withdraw everything";
pub(super) const WITHDRAW_TEXT: &str = "Microsoft Entra › Enterprise applications › Warmy › Delete. Access ends at once for every mailbox, without our help. Warmy detects this, shows it here and keeps your list.";
