//! The preflight checklist: whether each permission is granted, and whether it works.

use std::collections::HashSet;

use domain::{
    Reason,
    delegation::{Answer, Check, DelegationState},
    permissions::REQUIRED,
    schedule::BATCH,
    text::clean,
};
use microsoft::{AppToken, Class, DeltaFrom, Facts, Failure, Tenant};

use store::Verdict;

/// The maximum number of mailboxes of the directory that are tried.
const CANDIDATES: usize = 5;
/// The same if the token shows no permission for mail: an administrator may have granted it in Exchange, for some
/// mailboxes only.
const CANDIDATES_IN_SCOPE: usize = 100;

/// Checks everything. `known` are the directory ids of mailboxes that most likely work, the best first.
///
/// # Errors
/// A transient failure, or one that concerns the whole tenant: then there is no verdict.
pub(crate) async fn check(tenant: &Tenant, token: &AppToken, known: &[String]) -> Result<Verdict, Failure> {
    let granted = |name: &str| token.is_readable && is_granted(&token.roles, name);
    let organisation = tenant.organization().await;
    let reads_organisation = answer(organisation.as_ref().map(|_| ()), granted("Organization.Read.All"))?;
    let directory = tenant.first_user().await;
    let reads_directory = answer(directory.as_ref().map(|_| ()), granted("User.Read.All"))?;
    let in_token = granted("Mail.ReadWrite");
    let limit = if in_token { CANDIDATES } else { CANDIDATES_IN_SCOPE };
    let (inbox, settings) = mailbox_calls(tenant, known, limit).await?;
    let organisation_name =
        organisation.ok().map(|o| clean(&o.display_name).into_owned()).filter(|name| !name.is_empty());
    // To limit us to some mailboxes, administrators grant in Exchange and withdraw the grant in Entra.
    let in_exchange = inbox.0 == Answer::Yes && !in_token;
    let mut checklist = Vec::with_capacity(REQUIRED.len());
    for permission in REQUIRED {
        let granted = is_granted(&token.roles, permission.name);
        let (works, failure) = match permission.name {
            "User.Read.All" => reads_directory,
            "Organization.Read.All" => reads_organisation,
            "Mail.ReadWrite" => inbox,
            "MailboxSettings.Read" => settings,
            // Sending cannot be tested without sending an e-mail.
            _ => (Answer::NotTried, None),
        };
        // A mailbox that answers proves a grant in Exchange that the token does not show.
        let granted = if !token.is_readable {
            // Graph's tokens are formally opaque: then only calls show what is granted.
            works
        } else if granted || (works == Answer::Yes && permission.name.starts_with("Mail")) {
            Answer::Yes
        } else if permission.name == "Mail.Send" && in_exchange {
            Answer::NotTried
        } else {
            Answer::No
        };
        let reason = match (granted, works) {
            (Answer::No, _) => Some(Reason::PermissionMissing),
            (_, Answer::No) => failure,
            _ => None,
        };
        checklist.push(Check { permission: permission.name.to_owned(), granted, works, reason });
    }
    let broken = checklist.iter().any(|check| check.permission == "User.Read.All" && !check.is_good());
    let reason = checklist.iter().find(|check| !check.is_good()).and_then(|check| check.reason);
    let state = match (broken, checklist.iter().all(Check::is_good)) {
        (true, _) => DelegationState::Broken,
        (false, true) => DelegationState::Active,
        (false, false) => DelegationState::Degraded,
    };
    Ok(Verdict {
        state,
        reason,
        checklist: Some(checklist),
        organisation: organisation_name,
        service_principal: token.service_principal.clone(),
    })
}

/// Whether the token has a role, or another role that includes it.
pub(crate) fn is_granted(roles: &[String], name: &str) -> bool {
    let wider: &[&str] = match name {
        "User.Read.All" => &["User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"],
        "Organization.Read.All" => {
            &["Organization.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"]
        }
        "MailboxSettings.Read" => &["MailboxSettings.ReadWrite"],
        _ => &[],
    };
    roles.iter().any(|role| role == name || wider.contains(&role.as_str()))
}

/// The answer for a permission from the outcome of a call that needs it.
///
/// # Errors
/// Any other failure; and [`Class::Unknown`] if Graph denies what the token has just `granted`, which one answer does
/// not prove.
fn answer(outcome: Result<(), &Failure>, granted: bool) -> Result<Tried, Failure> {
    match outcome {
        Ok(()) => Ok((Answer::Yes, None)),
        Err(failure) if failure.class == Class::PermissionMissing && granted => {
            Err(Failure { class: Class::Unknown, ..failure.clone() })
        }
        Err(failure) if failure.class == Class::PermissionMissing => {
            Ok((Answer::No, Some(Reason::PermissionMissing)))
        }
        Err(failure) => Err(failure.clone()),
    }
}

type Tried = (Answer, Option<Reason>);

/// Reads inbox and settings of the first mailbox that can be read: first the known ones, then those of licensed people.
/// One success proves the permissions, one failure proves nothing.
async fn mailbox_calls(tenant: &Tenant, known: &[String], limit: usize) -> Result<(Tried, Tried), Failure> {
    let mut failures = Vec::new();
    if let Some(id) = first_readable(tenant, known, &mut failures).await? {
        return Ok(((Answer::Yes, None), settings(tenant, &id).await));
    }
    let people = match tenant.users_delta(DeltaFrom::Start).await {
        Ok(page) => page.users,
        Err(failure) if failure.class == Class::PermissionMissing => Vec::new(),
        Err(failure) => return Err(failure),
    };
    let people = people.iter().filter(|user| is_person(&Facts::from(*user)) && !known.contains(&user.id));
    let others: Vec<String> = people.take(limit).map(|user| user.id.clone()).collect();
    if let Some(id) = first_readable(tenant, &others, &mut failures).await? {
        return Ok(((Answer::Yes, None), settings(tenant, &id).await));
    }
    let classes: HashSet<Class> = failures.iter().map(|(_, failure)| failure.class).collect();
    if let Some((id, _)) = failures.iter().find(|(_, failure)| failure.class == Class::PermissionMissing) {
        return Ok(((Answer::No, Some(Reason::PermissionMissing)), settings(tenant, id).await));
    }
    match failures.into_iter().next() {
        // All fail alike.
        Some((_, failure)) if classes.len() == 1 => {
            let class = failure.class;
            let wide = class.is_transient() || class.is_tenant_wide() || class == Class::Unknown;
            if wide { Err(failure) } else { Ok(((Answer::NotTried, None), (Answer::NotTried, None))) }
        }
        _ => Ok(((Answer::NotTried, None), (Answer::NotTried, None))),
    }
}

/// The first of these mailboxes that can be read; the failures of the others are added to `failures`.
async fn first_readable(
    tenant: &Tenant,
    ids: &[String],
    failures: &mut Vec<(String, Failure)>,
) -> Result<Option<String>, Failure> {
    // The first one nearly always can: then it is the only request.
    let (first, rest) = ids.split_at(ids.len().min(1));
    for ids in first.chunks(1).chain(rest.chunks(BATCH)) {
        for probe in tenant.probe_inboxes(ids).await? {
            match probe.outcome {
                Ok(()) => return Ok(Some(probe.id)),
                Err(failure) => failures.push((probe.id, failure)),
            }
        }
    }
    Ok(None)
}

/// Whether the user most likely has a mailbox that works.
fn is_person(facts: &Facts) -> bool {
    facts.license.is_some() && !facts.guest
}

/// Whether the settings of a mailbox can be read. Some mailboxes have none, so only a missing permission counts.
async fn settings(tenant: &Tenant, id: &str) -> Tried {
    match tenant.mailbox_settings(id).await {
        Ok(_) => (Answer::Yes, None),
        Err(failure) if failure.class == Class::PermissionMissing => {
            (Answer::No, Some(Reason::PermissionMissing))
        }
        Err(_) => (Answer::NotTried, None),
    }
}
