//! A round: a complete reading of the directory, page by page to the delta link, each page once.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
};

use super::{DeltaFrom, Next, Tenant, UsersPage};
use crate::failure::{Class, Failure};

/// More pages than the largest directory has: ten million users, a hundred to a page.
const MAX_PAGES: usize = 100_000;

/// A round under way. Holds one page at a time and eight bytes for each earlier page, whatever the size of the
/// directory.
#[derive(Debug)]
pub struct Round {
    tenant: Tenant,
    /// The link of the next page; `None` at the start of a full round.
    at: Option<String>,
    done: bool,
    seen: HashSet<u64>,
}

impl Tenant {
    /// A round from its start, from the page after an interruption, or from a delta link.
    #[must_use]
    pub fn round(&self, from: DeltaFrom<'_>) -> Round {
        let at = match from {
            DeltaFrom::Start => None,
            DeltaFrom::Link(link) => Some(link.to_owned()),
        };
        Round { tenant: self.clone(), at, done: false, seen: HashSet::new() }
    }
}

impl Round {
    /// The next page; `None` after the one with the delta link. After a temporary failure, the next call requests the
    /// same page again.
    ///
    /// # Errors
    /// As [`Tenant::users_delta`]; [`Class::Unknown`] with code `link_loop` when a page links to one that was read
    /// before, or after 100,000 pages.
    pub async fn next(&mut self) -> Result<Option<UsersPage>, Failure> {
        if self.done {
            return Ok(None);
        }
        let page =
            self.tenant.users_delta(self.at.as_deref().map_or(DeltaFrom::Start, DeltaFrom::Link)).await?;
        match &page.next {
            Next::Delta(_) => self.done = true,
            Next::Page(link) => {
                let mut hasher = DefaultHasher::new();
                link.hash(&mut hasher);
                if !self.seen.insert(hasher.finish()) || self.seen.len() > MAX_PAGES {
                    let detail = "GET users/delta: the page links form a loop";
                    return Err(Failure::new(Class::Unknown, detail).code("link_loop"));
                }
                self.at = Some(link.clone());
            }
        }
        Ok(Some(page))
    }
}
