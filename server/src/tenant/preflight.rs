//! The preflight checklist: whether each permission is granted, and whether it works.

use domain::{
    Reason,
    delegation::{Answer, Check, DelegationState},
    permissions::REQUIRED,
};
use microsoft::{AppToken, Class, DeltaFrom, Facts, Failure, Tenant};

use store::Verdict;

/// The maximum number of mailboxes of the directory that are tried.
const CANDIDATES: usize = 5;

/// Checks everything. `approver` is the directory id of the administrator who approved.
///
/// # Errors
/// A transient failure, or one that concerns the whole tenant: then there is no verdict.
pub(crate) async fn check(
    tenant: &Tenant,
    token: &AppToken,
    approver: Option<&str>,
) -> Result<Verdict, Failure> {
    let organisation = tenant.organization().await;
    let directory = tenant.first_user().await;
    let (inbox, settings) = mailbox_calls(tenant, approver).await?;
    let organisation_name = organisation.as_ref().ok().map(|o| o.display_name.clone());
    // To limit us to some mailboxes, administrators grant in Exchange and withdraw the grant in Entra.
    let in_exchange = inbox.0 == Answer::Yes && !is_granted(&token.roles, "Mail.ReadWrite");
    let mut checklist = Vec::with_capacity(REQUIRED.len());
    for permission in REQUIRED {
        let granted = is_granted(&token.roles, permission.name);
        let (works, failure) = match permission.name {
            "User.Read.All" => answer(directory.as_ref().map(|_| ()))?,
            "Organization.Read.All" => answer(organisation.as_ref().map(|_| ()))?,
            "Mail.ReadWrite" => inbox,
            "MailboxSettings.Read" => settings,
            // Sending cannot be tested without sending an e-mail.
            _ => (Answer::NotTried, None),
        };
        // A mailbox that answers proves a grant in Exchange that the token does not show.
        let granted = if granted || (works == Answer::Yes && permission.name.starts_with("Mail")) {
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
fn answer(outcome: Result<(), &Failure>) -> Result<(Answer, Option<Reason>), Failure> {
    match outcome {
        Ok(()) => Ok((Answer::Yes, None)),
        Err(failure) if failure.class == Class::PermissionMissing => {
            Ok((Answer::No, Some(Reason::PermissionMissing)))
        }
        Err(failure) => Err(failure.clone()),
    }
}

type Tried = (Answer, Option<Reason>);

/// Reads inbox and settings of the first mailbox that exists: the approver's, else a licensed person's.
async fn mailbox_calls(tenant: &Tenant, approver: Option<&str>) -> Result<(Tried, Tried), Failure> {
    let mut candidates: Vec<String> = approver.map(str::to_owned).into_iter().collect();
    let mut asked_directory = false;
    let mut next = 0;
    loop {
        while next < candidates.len() {
            let id = &candidates[next];
            next += 1;
            match tenant.inbox(id).await {
                Ok(()) => {
                    let settings = match tenant.mailbox_settings(id).await {
                        Ok(_) => (Answer::Yes, None),
                        Err(failure) => refused(&failure)?,
                    };
                    return Ok(((Answer::Yes, None), settings));
                }
                Err(failure) if failure.class == Class::PermissionMissing => {
                    let settings = match tenant.mailbox_settings(id).await {
                        Ok(_) => (Answer::Yes, None),
                        Err(failure) => refused(&failure)?,
                    };
                    return Ok(((Answer::No, Some(Reason::PermissionMissing)), settings));
                }
                Err(failure) if failure.class.is_transient() || failure.class.is_tenant_wide() => {
                    return Err(failure);
                }
                Err(_) => {}
            }
        }
        if asked_directory {
            return Ok(((Answer::NotTried, None), (Answer::NotTried, None)));
        }
        asked_directory = true;
        let people = match tenant.users_delta(DeltaFrom::Start).await {
            Ok(page) => page.users,
            Err(failure) if failure.class == Class::PermissionMissing => Vec::new(),
            Err(failure) => return Err(failure),
        };
        candidates.extend(
            people
                .iter()
                .filter(|user| is_person(&Facts::from(*user)))
                .take(CANDIDATES)
                .map(|user| user.id.clone()),
        );
    }
}

/// Whether the user most likely has a mailbox that works.
fn is_person(facts: &Facts) -> bool {
    facts.license.is_some() && !facts.guest
}

/// The answer for settings that cannot be read: some mailboxes have none, so only a missing permission counts.
fn refused(failure: &Failure) -> Result<Tried, Failure> {
    match failure.class {
        Class::PermissionMissing => Ok((Answer::No, Some(Reason::PermissionMissing))),
        class if class.is_transient() => Err(failure.clone()),
        _ => Ok((Answer::NotTried, None)),
    }
}
