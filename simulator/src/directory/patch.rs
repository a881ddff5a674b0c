//! Changes to users, as a tenant's administrator makes them: creation, renaming, licences.

use serde_json::{Map, Value};

use super::changes::EVERYTHING;
use super::kind::Kind;
use super::plans::{Licence, LicenceStatus};
use super::property::Property;
use super::record::Record;
use super::roles::AdminRole;
use super::tenant::{Tenant, TenantState};

/// An invalid patch, with the reason.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct PatchError(String);

impl Tenant {
    /// Applies a patch to a user and records the changed properties.
    pub(crate) fn patch(
        &self,
        state: &mut TenantState,
        mut record: Record,
        patch: &Map<String, Value>,
        now: i64,
    ) -> Result<Record, PatchError> {
        let mut changed = 0;
        for (name, value) in patch {
            changed |= apply(&mut record, name, value, now)?;
        }
        self.store(state, record.clone(), changed);
        Ok(record)
    }

    /// Adds a person. The default local part is `hire-{index}`.
    pub(crate) fn hire(
        &self,
        state: &mut TenantState,
        mut patch: Map<String, Value>,
        now: i64,
    ) -> Result<Record, PatchError> {
        let index = self.index_count(state);
        let display = patch.get("displayName").and_then(Value::as_str).unwrap_or("New Hire").to_owned();
        let local = match patch.remove("local_part") {
            Some(Value::String(local)) => local,
            _ => format!("hire-{index}"),
        };
        let mut record = self.population.blank(index, &local, display);
        (record.created, record.licence_since) = (now, now);
        record.licence = Licence::E3;
        for (name, value) in &patch {
            apply(&mut record, name, value, now)?;
        }
        let taken = self.find_recipient(state, &record.user_principal_name);
        if taken.is_some() {
            return Err(PatchError(format!("{} is taken", record.user_principal_name)));
        }
        record.cleared = 0;
        state.hired += 1;
        self.store(state, record.clone(), EVERYTHING);
        Ok(record)
    }
}

fn apply(record: &mut Record, name: &str, value: &Value, now: i64) -> Result<u64, PatchError> {
    let before = record.mail.clone();
    let changed = match name {
        "displayName" => {
            record.display_name = text(name, value)?;
            Property::DisplayName.bit()
        }
        "userPrincipalName" => {
            record.user_principal_name = text(name, value)?;
            Property::UserPrincipalName.bit()
        }
        "mail" => {
            record.mail = optional(name, value)?;
            record.aliases.extend(before);
            Property::Mail.bit() | Property::ProxyAddresses.bit()
        }
        "givenName" => set(&mut record.given_name, Property::GivenName, name, value)?,
        "surname" => set(&mut record.surname, Property::Surname, name, value)?,
        "department" => set(&mut record.department, Property::Department, name, value)?,
        "jobTitle" => set(&mut record.job_title, Property::JobTitle, name, value)?,
        "officeLocation" => set(&mut record.office, Property::OfficeLocation, name, value)?,
        "accountEnabled" => {
            record.account_enabled = flag(name, value)?;
            Property::AccountEnabled.bit()
        }
        "onPremisesSyncEnabled" => {
            record.synced = Some(flag(name, value)?);
            Property::OnPremisesSyncEnabled.bit()
        }
        "licenceStatus" => {
            record.licence_status = serde_json::from_value(value.clone())
                .map_err(|error| PatchError(format!("licenceStatus: {error}")))?;
            Property::AssignedPlans.bit()
        }
        "licensed" => license(record, flag(name, value)?, now),
        "kind" => {
            let kind = Kind::deserialize_from(value)?;
            become_kind(record, kind, now)
        }
        "role" => {
            let title = text(name, value)?;
            record.role = AdminRole::parse(&title).ok_or_else(|| PatchError(format!("no role '{title}'")))?;
            0
        }
        _ => return Err(PatchError(format!("cannot change '{name}'"))),
    };
    record.nulls &= !changed;
    if value.is_null() {
        record.cleared |= changed;
    } else {
        record.cleared &= !changed;
    }
    Ok(changed)
}

/// Assigns or removes a licence, and with it a person's mailbox; shared mailboxes, rooms and equipment keep theirs.
fn license(record: &mut Record, licensed: bool, now: i64) -> u64 {
    record.licence = if licensed { Licence::E3 } else { Licence::None };
    record.licence_since = now;
    record.licence_status = LicenceStatus::Enabled;
    record.kind = match (record.kind, licensed) {
        (Kind::Unlicensed | Kind::FoundationOnly | Kind::Provisioning | Kind::OnPremises, true) => Kind::User,
        (Kind::User | Kind::Provisioning | Kind::FoundationOnly, false) => Kind::Unlicensed,
        (kind, _) => kind,
    };
    let mut changed = licence_properties();
    if record.kind == Kind::User && record.mail.is_none() {
        record.mail = Some(record.user_principal_name.clone());
        changed |= Property::Mail.bit() | Property::ProxyAddresses.bit();
    }
    changed
}

/// Changes the kind of a user. Only changes that the directory shows are recorded: delta does not report that Exchange
/// completed a mailbox or converted it to a shared one.
fn become_kind(record: &mut Record, kind: Kind, now: i64) -> u64 {
    let licence = match kind {
        Kind::User | Kind::Provisioning if record.licence.sku().is_some() => record.licence,
        Kind::User | Kind::Provisioning => Licence::E3,
        Kind::FoundationOnly => Licence::FoundationOnly,
        // A conversion keeps the licence: the administrator may remove it afterwards.
        Kind::OnPremises | Kind::Shared | Kind::Room | Kind::Equipment => record.licence,
        _ => Licence::None,
    };
    let changed =
        if licence == record.licence && kind != Kind::Provisioning { 0 } else { licence_properties() };
    if changed != 0 {
        record.licence_since = now;
    }
    (record.licence, record.kind) = (licence, kind);
    changed
}

fn licence_properties() -> u64 {
    Property::AssignedPlans.bit() | Property::AssignedLicenses.bit() | Property::ProvisionedPlans.bit()
}

fn set(field: &mut Option<String>, property: Property, name: &str, value: &Value) -> Result<u64, PatchError> {
    *field = optional(name, value)?;
    Ok(property.bit())
}

fn text(name: &str, value: &Value) -> Result<String, PatchError> {
    value.as_str().map(str::to_owned).ok_or_else(|| PatchError(format!("'{name}' must be text")))
}

fn optional(name: &str, value: &Value) -> Result<Option<String>, PatchError> {
    if value.is_null() { Ok(None) } else { text(name, value).map(Some) }
}

fn flag(name: &str, value: &Value) -> Result<bool, PatchError> {
    value.as_bool().ok_or_else(|| PatchError(format!("'{name}' must be true or false")))
}

impl Kind {
    fn deserialize_from(value: &Value) -> Result<Self, PatchError> {
        serde_json::from_value(value.clone()).map_err(|error| PatchError(format!("kind: {error}")))
    }
}
