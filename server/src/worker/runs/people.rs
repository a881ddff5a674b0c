//! Classifies a page of the directory: the kind of each user's mailbox, and whether it can be connected.

use std::collections::HashMap;

use domain::schedule::BATCH;
use microsoft::{
    Class, DirectoryUser, Eligibility, Exchange, Facts, Failure, Next, Purpose, Tenant, UsersPage,
    eligibility,
};
use time::OffsetDateTime;

use crate::tenant::reasons::described;
use store::DirectoryEntry;

/// A classified page.
pub(super) struct JudgedPage {
    pub(super) entries: Vec<DirectoryEntry>,
    pub(super) removed: Vec<String>,
    pub(super) next: Next,
}

/// Classifies a page. `later`: the round is not a full one. Then items may lack unchanged properties; those users are
/// read in full first, because an absent property is not null.
///
/// # Errors
/// A failure of Graph that leaves a user unclassified.
pub(super) async fn judge(
    tenant: &Tenant,
    page: UsersPage,
    later: bool,
    now: OffsetDateTime,
) -> Result<JudgedPage, Failure> {
    let mut removed: Vec<String> = page.removed.into_iter().map(|gone| gone.id).collect();
    let users = if later { completed(tenant, page.users, &mut removed).await? } else { page.users };
    let purposes = purposes(tenant, &users, now).await?;
    let entries = users
        .iter()
        .map(|user| entry(user, purposes.get(&user.id).copied().unwrap_or(Exchange::NotAsked), now))
        .collect();
    Ok(JudgedPage { entries, removed, next: page.next })
}

/// Completes the users. Those deleted since the page was created are added to `removed`.
async fn completed(
    tenant: &Tenant,
    users: Vec<DirectoryUser>,
    removed: &mut Vec<String>,
) -> Result<Vec<DirectoryUser>, Failure> {
    let (mut whole, partial): (Vec<_>, Vec<_>) = users.into_iter().partition(DirectoryUser::is_complete);
    let ids: Vec<String> = partial.into_iter().map(|user| user.id).collect();
    for ids in ids.chunks(BATCH) {
        for (id, user) in tenant.users(ids).await? {
            match user {
                Ok(user) => whole.push(user),
                Err(failure) if failure.class == Class::UserNotFound => removed.push(id),
                Err(failure) => return Err(failure),
            }
        }
    }
    Ok(whole)
}

/// Reads the purpose of unclear mailboxes from Exchange: the directory does not distinguish shared mailboxes, rooms,
/// and users who never had a mailbox.
async fn purposes(
    tenant: &Tenant,
    users: &[DirectoryUser],
    now: OffsetDateTime,
) -> Result<HashMap<String, Exchange>, Failure> {
    let unclear = |user: &&DirectoryUser| {
        eligibility(&Facts::from(*user), Exchange::NotAsked, now) == Eligibility::Shared
    };
    let ids: Vec<String> = users.iter().filter(unclear).map(|user| user.id.clone()).collect();
    let mut answers = HashMap::with_capacity(ids.len());
    for ids in ids.chunks(BATCH) {
        for (id, purpose) in tenant.mailbox_purposes(ids).await? {
            answers.insert(id, exchange(purpose)?);
        }
    }
    Ok(answers)
}

/// Converts Exchange's answer about one mailbox.
///
/// # Errors
/// The failure, when a later request may be answered: a room that is taken for a person would waste a slot.
fn exchange(purpose: Result<Purpose, Failure>) -> Result<Exchange, Failure> {
    match purpose {
        Ok(purpose) => Ok(Exchange::Opens(purpose)),
        Err(failure) if matches!(failure.class, Class::Throttled | Class::Unavailable) => Err(failure),
        Err(failure) => Ok(Exchange::Refuses(failure.class)),
    }
}

fn entry(user: &DirectoryUser, exchange: Exchange, now: OffsetDateTime) -> DirectoryEntry {
    let facts = Facts::from(user);
    let (kind, obstacle) = described(eligibility(&facts, exchange, now));
    let address = user.mail.text().or(user.user_principal_name.text()).unwrap_or_default().to_owned();
    DirectoryEntry {
        entra_id: user.id.clone(),
        name: user.display_name.text().filter(|name| !name.is_empty()).unwrap_or(&address).to_owned(),
        aliases: aliases(user, &address),
        address,
        department: user.department.text().filter(|d| !d.is_empty()).map(str::to_owned),
        kind,
        licensed: facts.license.is_some(),
        on_premises: facts.synchronised,
        licensed_at: facts.license.and_then(|plan| plan.since).map(|at| at.unix_timestamp() * 1_000),
        obstacle,
    }
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
        .filter(|other| !other.eq_ignore_ascii_case(address))
        .map(str::to_owned)
        .collect()
}
