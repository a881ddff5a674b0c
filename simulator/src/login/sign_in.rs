//! Finds the account for the address that a user picked or typed.

use axum::http::StatusCode;

use super::error::StsError;
use super::sessions::Account;
use super::tenant_ref::TenantRef;
use crate::directory::record::{Presence, Record};
use crate::directory::tenant::Tenant;
use crate::state::Simulator;
use std::sync::Arc;

/// A user with their tenant.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) tenant: Arc<Tenant>,
    pub(crate) record: Record,
}

impl Person {
    pub(crate) fn account(&self) -> Account {
        Account { tid: self.tenant.tid, index: self.record.index }
    }
}

/// Why the sign-in was refused.
#[derive(Debug)]
pub(crate) enum Refused {
    /// The address is unknown or its account disabled; the page is shown again.
    TryAgain(StsError),
    /// The account exists, in another organisation.
    WrongTenant(StsError),
}

/// The person with this address or object id, if they may sign in at this tenant.
pub(crate) fn identify(simulator: &Simulator, at: &TenantRef, typed: &str) -> Result<Person, Refused> {
    let typed = typed.trim();
    let home = match at {
        TenantRef::One(tenant) => {
            let known = tenant.find_present(&tenant.read(), typed);
            known.map(|record| Person { tenant: Arc::clone(tenant), record })
        }
        _ => None,
    };
    let person = home
        .or_else(|| in_other_tenant(simulator, typed))
        .ok_or_else(|| Refused::TryAgain(unknown(typed, at)))?;
    if !at.admits(&person.tenant) {
        return Err(Refused::WrongTenant(wrong_tenant(simulator, &person, at)));
    }
    if !person.record.account_enabled {
        let text = "The user account is disabled.";
        return Err(Refused::TryAgain(StsError::new("access_denied", 50_057, text)));
    }
    Ok(person)
}

/// The person with this account, with their current directory entry, if they can still sign in.
pub(crate) fn current(simulator: &Simulator, account: Account) -> Option<Person> {
    let tenant = simulator.tenants.find(&account.tid.to_string())?;
    let record = tenant.record(&tenant.read(), account.index);
    let usable = record.presence == Presence::Here && record.account_enabled;
    usable.then_some(Person { tenant, record })
}

fn in_other_tenant(simulator: &Simulator, typed: &str) -> Option<Person> {
    let tenant = simulator.tenants.of_address(typed)?;
    let record = tenant.find_recipient(&tenant.read(), typed)?;
    (record.presence == Presence::Here).then(|| Person { tenant: Arc::clone(&tenant), record })
}

fn unknown(typed: &str, at: &TenantRef) -> StsError {
    let text = format!(
        "The user account {typed} does not exist in the {} directory. To sign into this application, the account \
         must be added to the directory.",
        at.title()
    );
    StsError::new("access_denied", 50_034, text)
}

fn wrong_tenant(simulator: &Simulator, person: &Person, at: &TenantRef) -> StsError {
    let text = format!(
        "User account '{}' from identity provider 'https://sts.windows.net/{}/' does not exist in tenant '{}' and \
         cannot access the application '{}'({}) in that tenant. The account needs to be added as an external user \
         in the tenant first. Sign out and sign in again with a different Azure Active Directory user account.",
        person.record.user_principal_name,
        person.tenant.tid,
        at.title(),
        simulator.options.client_id,
        simulator.options.app_name,
    );
    StsError { status: StatusCode::BAD_REQUEST, ..StsError::new("access_denied", 50_020, text) }
}
