//! Texts of Settings.

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
pub(super) const ADMIN_EMAIL: &str = "Address typed to connect it";
pub(super) const TENANT_ID: &str = "Tenant ID";
pub(super) const APPROVED_ON: &str = "Approved on";
pub(super) const APPROVED_BY: &str = "Approved by";
pub(super) const OBJECT_ID: &str = "Warmy in your Entra (object ID)";
pub(super) const STOP: &str = "Stop Warmy’s access";
/// Each of these is followed by the instructions.
pub(super) const FOR_SOME: &str = "For some mailboxes: ";
/// Before and after the link to the page of mailboxes.
pub(super) const FOR_SOME_HOW: &str = "disconnect or exclude them on the ";
pub(super) const MAILBOXES: &str = "Mailboxes";
pub(super) const FOR_SOME_THEN: &str = " page. Their slots become free; their mail stays as it is.";
pub(super) const FOR_ALL: &str = "For the whole organisation: ";
pub(super) const FOR_ALL_HOW: &str = "Microsoft Entra admin centre › Enterprise applications › Warmy › Properties › Delete. Access ends at once, without our help. The console detects this, shows it and keeps your list.";
pub(super) const FOR_A_WHILE: &str = "For a while: ";
pub(super) const FOR_A_WHILE_HOW: &str =
    "the same page, “Enabled for users to sign in” › No. Set it back to Yes and everything continues.";
pub(super) const TAKE_AWAY: &str = "From our side: ";
pub(super) const TAKE_AWAY_HOW: &str =
    "remove the organisation from Warmy. An owner of the workspace can do that here.";
pub(super) const REMOVE_ASK: &str = "Remove this organisation…";

// Rules for new people
pub(super) const RULES: &str = "Auto-connect new people";
pub(super) const RULES_TEXT: &str = "Off until you switch a rule on. Then people who join the organisation and match it are connected within about an hour, in the order in which they joined, never beyond the ceiling or your slots. People who are in the organisation already stay as they are.";
pub(super) const RULE_BY: &str = "Match new people by";
pub(super) const RULE_VALUE: &str = "Name";
pub(super) const RULE_HINT: &str = "As in Microsoft 365, for example Sales, or example.com. Groups need the permission GroupMember.Read.All, which not every installation of Warmy requests; the rule shows if it is missing.";
pub(super) const RULE_CEILING: &str = "Ceiling";
pub(super) const CEILING_HINT: &str = "How many mailboxes the rule may hold connected, 1 to 1,000.";
pub(super) const RULE_ANYWAY: &str = "Add it anyway: the rule applies as soon as somebody matches it.";
pub(super) const ADD_RULE: &str = "Add rule (off)";
pub(super) const RULE_ON: &str = " · on";
pub(super) const RULE_OFF: &str = " · off";

pub(super) fn switch_rule(name: &str, on: bool) -> String {
    format!("Switch {name} {}", if on { "on" } else { "off" })
}

pub(super) fn remove_rule(name: &str) -> String {
    format!("Remove {name}")
}

// Another way to sign in
pub(super) const COME_BACK: &str = "Use a Microsoft account";
pub(super) const COME_BACK_TEXT: &str = "You signed in by a link that works once. Choose a Microsoft account to sign in with when this session ends.";

// Alerts
pub(super) const ALERTS: &str = "Alerts by e-mail";
pub(super) const ALERTS_TEXT: &str = "At once when an organisation stops working or works again, when most or all slots are taken, and when Warmy’s credential is about to expire; once a day when mailboxes need attention; once a week when people have joined and are not connected.";
pub(super) const NO_MAIL: &str = "This installation of Warmy does not send e-mail. Look at the Overview instead: it shows what needs attention.";
pub(super) const NO_ALERTS: &str = "No address receives alerts.";
pub(super) const ASKED: &str = "Not confirmed yet: we sent an e-mail with a link. Without a click on it, the address is removed after a week.";
pub(super) const ASKED_AT: &str = "Not confirmed yet: an address gets one such e-mail a day, the next on";
pub(super) const ALERT_ADDRESS: &str = "E-mail address";
pub(super) const ALERT_HINT: &str =
    "A person, or a mailing list of your IT. It gets an e-mail to confirm first, and can unsubscribe itself.";
pub(super) const ADD_ADDRESS: &str = "Add";
/// Followed by a user.
pub(super) const ADDED_BY: &str = "Added by";

pub(super) fn remove_address(address: &str) -> String {
    format!("Remove {address}")
}

pub(super) fn not_arriving(answer: &str) -> String {
    format!("Nothing arrives there: {answer}")
}

// Removing
pub(super) const REMOVAL_RUNS: &str = "Active runs end, and the slots that they have reserved are free.";
pub(super) const REMOVAL_DIRECTORY: &str =
    "Warmy deletes the names and addresses of its people. The entries in Activity stay.";
pub(super) const REMOVAL_MICROSOFT: &str = "The approval at Microsoft stays until it is deleted there: Microsoft Entra admin centre › Enterprise applications › Warmy › Properties › Delete.";
pub(super) const REMOVAL_BACK: &str =
    "This cannot be undone. The organisation can be set up again at any time, from the start.";
pub(super) const KEEP: &str = "Keep it";
pub(super) const REMOVE: &str = "Remove organisation";

pub(super) fn removal_title(name: &str) -> String {
    format!("Remove {name}?")
}

pub(super) fn removal_mailboxes(connected: u32) -> String {
    match connected {
        0 => "No mailbox is connected, so no slot becomes free.".to_owned(),
        1 => "1 connected mailbox is disconnected at once, and its slot is free.".to_owned(),
        many => format!(
            "{} connected mailboxes are disconnected at once, and their slots are free.",
            crate::ui::words::n(many)
        ),
    }
}

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
/// Keys, as labelled on a keyboard.
pub(super) const PAGE_UP: &str = "Page Up";
pub(super) const PAGE_DOWN: &str = "Page Down";
pub(super) const SPACE: &str = "Space";
pub(super) const SHIFT: &str = "Shift";
pub(super) const CTRL: &str = "Ctrl";
pub(super) const ESC: &str = "Esc";

// People
pub(super) const PEOPLE: &str = "People";
pub(super) const YOU: &str = " (you) ";
pub(super) const BY_MICROSOFT: &str = "Signs in with Microsoft";
pub(super) const BY_HOST: &str = "Comes from Warmy";
pub(super) const BY_LINK: &str = "Signed in by a one-time link";
pub(super) const OWNERS_INVITE: &str = "Owners of the workspace invite people and change roles.";
pub(super) const INVITE_NAME: &str = "Name of the person";
pub(super) const INVITE_HINT: &str = "Shown in this list. They sign in with their own Microsoft account.";
pub(super) const ROLE: &str = "Role";
pub(super) const INVITE: &str = "Create an invitation";
pub(super) const JOIN_LINK: &str = "Invitation link";

pub(super) fn role_of(name: &str) -> String {
    format!("Role of {name}")
}

pub(super) fn remove(name: &str) -> String {
    format!("Remove {name}")
}

pub(super) fn revoke(name: &str) -> String {
    format!("Revoke invitation of {name}")
}

/// Before a date and time.
pub(super) fn invited_as(role: domain::Role) -> String {
    format!("Invited as {}, until ", role.label().to_lowercase())
}

pub(super) fn invitation_ready(name: &str) -> String {
    format!("Send this link to {name}. It works once, for seven days, and is shown only now.")
}

// Sessions
pub(super) const SESSIONS: &str = "Your sessions";
pub(super) const SESSIONS_TEXT: &str = "A session ends after 4 hours without use and after 12 hours in any case. Do you not recognise one? Sign it out.";
pub(super) const THIS_ONE: &str = " (this browser) ";
/// Followed by a relative time.
pub(super) const KEY_SUSPENDED: &str = "Disabled, because the database was restored from a backup. Confirm the key if it had not been revoked after that backup; otherwise revoke it.";
pub(super) const CONFIRM_KEY: &str = "Confirm";
pub(super) const LAST_USED: &str = " · last used ";
/// Before a network address.
pub(super) const FROM: &str = " · from ";
pub(super) const SIGN_OUT_ELSEWHERE: &str = "Sign out everywhere else";
pub(super) const SIGN_OUT: &str = "Sign out";

pub(super) fn end_session(agent: &str) -> String {
    format!("Sign out {agent}")
}

/// Before a date and time.
pub(super) fn signed_in(method: domain::people::Method) -> String {
    format!("Signed in {} on ", method.label())
}

// Keys
pub(super) const KEYS: &str = "API keys";
pub(super) const KEYS_TEXT: &str = "For your own programs. A key reads this workspace; it can also be allowed to connect, reconnect and disconnect mailboxes. It never manages people.";
pub(super) const NO_KEYS: &str = "There is no key.";
pub(super) const KEY_NAME: &str = "Name of the new key";
pub(super) const KEY_HINT: &str = "Which program uses it.";
pub(super) const MAKE_KEY: &str = "Create key";
pub(super) const NEW_KEY: &str = "New API key";
pub(super) const KEY_READY: &str = "Copy the key now: it is not shown again.";
/// Before a name.
pub(super) const MADE_BY: &str = " · made by ";
/// Before a date.
pub(super) const ON: &str = " on ";
pub(super) const NEVER_USED: &str = " · never used";

/// The end of a key.
pub(super) fn hint(hint: &str) -> String {
    format!(" …{hint}")
}
