//! Classifies a page of the directory: the kind of each user's mailbox, and whether it can be connected.

use std::collections::{BTreeSet, HashMap};

use domain::{schedule::BATCH, text::clean};
use microsoft::{
    Class, DirectoryUser, Exchange, Facts, Failure, Next, Tenant, UsersPage, eligibility, is_unclear,
};
use time::OffsetDateTime;

use super::{context::RunContext, purposes::answer_of};
use crate::tenant::reasons::{described, moment};
use store::{DirectoryEntry, Lease, StoreError};

/// A page with complete users.
pub(super) struct ReadPage {
    pub(super) users: Vec<DirectoryUser>,
    pub(super) removed: Vec<String>,
    /// The ids of users that cannot be read, `None` for a user without one.
    pub(super) unreadable: Vec<Option<String>>,
    pub(super) next: Next,
}

/// Completes a page. `later`: the round is not a full one. Then items may lack unchanged properties; those users are
/// read in full first, because an absent property is not null. The users `again` are read as well.
///
/// # Errors
/// A failure of a whole request. A user that cannot be read concerns no other one.
pub(super) async fn read(
    tenant: &Tenant,
    page: UsersPage,
    (later, again): (bool, &[String]),
) -> Result<ReadPage, Failure> {
    let UsersPage { users, removed, mut unreadable, next } = page;
    // An id is a GUID; one that is not even text of one line belongs to no user that could be stored.
    let (users, odd): (Vec<_>, Vec<_>) = users.into_iter().partition(|user| clean(&user.id) == user.id);
    unreadable.extend(odd.iter().map(|_| None));
    let mut page = ReadPage {
        users: Vec::new(),
        removed: removed.into_iter().map(|gone| gone.id).collect(),
        unreadable,
        next,
    };
    let (mut users, partial): (Vec<_>, Vec<_>) =
        users.into_iter().partition(|user| !later || user.is_complete());
    let partial = partial.into_iter().map(|user| user.id);
    let again = again.iter().filter(|id| !users.iter().any(|user| user.id == **id)).cloned();
    let ids: BTreeSet<String> = partial.chain(again).collect();
    users.extend(completed(tenant, &ids.into_iter().collect::<Vec<_>>(), &mut page).await?);
    page.users = users;
    Ok(page)
}

/// The entries of the users of a page, with the answers of Exchange that are stored.
pub(super) async fn entries(
    cx: &RunContext,
    lease: &Lease,
    users: &[DirectoryUser],
) -> Result<Vec<DirectoryEntry>, StoreError> {
    let unclear = users.iter().filter(|user| is_unclear(&Facts::from(*user)));
    let ids: Vec<String> = unclear.map(|user| user.id.clone()).collect();
    let known = match ids.is_empty() {
        true => HashMap::new(),
        false => cx.store.mailboxes(&lease.ctx).purposes(lease.delegation, &ids).await?,
    };
    let now = moment(cx.store.now());
    let answer =
        |user: &DirectoryUser| known.get(&user.id).map_or(Exchange::NotAsked, |name| answer_of(name));
    Ok(users.iter().map(|user| entry(user, answer(user), now)).collect())
}

/// Reads users in full. Those deleted meanwhile are added to the page's removed ones.
async fn completed(
    tenant: &Tenant,
    ids: &[String],
    page: &mut ReadPage,
) -> Result<Vec<DirectoryUser>, Failure> {
    let mut users = Vec::with_capacity(ids.len());
    for ids in ids.chunks(BATCH) {
        for (id, user) in tenant.users(ids).await? {
            match user {
                Ok(user) => users.push(user),
                Err(failure) if failure.class == Class::UserNotFound => page.removed.push(id),
                Err(failure) => {
                    tracing::warn!(user = id, %failure, "a user cannot be read");
                    page.unreadable.push(Some(id));
                }
            }
        }
    }
    Ok(users)
}

/// The entry of a user. `answer` is what Exchange said earlier.
fn entry(user: &DirectoryUser, answer: Exchange, now: OffsetDateTime) -> DirectoryEntry {
    let facts = Facts::from(user);
    let (kind, obstacle) = described(eligibility(&facts, answer, now));
    let address = clean(address(user)).into_owned();
    let given =
        |text: Option<&str>| text.map(|text| clean(text).into_owned()).filter(|text| !text.is_empty());
    DirectoryEntry {
        entra_id: user.id.clone(),
        name: given(user.display_name.text()).unwrap_or_else(|| address.clone()),
        aliases: aliases(user, &address),
        address,
        department: given(user.department.text()),
        kind,
        licensed: facts.license.is_some(),
        on_premises: facts.synchronised,
        licensed_at: facts.license.and_then(|plan| plan.since).map(|at| at.unix_timestamp() * 1_000),
        obstacle,
        unclear: is_unclear(&facts),
    }
}

/// The address: `mail`, else the primary SMTP address, else the sign-in name. An empty text is none.
fn address(user: &DirectoryUser) -> &str {
    let given = |text: &&str| !text.trim().is_empty();
    let primary = user.proxy_addresses.items().iter().find_map(|proxy| proxy.strip_prefix("SMTP:"));
    let known = user.mail.text().filter(given).or(primary.filter(given));
    known.or(user.user_principal_name.text()).unwrap_or_default()
}

/// All other addresses of the mailbox, and the sign-in name: users look the mailbox up by each of them.
fn aliases(user: &DirectoryUser, address: &str) -> Vec<String> {
    let proxies = user.proxy_addresses.value().into_iter().flatten();
    // Not X.400, SIP and the like.
    let smtp = proxies.filter_map(|proxy| {
        let (kind, address) = proxy.split_once(':')?;
        kind.eq_ignore_ascii_case("smtp").then_some(address)
    });
    smtp.chain(user.user_principal_name.text())
        .map(|other| clean(other).into_owned())
        .filter(|other| !other.eq_ignore_ascii_case(address))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_address_is_the_first_that_is_not_empty() {
        for (user, expected) in [
            (json!({ "mail": "a@x", "proxyAddresses": ["SMTP:p@x"], "userPrincipalName": "u@x" }), "a@x"),
            (
                json!({ "mail": "", "proxyAddresses": ["smtp:q@x", "SMTP:p@x"], "userPrincipalName": "u@x" }),
                "p@x",
            ),
            (json!({ "mail": null, "proxyAddresses": ["smtp:q@x"], "userPrincipalName": "u@x" }), "u@x"),
            (json!({ "mail": " ", "proxyAddresses": [], "userPrincipalName": "u@x" }), "u@x"),
        ] {
            let mut whole = user;
            whole["id"] = json!("1");
            let user: DirectoryUser = serde_json::from_value(whole).unwrap();
            assert_eq!(address(&user), expected);
        }
    }
}
