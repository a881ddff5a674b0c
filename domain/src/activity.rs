//! Entries of the audit log, as the *Activity* page shows them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{ids::Millis, run::Found};

crate::states! {
    /// The subject of an entry, for the filter.
    pub enum Topic: "topic" {
        Runs = "runs" => "Runs",
        Mailboxes = "mailboxes" => "Keeping mailboxes out",
        Approval = "approval" => "Setup and approval",
        Slots = "slots" => "Slots",
        People = "people" => "People and keys",
    }
}

impl Topic {
    /// Prefixes of the codes of its entries.
    #[must_use]
    pub const fn prefixes(self) -> &'static [&'static str] {
        match self {
            Self::Runs => &["run.", "directory.", "rule."],
            Self::Mailboxes => &["mailbox."],
            Self::Approval => &["api_client.", "consent.", "credential.", "delegation."],
            Self::Slots => &["slots."],
            Self::People => &["member.", "session.", "api_key.", "alert."],
        }
    }
}

/// One entry of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub id: Uuid,
    pub at: Millis,
    pub who: String,
    /// The stable code, e.g. `run.connect`.
    pub what: String,
    /// The object of the action: an id, a tenant, a client id.
    pub target: Option<String>,
    /// Number of mailboxes concerned, if it was recorded.
    pub mailboxes: Option<u32>,
    /// The name of the mailbox, if it was one and its organisation is still here.
    #[serde(default)]
    pub mailbox: Option<String>,
    /// Changes that a sync found.
    #[serde(default)]
    pub found: Found,
    /// The old and the new value.
    #[serde(default)]
    pub change: Option<(String, String)>,
    /// Network address of the caller.
    #[serde(default)]
    pub from: Option<String>,
    /// Id of the request in the server's log.
    #[serde(default)]
    pub request: Option<String>,
}

impl Entry {
    /// The action as text. A code that this page does not know yet is returned unchanged.
    #[must_use]
    pub fn words(&self) -> &str {
        match self.what.as_str() {
            "run.connect" => "Started connecting",
            "run.reconnect" => "Started reconnecting",
            "run.disconnect" => "Started disconnecting",
            "run.verify" => "Started a check",
            "run.sync" => "Started a directory sync",
            "directory.changed" => "Found changes in the directory",
            "directory.shrunk" => {
                "Less than half of the people were listed: nobody was marked as left, another sync has to confirm it"
            }
            "run.cancel" => "Cancelled a run",
            "run.pause" => "Paused a run",
            "run.resume" => "Resumed a run",
            "run.undo" => "Undid a disconnect",
            "mailbox.exclude" => "Excluded mailboxes",
            "mailbox.exclude.undo" => "Undid an exclusion",
            "mailbox.include" => "Included mailboxes",
            "mailbox.left" => "Gave back the slots of people who left",
            "api_client.added" => "Added an API client",
            "consent.invited" => "Made a link for an administrator",
            "consent.revoked" => "Revoked the link for an administrator",
            "consent.granted" => "Approval received from Microsoft",
            "slots.repair" => "Recounted slots",
            "alert.added" => "Added an address for alerts",
            "alert.confirmed" => "Confirmed an address for alerts",
            "alert.removed" => "Ended alerts to an address",
            "credential.expiring" => "Warned that a credential expires",
            "rule.added" => "Added a rule for new people",
            "rule.on" => "Switched a rule on",
            "rule.off" => "Switched a rule off",
            "rule.removed" => "Removed a rule",
            "delegation.removed" => "Removed an organisation",
            "session.ended" => "Signed out elsewhere",
            "member.invited" => "Invited a member",
            "member.invitation_revoked" => "Revoked an invitation",
            "member.joined" => "Joined the workspace",
            "member.role" => "Changed a role",
            "member.account" => "Signs in with a Microsoft account from now on",
            "member.removed" => "Removed a member",
            "api_key.made" => "Made an API key",
            "api_key.confirmed" => "Confirmed an API key after a restore",
            "api_key.revoked" => "Revoked an API key",
            other => other,
        }
    }

    /// Whether the target is a run, which has a page.
    #[must_use]
    pub fn is_of_run(&self) -> bool {
        self.what.starts_with("run.") || self.what == "directory.changed"
    }
}

/// The filter of the entries. Days are `2026-11-23`, both ends included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ActivityQuery {
    pub who: Option<String>,
    pub topic: Option<Topic>,
    pub from: Option<String>,
    /// Minutes by which the reader's time is ahead of UTC when the first day begins.
    #[serde(default)]
    pub from_offset: i32,
    pub to: Option<String>,
    /// The same when the last day ends.
    #[serde(default)]
    pub to_offset: i32,
    /// Only entries before this one.
    pub before: Option<Uuid>,
}

impl ActivityQuery {
    /// Reads the query string of the page. Unknown keys and values are ignored.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut query = Self::default();
        for (key, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            match key {
                "who" => query.who = Some(value.to_owned()),
                "what" => query.topic = value.parse().ok(),
                "from" => query.from = Some(value.to_owned()),
                "from_offset" => query.from_offset = offset(value),
                "to" => query.to = Some(value.to_owned()),
                "to_offset" => query.to_offset = offset(value),
                "before" => query.before = value.parse().ok(),
                _ => {}
            }
        }
        query
    }

    /// The same query with its texts cleaned.
    #[must_use]
    pub fn cleaned(&self) -> Self {
        let clean = |text: &Option<String>| text.as_deref().map(|text| crate::text::clean(text).into_owned());
        Self { who: clean(&self.who), from: clean(&self.from), to: clean(&self.to), ..self.clone() }
    }

    /// The pairs of the page's query string.
    #[must_use]
    pub fn to_pairs(&self) -> Vec<(&'static str, String)> {
        let pairs = [
            ("who", self.who.clone()),
            ("what", self.topic.map(|topic| topic.as_str().to_owned())),
            ("from", self.from.clone()),
            ("from_offset", (self.from_offset != 0).then(|| self.from_offset.to_string())),
            ("to", self.to.clone()),
            ("to_offset", (self.to_offset != 0).then(|| self.to_offset.to_string())),
            ("before", self.before.map(|id| id.to_string())),
        ];
        pairs.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
    }

    /// Whether a filter is set.
    #[must_use]
    pub const fn is_filtered(&self) -> bool {
        self.who.is_some() || self.topic.is_some() || self.from.is_some() || self.to.is_some()
    }
}

/// The greatest difference of a time zone from UTC, in minutes.
const MAX_OFFSET: i32 = 14 * 60;

fn offset(text: &str) -> i32 {
    text.parse().unwrap_or(0).clamp(-MAX_OFFSET, MAX_OFFSET)
}

/// A page of entries, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityPage {
    pub entries: Vec<Entry>,
    /// Names of all users in the log, for the filter.
    pub people: Vec<String>,
    /// Start of the next page; `None` at the end.
    pub next: Option<Uuid>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_round_trips_through_the_url() {
        let query = ActivityQuery {
            who: Some("Olga & Co".into()),
            topic: Some(Topic::Runs),
            from: Some("2026-11-01".into()),
            from_offset: 780,
            to: None,
            to_offset: -60,
            before: Some(Uuid::nil()),
        };
        let pairs = query.to_pairs();
        assert_eq!(ActivityQuery::from_pairs(pairs.iter().map(|(k, v)| (*k, v.as_str()))), query);
        assert_eq!(ActivityQuery::from_pairs([("who", ""), ("what", "nonsense")]), ActivityQuery::default());
    }
}
