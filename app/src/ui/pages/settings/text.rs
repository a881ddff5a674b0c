//! What Settings says.

// The page
pub(super) const TITLE: &str = "Settings";
pub(super) const LEAD: &str = "How the console looks in this browser, and what it is connected to.";

// Appearance
pub(super) const APPEARANCE: &str = "Appearance";
pub(super) const REMEMBERED: &str = "Remembered in this browser only.";
pub(super) const AS_SYSTEM: &str = "As my system";
pub(super) const AS_SYSTEM_TEXT: &str = "Changes with it, for example in the evening.";
pub(super) const LIGHT: &str = "Light";
pub(super) const DARK: &str = "Dark";
pub(super) const ALWAYS: &str = "Always.";

// Connection
pub(super) const CONNECTION: &str = "Connection to Microsoft 365";
/// Before the link to Setup.
pub(super) const NOT_CONNECTED: &str = "No organisation is connected yet. ";
pub(super) const START_SETUP: &str = "Start setup";
pub(super) const ORGANISATION: &str = "Organisation";
pub(super) const STATE: &str = "State";
pub(super) const DOMAIN: &str = "Domain";
pub(super) const ADMIN_EMAIL: &str = "Admin email";
pub(super) const TENANT_ID: &str = "Tenant ID";
pub(super) const APPROVED_ON: &str = "Approved on";
pub(super) const APPROVED_BY: &str = "Approved by";
pub(super) const OBJECT_ID: &str = "Warmy in your Entra (object ID)";
pub(super) const STOP: &str = "Stop Warmy’s access";
/// Each of these stands before how.
pub(super) const FOR_SOME: &str = "For some mailboxes: ";
/// Before and after the link to the page of mailboxes.
pub(super) const FOR_SOME_HOW: &str = "disconnect or exclude them on the ";
pub(super) const MAILBOXES: &str = "Mailboxes";
pub(super) const FOR_SOME_THEN: &str = " page. Their slots become free; their mail stays as it is.";
pub(super) const FOR_ALL: &str = "For the whole organisation: ";
pub(super) const FOR_ALL_HOW: &str = "Microsoft Entra admin centre › Enterprise applications › Warmy › Properties › Delete. Access ends at once, without our help. The console notices, says so and keeps your list.";
pub(super) const FOR_A_WHILE: &str = "For a while: ";
pub(super) const FOR_A_WHILE_HOW: &str =
    "the same page, “Enabled for users to sign in” › No. Set it back to Yes and everything continues.";

// Keyboard
pub(super) const KEYBOARD: &str = "Keyboard";
pub(super) const MAC: &str = "On a Mac, ⌘ does what Ctrl does.";
pub(super) const SEARCH: &str = "Search the mailboxes";
pub(super) const MOVE: &str = "Move between rows; ← → between cells";
pub(super) const MOVE_FAR: &str = "Move by a screen; Ctrl Home and Ctrl End to the ends";
pub(super) const SELECT: &str = "Select the row";
pub(super) const SELECT_RANGE: &str = "Select everything since the last selected row";
pub(super) const SELECT_ALL: &str = "Select all that match, in the list";
pub(super) const UNDO: &str = "Undo the last disconnect or exclusion";
pub(super) const CLOSE: &str = "Close what is open; in the list, clear the selection";
/// Keys, as they are called on a keyboard.
pub(super) const PAGE_UP: &str = "Page Up";
pub(super) const PAGE_DOWN: &str = "Page Down";
pub(super) const SPACE: &str = "Space";
pub(super) const SHIFT: &str = "Shift";
pub(super) const CTRL: &str = "Ctrl";
pub(super) const ESC: &str = "Esc";
