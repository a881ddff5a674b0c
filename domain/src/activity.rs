//! Activity: who did what and when, in words.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{ids::Millis, run::Found};

/// What an entry is about, for filtering.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    Runs,
    Mailboxes,
    Approval,
    Slots,
    People,
}

impl Topic {
    pub const ALL: [Self; 5] = [Self::Runs, Self::Mailboxes, Self::Approval, Self::Slots, Self::People];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Runs => "runs",
            Self::Mailboxes => "mailboxes",
            Self::Approval => "approval",
            Self::Slots => "slots",
            Self::People => "people",
        }
    }

    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Runs => "Runs",
            Self::Mailboxes => "Keeping mailboxes out",
            Self::Approval => "Setup and approval",
            Self::Slots => "Slots",
            Self::People => "People and keys",
        }
    }

    /// How the codes of its entries begin.
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
    /// Whom or what it was done to: an id, a tenant, a client id.
    pub target: Option<String>,
    /// How many mailboxes it concerned, where that was written down.
    pub mailboxes: Option<u32>,
    /// What a sync has found.
    #[serde(default)]
    pub found: Found,
    /// What a value was and is.
    #[serde(default)]
    pub change: Option<(String, String)>,
    /// Network address of who did it.
    #[serde(default)]
    pub from: Option<String>,
    /// Finds the request in the server's log.
    #[serde(default)]
    pub request: Option<String>,
}

impl Entry {
    /// What was done, in words. A code that is newer than this page is shown as it is.
    #[must_use]
    pub fn words(&self) -> &str {
        match self.what.as_str() {
            "run.connect" => "Started connecting",
            "run.reconnect" => "Started reconnecting",
            "run.disconnect" => "Started disconnecting",
            "run.verify" => "Started a check",
            "run.sync" => "Started a directory sync",
            "directory.changed" => "Found changes in the directory",
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
            "alert.removed" => "Ended alerts to an address",
            "credential.expiring" => "Warned of a credential that ends",
            "rule.added" => "Added a rule for newcomers",
            "rule.on" => "Switched a rule on",
            "rule.off" => "Switched a rule off",
            "rule.removed" => "Removed a rule",
            "delegation.removed" => "Removed an organisation",
            "session.ended" => "Signed out elsewhere",
            "member.invited" => "Invited somebody",
            "member.invitation_revoked" => "Took an invitation back",
            "member.joined" => "Joined the workspace",
            "member.role" => "Changed a role",
            "member.account" => "Signs in with a Microsoft account from now on",
            "member.removed" => "Took somebody out",
            "api_key.made" => "Made an API key",
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

/// Which entries are shown. Days are `2026-11-23`, in UTC, ends included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ActivityQuery {
    pub who: Option<String>,
    pub topic: Option<Topic>,
    pub from: Option<String>,
    pub to: Option<String>,
    /// Only entries before this one.
    pub before: Option<Uuid>,
}

impl ActivityQuery {
    /// Reads the query of the page's address. What it does not know it ignores.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut query = Self::default();
        for (key, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
            match key {
                "who" => query.who = Some(value.to_owned()),
                "what" => query.topic = Topic::ALL.into_iter().find(|t| t.as_str() == value),
                "from" => query.from = Some(value.to_owned()),
                "to" => query.to = Some(value.to_owned()),
                "before" => query.before = value.parse().ok(),
                _ => {}
            }
        }
        query
    }

    /// The pairs of the page's address.
    #[must_use]
    pub fn to_pairs(&self) -> Vec<(&'static str, String)> {
        let pairs = [
            ("who", self.who.clone()),
            ("what", self.topic.map(|topic| topic.as_str().to_owned())),
            ("from", self.from.clone()),
            ("to", self.to.clone()),
            ("before", self.before.map(|id| id.to_string())),
        ];
        pairs.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
    }

    /// Whether anything narrows the list.
    #[must_use]
    pub const fn is_filtered(&self) -> bool {
        self.who.is_some() || self.topic.is_some() || self.from.is_some() || self.to.is_some()
    }
}

/// A page of entries, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityPage {
    pub entries: Vec<Entry>,
    /// Everybody who ever did something, for the filter.
    pub people: Vec<String>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Uuid>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_survives_its_address() {
        let query = ActivityQuery {
            who: Some("Olga & Co".into()),
            topic: Some(Topic::Runs),
            from: Some("2026-11-01".into()),
            to: None,
            before: Some(Uuid::nil()),
        };
        let pairs = query.to_pairs();
        assert_eq!(ActivityQuery::from_pairs(pairs.iter().map(|(k, v)| (*k, v.as_str()))), query);
        assert_eq!(ActivityQuery::from_pairs([("who", ""), ("what", "nonsense")]), ActivityQuery::default());
    }
}
