//! The filters; each is a chip and a pair of the query string.

use super::{query::ListQuery, status::Status};
use crate::{Reason, mailbox::Kind};

crate::states! {
    /// A filter of the list, besides tab and search. Its name is its key in the query string.
    pub enum Filter: "filter" {
        Status = "status" => "Status",
        Kind = "kind" => "Kind",
        Department = "department" => "Department",
        Domain = "domain" => "Domain",
        Reason = "reason" => "Reason",
    }
}

impl ListQuery {
    /// The value of a filter, as in the query string.
    #[must_use]
    pub fn filter(&self, filter: Filter) -> Option<&str> {
        match filter {
            Filter::Status => self.status.map(Status::as_str),
            Filter::Kind => self.kind.map(Kind::as_str),
            Filter::Department => self.department.as_deref(),
            Filter::Domain => self.domain.as_deref(),
            Filter::Reason => self.reason.map(Reason::code),
        }
    }

    /// Sets a filter; an empty or unknown value removes it.
    pub fn set_filter(&mut self, filter: Filter, value: &str) {
        let text = || Some(value.to_owned()).filter(|value| !value.is_empty());
        match filter {
            Filter::Status => self.status = value.parse().ok(),
            Filter::Kind => self.kind = value.parse().ok(),
            Filter::Department => self.department = text(),
            Filter::Domain => self.domain = text().map(|domain| domain.to_lowercase()),
            Filter::Reason => self.reason = value.parse().ok(),
        }
    }

    /// Whether a search or a filter is set.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        !self.search.is_empty() || Filter::ALL.into_iter().any(|filter| self.filter(filter).is_some())
    }

    /// The same without one filter.
    #[must_use]
    pub fn without(mut self, filter: Filter) -> Self {
        self.set_filter(filter, "");
        self
    }

    /// The same list without search and filters.
    #[must_use]
    pub fn unfiltered(self) -> Self {
        Self { tab: self.tab, sort: self.sort, descending: self.descending, ..Self::default() }
    }
}
