//! The list of mailboxes: tab, search, filters and order, and their place in the URL.

use serde::{Deserialize, Serialize};

use crate::{Reason, connection::Connection, ids::RowNo, mailbox::Kind};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tab {
    #[default]
    Available,
    Connected,
    Attention,
    Cannot,
    All,
}

impl Tab {
    pub const ALL: [Self; 5] = [Self::Available, Self::Connected, Self::Attention, Self::Cannot, Self::All];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Connected => "connected",
            Self::Attention => "attention",
            Self::Cannot => "cannot",
            Self::All => "all",
        }
    }

    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Available => "Available",
            Self::Connected => "Connected",
            Self::Attention => "Needs attention",
            Self::Cannot => "Can’t connect",
            Self::All => "All",
        }
    }

    /// The states the tab lists. Mailboxes in a run stay in sight in *Available* until they are connected.
    #[must_use]
    pub const fn states(self) -> &'static [Connection] {
        use Connection::{
            Available, Connected, Connecting, Disconnected, Excluded, Failed, Ineligible, NeedsAttention,
            Queued,
        };
        match self {
            Self::Available => &[Available, Failed, Disconnected, Queued, Connecting],
            Self::Connected => &[Connected, NeedsAttention],
            Self::Attention => &[NeedsAttention],
            Self::Cannot => &[Ineligible, Excluded],
            Self::All => &[
                Available,
                Ineligible,
                Excluded,
                Queued,
                Connecting,
                Connected,
                NeedsAttention,
                Failed,
                Disconnected,
            ],
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    #[default]
    Name,
    Address,
    Department,
    Kind,
    Status,
    Checked,
}

impl Sort {
    pub const ALL: [Self; 6] =
        [Self::Name, Self::Address, Self::Department, Self::Kind, Self::Status, Self::Checked];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Address => "address",
            Self::Department => "department",
            Self::Kind => "kind",
            Self::Status => "status",
            Self::Checked => "checked",
        }
    }
}

/// What the list shows and in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ListQuery {
    pub tab: Tab,
    /// Matched against name and address, case-insensitively.
    pub search: String,
    pub kind: Option<Kind>,
    pub department: Option<String>,
    pub reason: Option<Reason>,
    pub sort: Sort,
    pub descending: bool,
}

impl ListQuery {
    /// Reads the query of the page's address. What it does not know it ignores: an old link still opens.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut query = Self::default();
        for (key, value) in pairs {
            match key {
                "tab" => query.tab = Tab::ALL.into_iter().find(|t| t.as_str() == value).unwrap_or_default(),
                "q" => query.search = value.trim().to_owned(),
                "kind" => query.kind = value.parse().ok(),
                "department" if !value.is_empty() => query.department = Some(value.to_owned()),
                "reason" => query.reason = value.parse().ok(),
                "sort" => {
                    query.sort = Sort::ALL.into_iter().find(|s| s.as_str() == value).unwrap_or_default()
                }
                "desc" => query.descending = value == "1",
                _ => {}
            }
        }
        query
    }

    /// The pairs of the page's address; what is at its default is left out.
    #[must_use]
    pub fn to_pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if self.tab != Tab::default() {
            pairs.push(("tab", self.tab.as_str().to_owned()));
        }
        if !self.search.is_empty() {
            pairs.push(("q", self.search.clone()));
        }
        if let Some(kind) = self.kind {
            pairs.push(("kind", kind.as_str().to_owned()));
        }
        if let Some(department) = &self.department {
            pairs.push(("department", department.clone()));
        }
        if let Some(reason) = self.reason {
            pairs.push(("reason", reason.code().to_owned()));
        }
        if self.sort != Sort::default() {
            pairs.push(("sort", self.sort.as_str().to_owned()));
        }
        if self.descending {
            pairs.push(("desc", "1".to_owned()));
        }
        pairs
    }

    /// Whether anything narrows the tab.
    #[must_use]
    pub const fn is_filtered(&self) -> bool {
        !self.search.is_empty() || self.kind.is_some() || self.department.is_some() || self.reason.is_some()
    }
}

/// The order spine: the row numbers of the whole filtered list, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spine {
    /// The directory revision it was read at.
    pub directory_rev: i64,
    pub order: Vec<RowNo>,
    /// Those of `order` that a connect run would take now.
    pub connectable: Vec<RowNo>,
    /// Those of `order` that an administrator keeps out.
    pub excluded: Vec<RowNo>,
    /// Departments that occur in the delegation, for the filter.
    pub departments: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_survives_the_address_bar() {
        let query = ListQuery {
            tab: Tab::Attention,
            search: "李 & co".into(),
            kind: Some(Kind::Shared),
            department: Some("Sales".into()),
            reason: Some(Reason::OutOfScope),
            sort: Sort::Checked,
            descending: true,
        };
        let pairs = query.to_pairs();
        assert_eq!(ListQuery::from_pairs(pairs.iter().map(|(k, v)| (*k, v.as_str()))), query);
        assert!(ListQuery::default().to_pairs().is_empty());
    }

    #[test]
    fn an_unknown_value_opens_the_default_list() {
        assert_eq!(ListQuery::from_pairs([("tab", "nope"), ("sort", "?"), ("x", "y")]), ListQuery::default());
    }
}
