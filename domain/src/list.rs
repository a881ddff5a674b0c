//! The list of mailboxes: its columns; tab, search, filters and order, and their representation in the URL.

mod columns;
mod filter;
mod query;
mod status;
mod tab;
mod url;

use serde::{Deserialize, Serialize};

pub use columns::{COLUMNS, Cell, Column, SHOWN_DATA, Shown, Sort, Width};
pub use filter::Filter;
pub use query::ListQuery;
pub use status::Status;
pub use tab::Tab;

use crate::ids::RowNumber;

/// The list order: the row numbers of the whole filtered list, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListOrder {
    /// The directory revision at which it was read.
    pub directory_rev: i64,
    pub order: Vec<RowNumber>,
    /// Rows of `order` that a connect run would take now.
    pub connectable: Vec<RowNumber>,
    /// Rows of `order` whose last attempt to connect failed.
    #[serde(default)]
    pub failed: Vec<RowNumber>,
    /// Rows of `order` that an administrator has excluded.
    pub excluded: Vec<RowNumber>,
    /// Departments that occur in the delegation, for the filter.
    pub departments: Vec<Choice>,
    /// Domains of the addresses that occur in the delegation, for the filter.
    pub domains: Vec<Choice>,
}

/// A value that a filter offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub value: String,
    /// Number of mailboxes of the delegation that have it.
    pub count: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Reason,
        connection::Connection,
        mailbox::{Kind, MailboxRow},
    };

    #[test]
    fn a_query_round_trips_through_the_url() {
        let query = ListQuery {
            tab: Tab::Attention,
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
    fn a_change_shifts_only_orders_by_the_changed_value() {
        let before = MailboxRow {
            row: RowNumber(1),
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
            let shifts =
                [Some(&before), None].map(|was| (sort.shifts(was, &connected), sort.shifts(was, &checked)));
            let expected = match sort {
                Sort::Status => [(true, false), (true, true)],
                Sort::Checked => [(false, true), (true, true)],
                _ => [(false, false), (false, false)],
            };
            assert_eq!(shifts, expected, "{}", sort.as_str());
            assert_eq!(sort.is_of_the_directory(), shifts[1] == (false, false), "{}", sort.as_str());
        }
    }

    #[test]
    fn a_status_that_the_tab_never_lists_is_removed() {
        let query = ListQuery { status: Some(Status::Failed), ..ListQuery::default() };
        assert!(!query.lists(Connection::Failed) && !query.lists(Connection::Available));
        let query = query.on(Tab::Attention);
        assert!(query.lists(Connection::Failed) && !query.lists(Connection::NeedsAttention));
        assert_eq!(query.clone().on(Tab::All).status, Some(Status::Failed));
        assert_eq!(query.on(Tab::Cannot).status, None);
        assert_eq!(ListQuery::from_pairs([("status", "failed"), ("tab", "cannot")]).status, None);
    }

    #[test]
    fn each_filter_can_be_removed_separately() {
        let pairs = [
            ("q", "ann"),
            ("status", "disconnected"),
            ("kind", "room"),
            ("domain", "Contoso.com"),
            ("desc", "1"),
        ];
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
