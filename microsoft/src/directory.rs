//! Directory data: the organisation, its users, and their changes.

mod assigned_plans;
mod field;

use serde::{Deserialize, Deserializer};

pub use assigned_plans::AssignedPlan;
use assigned_plans::mailbox_plans;
pub use field::Field;

/// The tenant itself ([organization](https://learn.microsoft.com/graph/api/resources/organization)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// The tenant id, as Graph writes it.
    pub id: String,
    pub display_name: String,
    pub verified_domains: Vec<VerifiedDomain>,
}

/// A domain the tenant has proved to own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedDomain {
    pub name: String,
    pub is_default: bool,
    /// The `*.onmicrosoft.com` domain the tenant was created with.
    pub is_initial: bool,
    /// Whether its `capabilities` include `Email`.
    pub email: bool,
}

/// A user of the directory ([user](https://learn.microsoft.com/graph/api/resources/user)), with the properties that
/// are relevant to mail. Only `id` is always present.
///
/// Every other property is a [`Field`]: an item of a later delta round may omit properties that did not change or
/// were never set, so *absent* means "unchanged" there (and "never set" in a first round), while *null* means
/// "cleared". Confusing the two would remove licences that users still have.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DirectoryUser {
    /// Object id, a GUID. The only stable identifier: addresses change.
    pub id: String,
    #[serde(default)]
    pub display_name: Field<String>,
    /// Primary SMTP address; also set for guests and for mailboxes elsewhere.
    #[serde(default)]
    pub mail: Field<String>,
    #[serde(default)]
    pub user_principal_name: Field<String>,
    /// Whether sign-in is allowed. A blocked user's mailbox works all the same.
    #[serde(default)]
    pub account_enabled: Field<bool>,
    /// `Member` or `Guest`; null for accounts from before 2014.
    #[serde(default)]
    pub user_type: Field<String>,
    #[serde(default)]
    pub department: Field<String>,
    #[serde(default)]
    pub job_title: Field<String>,
    /// Whether the user comes from an on-premises directory.
    #[serde(default)]
    pub on_premises_sync_enabled: Field<bool>,
    /// Only the plans that include a mailbox: a licence has up to ninety others.
    #[serde(default, rename = "assignedPlans", deserialize_with = "mailbox_plans")]
    pub plans: Field<Vec<AssignedPlan>>,
    /// All addresses as `SMTP:` (primary) or `smtp:` (alias) and the address.
    #[serde(default, deserialize_with = "without_nulls")]
    pub proxy_addresses: Field<Vec<String>>,
    /// Set on the tombstone of a removed user. Part of this type so that a page is parsed once: parsing each item
    /// twice costs more processor time than everything else in a round.
    #[serde(default, rename = "@removed")]
    pub(crate) removed: Option<Tombstone>,
}

/// The mark of a removed user in a delta page.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Tombstone {
    #[serde(default)]
    pub(crate) reason: Option<String>,
}

impl DirectoryUser {
    /// Whether every property is present, so that the item can be used without its previous values.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let Self {
            id: _,
            display_name,
            mail,
            user_principal_name,
            account_enabled,
            user_type,
            department,
            job_title,
            on_premises_sync_enabled,
            plans,
            proxy_addresses,
            removed: _,
        } = self;
        let texts = [display_name, mail, user_principal_name, user_type, department, job_title];
        !texts.into_iter().any(Field::is_absent)
            && ![account_enabled, on_premises_sync_enabled].into_iter().any(Field::is_absent)
            && !plans.is_absent()
            && !proxy_addresses.is_absent()
    }
}

/// A user who was removed from the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    pub id: String,
    pub reason: RemovedReason,
}

/// How a user was removed ([delta query](https://learn.microsoft.com/graph/delta-query-overview)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemovedReason {
    /// `changed`: soft-deleted, restorable for 30 days.
    Changed,
    /// `deleted`: permanently deleted.
    Deleted,
}

/// The kind of a mailbox ([userPurpose](https://learn.microsoft.com/graph/api/resources/mailboxsettings)). Only
/// Exchange provides it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    User,
    Linked,
    Shared,
    Room,
    Equipment,
    Others,
    /// Not reported, or a kind that is newer than this crate.
    Unknown,
}

impl Purpose {
    /// Microsoft's name of the kind.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Linked => "linked",
            Self::Shared => "shared",
            Self::Room => "room",
            Self::Equipment => "equipment",
            Self::Others => "others",
            Self::Unknown => "unknown",
        }
    }

    /// The kind with this name, in any case.
    #[must_use]
    pub fn read(text: &str) -> Self {
        match text.to_ascii_lowercase().as_str() {
            "user" => Self::User,
            "linked" => Self::Linked,
            "shared" => Self::Shared,
            "room" => Self::Room,
            "equipment" => Self::Equipment,
            "others" => Self::Others,
            _ => Self::Unknown,
        }
    }
}

/// Reads a list and leaves out its nulls, which Microsoft's description of the types allows.
fn without_nulls<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Field<Vec<T>>, D::Error> {
    let items = Option::<Vec<Option<T>>>::deserialize(deserializer)?;
    Ok(items.map(|items| items.into_iter().flatten().collect()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_read_with_absent_and_null_distinguished() {
        let user: DirectoryUser = serde_json::from_str(
            r#"{"id":"u","mail":null,"accountEnabled":true,"proxyAddresses":[],"officeLocation":"x",
            "assignedPlans":[{"assignedDateTime":"2023-02-01T10:00:05Z","capabilityStatus":"Enabled",
            "service":"exchange","servicePlanId":"efb87545-963c-4e0d-99df-69c6916d9eb0"}]}"#,
        )
        .unwrap();
        assert_eq!((user.mail, user.department), (Field::Null, Field::Absent));
        assert_eq!(user.account_enabled, Field::Value(true));
        assert_eq!(user.proxy_addresses, Field::Value(vec![]));
        let plans = user.plans.value().unwrap();
        assert_eq!(plans[0].assigned_at.unwrap().unix_timestamp(), 1_675_245_605);
        assert!(serde_json::from_str::<DirectoryUser>("{}").is_err());
    }

    #[test]
    fn purposes_are_read_in_any_case() {
        assert_eq!((Purpose::read("Shared"), Purpose::read("room")), (Purpose::Shared, Purpose::Room));
        assert_eq!(Purpose::read("unknownFutureValue"), Purpose::Unknown);
    }
}
