//! The query of the list: its tab, search, filters and order.

use serde::{Deserialize, Serialize};

use super::{columns::Sort, status::Status, tab::Tab};
use crate::{Reason, connection::Connection, mailbox::Kind};

/// Filters and order of the list.
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
    /// The same query on another tab, without a status that the tab never lists.
    #[must_use]
    pub fn on(self, tab: Tab) -> Self {
        let status = self.status.filter(|status| status.is_in(tab));
        Self { tab, status, ..self }
    }

    /// The same query with its texts cleaned: a text that no row can contain is not sent to the database.
    #[must_use]
    pub fn cleaned(&self) -> Self {
        let clean = |text: &Option<String>| text.as_deref().map(|text| crate::text::clean(text).into_owned());
        Self {
            search: crate::text::clean(&self.search).into_owned(),
            department: clean(&self.department),
            domain: clean(&self.domain),
            ..self.clone()
        }
    }

    /// Whether the tab and the status filter list mailboxes in this state.
    #[must_use]
    pub fn lists(&self, state: Connection) -> bool {
        self.tab.states().contains(&state)
            && self.status.is_none_or(|status| status.states().contains(&state))
    }
}
