//! The list of mailboxes: tab, search, filters and order, and their place in the URL.

mod filter;
mod status;
mod tab;

use serde::{Deserialize, Serialize};

pub use filter::Filter;
pub use status::{Status, UnknownStatus};
pub use tab::Tab;

use crate::{
    Reason,
    connection::Connection,
    ids::RowNo,
    mailbox::{Kind, MailboxRow},
};

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

    /// Whether the order is of what the directory says: connecting and checking move nobody in it.
    #[must_use]
    pub const fn is_of_the_directory(self) -> bool {
        matches!(self, Self::Name | Self::Address | Self::Department | Self::Kind)
    }

    /// Whether a mailbox that changed so would stand elsewhere in this order. One that was not known before would.
    #[must_use]
    pub fn shifts(self, before: Option<&MailboxRow>, after: &MailboxRow) -> bool {
        match self {
            Self::Status => before.is_none_or(|before| before.connection != after.connection),
            Self::Checked => before.is_none_or(|before| before.checked_at != after.checked_at),
            // New names and addresses come with a revision of the directory, which says so itself.
            Self::Name | Self::Address | Self::Department | Self::Kind => false,
        }
    }
}

/// What the list shows and in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ListQuery {
    pub tab: Tab,
    /// Matched against name, address, aliases and department, case-insensitively.
    pub search: String,
    #[serde(default)]
    pub status: Option<Status>,
    pub kind: Option<Kind>,
    pub department: Option<String>,
    /// The part of the address after the @, in lower case.
    #[serde(default)]
    pub domain: Option<String>,
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
                "sort" => {
                    query.sort = Sort::ALL.into_iter().find(|s| s.as_str() == value).unwrap_or_default()
                }
                "desc" => query.descending = value == "1",
                _ => {
                    if let Some(filter) = Filter::ALL.into_iter().find(|filter| filter.key() == key) {
                        query.set_filter(filter, value);
                    }
                }
            }
        }
        let tab = query.tab;
        query.on(tab)
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
        for filter in Filter::ALL {
            if let Some(value) = self.filter(filter) {
                pairs.push((filter.key(), value.to_owned()));
            }
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
    pub fn is_filtered(&self) -> bool {
        !self.search.is_empty() || Filter::ALL.into_iter().any(|filter| self.filter(filter).is_some())
    }

    /// The same on another tab, without a status that is never there.
    #[must_use]
    pub fn on(self, tab: Tab) -> Self {
        let status = self.status.filter(|status| status.is_in(tab));
        Self { tab, status, ..self }
    }

    /// Whether the tab and the status filter list mailboxes in this state.
    #[must_use]
    pub fn lists(&self, state: Connection) -> bool {
        self.tab.states().contains(&state)
            && self.status.is_none_or(|status| status.states().contains(&state))
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
    /// Domains of the addresses that occur in the delegation, for the filter.
    pub domains: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_survives_the_address_bar() {
        let query = ListQuery {
            tab: Tab::Connected,
            search: "李 & co".into(),
            status: Some(Status::Attention),
            kind: Some(Kind::Shared),
            department: Some("Sales".into()),
            domain: Some("contoso.com".into()),
            reason: Some(Reason::OutOfScope),
            sort: Sort::Checked,
            descending: true,
        };
        let pairs = query.to_pairs();
        assert_eq!(ListQuery::from_pairs(pairs.iter().map(|(k, v)| (*k, v.as_str()))), query);
        assert!(ListQuery::default().to_pairs().is_empty());
    }

    #[test]
    fn only_orders_by_what_changed_are_upset_by_a_change() {
        let before = MailboxRow {
            row: RowNo(1),
            id: crate::ids::MailboxId("00000000-0000-0000-0000-000000000001".parse().unwrap()),
            name: "Ann".into(),
            address: "ann@contoso.com".into(),
            department: None,
            kind: Kind::User,
            connection: Connection::Queued,
            reason: None,
            busy: true,
            checked_at: None,
            connected_at: None,
            rev: crate::ids::Seq(1),
        };
        let connected = MailboxRow { connection: Connection::Connected, ..before.clone() };
        let checked = MailboxRow { checked_at: Some(1), ..before.clone() };
        for sort in Sort::ALL {
            let upset =
                [Some(&before), None].map(|was| (sort.shifts(was, &connected), sort.shifts(was, &checked)));
            let expected = match sort {
                Sort::Status => [(true, false), (true, true)],
                Sort::Checked => [(false, true), (true, true)],
                _ => [(false, false), (false, false)],
            };
            assert_eq!(upset, expected, "{}", sort.as_str());
            assert_eq!(sort.is_of_the_directory(), upset[1] == (false, false), "{}", sort.as_str());
        }
    }

    #[test]
    fn a_status_that_the_tab_never_lists_is_left_behind() {
        let query = ListQuery { status: Some(Status::Failed), ..ListQuery::default() };
        assert!(query.lists(Connection::Failed) && !query.lists(Connection::Available));
        assert_eq!(query.clone().on(Tab::All).status, Some(Status::Failed));
        assert_eq!(query.on(Tab::Cannot).status, None);
        assert_eq!(ListQuery::from_pairs([("status", "failed"), ("tab", "cannot")]).status, None);
    }

    #[test]
    fn each_filter_can_be_taken_away_by_itself() {
        let pairs =
            [("q", "ann"), ("status", "failed"), ("kind", "room"), ("domain", "Contoso.com"), ("desc", "1")];
        let query = ListQuery::from_pairs(pairs);
        for filter in Filter::ALL.into_iter().filter(|filter| query.filter(*filter).is_some()) {
            let less = query.clone().without(filter);
            assert_eq!(less.filter(filter), None);
            assert_eq!(less.to_pairs().len(), pairs.len() - 1);
        }
        assert!(!query.clone().unfiltered().is_filtered() && query.unfiltered().descending);
    }

    #[test]
    fn an_unknown_value_opens_the_default_list() {
        assert_eq!(ListQuery::from_pairs([("tab", "nope"), ("sort", "?"), ("x", "y")]), ListQuery::default());
    }
}
