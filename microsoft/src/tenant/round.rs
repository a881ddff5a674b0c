//! A round: a complete reading of the directory, page by page to the delta link, each page once. While a page is read
//! and used, the next one is already requested.

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
    panic,
};

use tokio::{
    sync::watch,
    task::{JoinError, JoinSet},
};
use tracing::Instrument as _;

use super::{DeltaFrom, Next, Tenant, UsersPage};
use crate::failure::{Class, Failure};

/// More pages than the largest directory has: ten million users, a hundred to a page.
const MAX_PAGES: usize = 100_000;

/// A round under way. Holds two pages at a time and eight bytes for each earlier page, whatever the size of the
/// directory.
#[derive(Debug)]
pub struct Round {
    tenant: Tenant,
    /// The link of the next page; `None` at the start of a full round.
    at: Option<String>,
    done: bool,
    seen: HashSet<u64>,
    ahead: Option<Request>,
}

/// A page that is being requested. Dropping it cancels the request.
#[derive(Debug)]
struct Request {
    link: Option<String>,
    /// One task. The page is read in it as well, beside the caller's work.
    page: JoinSet<Result<UsersPage, Failure>>,
    /// The link to the page after it, once the answer begins; see [`Tenant::users_page`].
    following: watch::Receiver<Option<String>>,
}

impl Tenant {
    /// A round from its start, from the page after an interruption, or from a delta link.
    #[must_use]
    pub fn round(&self, from: DeltaFrom<'_>) -> Round {
        let at = match from {
            DeltaFrom::Start => None,
            DeltaFrom::Link(link) => Some(link.to_owned()),
        };
        Round { tenant: self.clone(), at, done: false, seen: HashSet::new(), ahead: None }
    }
}

impl Request {
    fn start(tenant: &Tenant, link: Option<String>) -> Self {
        let (sender, following) = watch::channel(None);
        let (tenant, from) = (tenant.clone(), link.clone());
        let request = async move {
            let from = from.as_deref().map_or(DeltaFrom::Start, DeltaFrom::Link);
            tenant.users_page(from, &sender).await
        };
        Self { link, page: JoinSet::from_iter([request.in_current_span()]), following }
    }

    /// Waits for the page. `follow` is called with the link to the page after it, usually before this one is read.
    async fn page(mut self, mut follow: impl FnMut(String)) -> Result<UsersPage, Failure> {
        loop {
            tokio::select! {
                biased;
                Ok(()) = self.following.changed() => {
                    if let Some(link) = self.following.borrow_and_update().clone() {
                        follow(link);
                    }
                }
                Some(page) = self.page.join_next() => return page.unwrap_or_else(cancelled),
            }
        }
    }
}

/// The task of a request was cancelled, which only a runtime that stops does.
fn cancelled(error: JoinError) -> Result<UsersPage, Failure> {
    match error.try_into_panic() {
        Ok(panic) => panic::resume_unwind(panic),
        Err(_) => Err(Failure::new(Class::Unavailable, "GET users/delta: cancelled")),
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
        let request = self.ahead.take().filter(|ahead| ahead.link == self.at);
        let request = request.unwrap_or_else(|| Request::start(&self.tenant, self.at.clone()));
        let mut ahead = None;
        let page = request
            .page(|link| {
                if self.at.as_ref() != Some(&link) && !self.seen.contains(&hash(&link)) {
                    ahead = Some(Request::start(&self.tenant, Some(link)));
                }
            })
            .await?;
        match &page.next {
            Next::Delta(_) => self.done = true,
            Next::Page(link) => {
                if !self.seen.insert(hash(link)) || self.seen.len() > MAX_PAGES {
                    let detail = "GET users/delta: the page links form a loop";
                    return Err(Failure::new(Class::Unknown, detail).code("link_loop"));
                }
                self.at = Some(link.clone());
                self.ahead = ahead;
            }
        }
        Ok(Some(page))
    }
}

fn hash(link: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    link.hash(&mut hasher);
    hasher.finish()
}
