//! The filters, each a chip and a pair of the address.

use super::{ListQuery, Status};
use crate::{Reason, mailbox::Kind};

/// What narrows a list besides its tab and its search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    Status,
    Kind,
    Department,
    Domain,
    Reason,
}

impl Filter {
    pub const ALL: [Self; 5] = [Self::Status, Self::Kind, Self::Department, Self::Domain, Self::Reason];

    /// Its key in the page's address.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Kind => "kind",
            Self::Department => "department",
            Self::Domain => "domain",
            Self::Reason => "reason",
        }
    }

    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Status => "Status",
            Self::Kind => "Kind",
            Self::Department => "Department",
            Self::Domain => "Domain",
            Self::Reason => "Reason",
        }
    }
}

impl ListQuery {
    /// The value of a filter, as the address has it.
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

    /// Sets a filter; nothing and what is unknown take it away.
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
