//! The directory's users, by delta query.

use std::collections::HashSet;

use serde::Deserialize;
use serde_json::Value;
use tokio::sync::watch;

use super::{
    Tenant,
    call::{Call, read},
    following::following,
    mailbox::{Shape, UserRequest},
};
use crate::{
    directory::{DirectoryUser, Removed, RemovedReason, Tombstone},
    failure::{Class, Failure},
    http::Answer,
    link,
};

const DELTA: &str = "GET users/delta";
const FIRST: &str = "GET users?$top=1";
/// From this number of users on, a page of which none can be read is a failure of the page.
const UNREADABLE_PAGE: usize = 10;
/// The properties that are read, and *tracked*: a change of any other property does not list a user in a round. A
/// macro, because `concat!` takes no constants.
macro_rules! select {
    () => {
        "id,displayName,mail,userPrincipalName,accountEnabled,userType,assignedPlans,proxyAddresses,department,\
         jobTitle,onPremisesSyncEnabled"
    };
}

/// One complete user ([user](https://learn.microsoft.com/graph/api/user-get)).
pub(super) const USER: UserRequest<DirectoryUser> = UserRequest {
    shape: Shape {
        what: "GET users/{id}",
        path: &[],
        query: concat!("$select=", select!()),
        uses_exchange: false,
        roles: &["User.Read.All", "User.ReadWrite.All", "Directory.Read.All"],
    },
    read: |answer| read(&answer?, USER.shape.what),
};

/// The position from which users are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeltaFrom<'a> {
    /// A full round: every user.
    Start,
    /// The link of a page's [`Next`], verbatim: the next page, or (for a delta link of the last seven days) the
    /// changes since.
    Link(&'a str),
}

/// The position at which a round continues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// The round has more pages; this link is short-lived.
    Page(String),
    /// The round is complete; store this link for the next one, and apply the results of the round only now.
    Delta(String),
}

/// One page of a round. May be empty and still have a next page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsersPage {
    pub users: Vec<DirectoryUser>,
    /// Also possible in a first round.
    pub removed: Vec<Removed>,
    /// The ids of items that cannot be read, `None` for an item without one. Nothing is known about these users; read
    /// them again with [`Tenant::users`].
    pub unreadable: Vec<Option<String>>,
    pub next: Next,
}

#[derive(Debug, Deserialize)]
struct Page<T> {
    value: Vec<T>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
    #[serde(rename = "@odata.deltaLink")]
    delta: Option<String>,
}

/// A page with its readable users, and the ids of the others.
type ReadPage = (Page<DirectoryUser>, Vec<Option<String>>);

/// Reads a page. Only if that fails, its items are read one by one, which takes several times as long.
fn read_page(answer: &Answer, what: &str) -> Result<ReadPage, Failure> {
    if let Ok(page) = serde_json::from_slice(&answer.body) {
        return Ok((page, Vec::new()));
    }
    let Page { value: items, next, delta } = read::<Page<Value>>(answer, what)?;
    let (mut value, mut unreadable) = (Vec::with_capacity(items.len()), Vec::new());
    for item in items {
        let id = item.get("id").and_then(Value::as_str).filter(|id| !id.is_empty()).map(str::to_owned);
        match serde_json::from_value::<DirectoryUser>(item) {
            Ok(user) if !user.id.is_empty() => value.push(user),
            _ => unreadable.push(id),
        }
    }
    tracing::warn!(request = %answer.request_id, users = unreadable.len(), "users of a page cannot be read");
    if value.is_empty() && unreadable.len() >= UNREADABLE_PAGE {
        let failure = Failure::new(Class::Unknown, format!("{what}: no user of the page can be read"));
        return Err(failure.code("unreadable_page").request_id(answer.request_id.clone()));
    }
    Ok((Page { value, next, delta }, unreadable))
}

impl Tenant {
    /// One page of users ([delta](https://learn.microsoft.com/graph/api/user-delta)). Needs `User.Read.All`. A user
    /// may occur several times in a round and in any order: the last occurrence counts.
    ///
    /// # Errors
    /// [`Class::Unknown`] with code `unreadable_page` for ten users or more of which none can be read.
    /// [`Class::DeltaExpired`]: start over, and delete no users until the new round is complete. [`Class::Unknown`]
    /// with code `link_refused` for a link that does not lead to our Graph, or `link_loop` for a page that links to
    /// itself (for longer loops see [`Tenant::round`]). [`Class::PermissionMissing`], and the classes of
    /// [`app_token`](crate::Microsoft::app_token).
    pub async fn users_delta(&self, from: DeltaFrom<'_>) -> Result<UsersPage, Failure> {
        self.users_page(from, &watch::Sender::new(None)).await
    }

    /// The same. Once the beginning of the page has arrived, `ahead` gets the link to the page after it, unless
    /// that stands behind the users. It is not checked yet, and a page that was requested again may have another one.
    pub(super) async fn users_page(
        &self,
        from: DeltaFrom<'_>,
        ahead: &watch::Sender<Option<String>>,
    ) -> Result<UsersPage, Failure> {
        let cloud = self.microsoft.cloud();
        let url = match from {
            DeltaFrom::Start => cloud.graph_url(&["users", "delta"], concat!("$select=", select!())),
            DeltaFrom::Link(link) => link::checked(link, cloud)?,
        };
        let head = {
            let ahead = ahead.clone();
            move |head: &[u8]| {
                let link = following(head);
                ahead.send_if_modified(|known| {
                    let news = link.is_some() && *known != link;
                    if news {
                        *known = link;
                    }
                    news
                });
            }
        };
        let read = |answer: &Answer| {
            let (page, unreadable) = read_page(answer, DELTA)?;
            let next = match (page.next, page.delta) {
                (Some(link), _) => Next::Page(link),
                (None, Some(link)) => Next::Delta(link),
                (None, None) => {
                    let failure = Failure::new(Class::Unknown, format!("{DELTA}: a page without a link"));
                    return Err(failure.request_id(answer.request_id.clone()));
                }
            };
            Ok((page.value, unreadable, next))
        };
        let call = Call { head: Some(Box::new(head)), ..Call::get(DELTA, url.clone()) };
        let (items, unreadable, next) = self.fetch_with(&call, read).await?;
        // Checked already here, so that an invalid link is not stored.
        let (Next::Page(link) | Next::Delta(link)) = &next;
        let to = link::checked(link, cloud)?;
        if matches!(next, Next::Page(_)) && to == url {
            return Err(
                Failure::new(Class::Unknown, format!("{DELTA}: a page links to itself")).code("link_loop")
            );
        }
        let (users, removed) = separate(items);
        Ok(UsersPage { users, removed, unreadable, next })
    }

    /// Any one user, as a probe of `User.Read.All`; `None` if the page is empty.
    ///
    /// # Errors
    /// As [`users_delta`](Self::users_delta), without the links.
    pub async fn first_user(&self) -> Result<Option<DirectoryUser>, Failure> {
        let url = self.microsoft.cloud().graph_url(&["users"], concat!("$top=1&$select=", select!()));
        let (page, _) = self.fetch_with(&Call::get(FIRST, url), |answer| read_page(answer, FIRST)).await?;
        Ok(separate(page.value).0.into_iter().next())
    }
}

/// Separates users from tombstones. If a user occurs more than once, the last occurrence counts.
fn separate(items: Vec<DirectoryUser>) -> (Vec<DirectoryUser>, Vec<Removed>) {
    let mut seen = HashSet::with_capacity(items.len());
    let (mut users, mut removed) = (Vec::with_capacity(items.len()), Vec::new());
    for user in items.into_iter().rev() {
        if !seen.insert(user.id.clone()) {
            continue;
        }
        match user.removed {
            None => users.push(user),
            Some(Tombstone { reason }) => {
                // Any reason but "deleted" means restorable; so does an unknown reason, to be safe.
                let gone = reason.as_deref() == Some("deleted");
                let reason = if gone { RemovedReason::Deleted } else { RemovedReason::Changed };
                removed.push(Removed { id: user.id, reason });
            }
        }
    }
    users.reverse();
    removed.reverse();
    (users, removed)
}

/// Reads any answer as a page.
#[cfg(test)]
pub(super) fn read_any(answer: &crate::http::Answer) {
    if let Ok((page, _)) = read_page(answer, DELTA) {
        drop(separate(page.value));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_unreadable_user_does_not_hide_the_others() {
        let body = json!({ "@odata.deltaLink": "x", "value": [
            { "id": "a", "displayName": "A" },
            { "id": "b", "displayName": 7 },
            { "displayName": "no id" },
            { "id": null },
            { "id": "c", "assignedPlans": [null, { "servicePlanId": null, "capabilityStatus": null }] },
            { "id": "d", "assignedPlans": "all", "businessPhones": "1" },
            "a text", null,
        ]});
        let answer = Answer { body: body.to_string().into(), ..Answer::empty("r") };
        let (page, unreadable) = read_page(&answer, DELTA).unwrap();
        let ids: Vec<_> = page.value.iter().map(|user| user.id.as_str()).collect();
        assert_eq!(ids, ["a", "c"]);
        let d = Some("d".to_owned());
        assert_eq!(unreadable, [Some("b".to_owned()), None, None, d, None, None]);
        let many = vec![json!({ "id": "a", "displayName": 7 }); 10];
        let page = |users: &[Value]| Answer {
            body: json!({ "@odata.deltaLink": "x", "value": users }).to_string().into(),
            ..answer.clone()
        };
        assert_eq!(read_page(&page(&many), DELTA).unwrap_err().code.as_deref(), Some("unreadable_page"));
        assert_eq!(read_page(&page(&many[1..]), DELTA).unwrap().1.len(), 9);
        for body in ["", "<html></html>", r#"{"value":[{"id":"a""#, r#"{"value":null}"#, "{}"] {
            let answer = Answer { body: body.into(), ..answer.clone() };
            assert_eq!(read_page(&answer, DELTA).unwrap_err().class, Class::Unknown, "{body}");
        }
    }

    #[test]
    fn users_and_tombstones_are_separated() {
        let sorted = |items| serde_json::from_value(items).map(separate);
        let (users, removed) = sorted(json!([
            {"id": "a", "mail": "a@b.c"},
            {"id": "b", "@removed": {"reason": "changed"}},
            {"id": "c", "@removed": {"reason": "deleted"}},
            {"id": "d", "@removed": {}},
        ]))
        .unwrap();
        assert_eq!(users[0].mail.text(), Some("a@b.c"));
        let reasons: Vec<_> = removed.iter().map(|one| (one.id.as_str(), one.reason)).collect();
        assert_eq!(
            reasons,
            [("b", RemovedReason::Changed), ("c", RemovedReason::Deleted), ("d", RemovedReason::Changed)]
        );
        let (users, removed) = sorted(json!([
            {"id": "a", "mail": "old@b.c"},
            {"id": "b", "@removed": {"reason": "changed"}},
            {"id": "a", "mail": "new@b.c"},
            {"id": "b", "mail": "restored@b.c"},
        ]))
        .unwrap();
        let mails: Vec<_> = users.iter().filter_map(|user| user.mail.text()).collect();
        assert_eq!((mails, removed), (vec!["new@b.c", "restored@b.c"], vec![]));
        assert!(sorted(json!([{"mail": "a@b.c"}])).is_err());
        assert!(sorted(json!([{"id": "a", "accountEnabled": "yes"}])).is_err());
    }
}
