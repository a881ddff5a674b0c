//! A user as Graph's JSON.

use serde::Serialize;
use serde::ser::{Error as _, SerializeMap as _, SerializeSeq as _, Serializer};
use serde_json::value::Serializer as MapSerializer;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::directory::plans::{Licence, STANDARD};
use crate::directory::property::Property;
use crate::directory::record::{Presence, Record};
use crate::entropy::iso;

/// One entry of a listing or of a delta round.
#[derive(Debug)]
pub(crate) struct UserJson<'a> {
    pub(crate) record: Record,
    pub(crate) properties: &'a [Property],
    pub(crate) style: Style,
}

/// How empty properties are serialised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// `null`.
    Listing,
    /// Omitted if never set; `null` if cleared. Only the properties in the mask are serialised.
    Delta { mask: u64 },
}

impl Serialize for UserJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(oddity) = &self.record.oddity else { return self.plain(serializer) };
        let mut user = self.plain(MapSerializer).map_err(S::Error::custom)?;
        if let Value::Object(properties) = &mut user {
            oddity.apply(properties);
        }
        user.serialize(serializer)
    }
}

impl UserJson<'_> {
    /// As documented.
    fn plain<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let record = &self.record;
        let mut map = serializer.serialize_map(None)?;
        if record.presence != Presence::Here {
            let reason = if record.presence == Presence::Gone { "deleted" } else { "changed" };
            map.serialize_entry("id", &record.id)?;
            map.serialize_entry("@removed", &json!({ "reason": reason }))?;
            return map.end();
        }
        if let Style::Delta { .. } = self.style
            && !self.properties.contains(&Property::Id)
        {
            map.serialize_entry("id", &record.id)?;
        }
        for property in self.properties {
            let value = Cell::of(record, *property);
            match self.style {
                Style::Delta { mask } if mask & property.bit() == 0 && *property != Property::Id => {}
                Style::Delta { .. }
                    if matches!(value, Cell::Null) && record.cleared & property.bit() == 0 => {}
                _ => map.serialize_entry(property.name(), &value)?,
            }
        }
        map.end()
    }
}

/// A property's value, borrowed from the record where possible: listings of 100,000 users are mostly this.
#[derive(Serialize)]
#[serde(untagged)]
enum Cell<'a> {
    Null,
    Flag(bool),
    Id(Uuid),
    Text(&'a str),
    Made(String),
    List(Vec<String>),
    Licences(Vec<LicenceJson>),
    AssignedPlans(AssignedPlans<'a>),
    ProvisionedPlans(ProvisionedPlans),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LicenceJson {
    disabled_plans: [&'static str; 0],
    sku_id: &'static str,
}

/// `assignedPlans`, written one by one: they are nine tenths of a user.
struct AssignedPlans<'a>(&'a Record);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AssignedPlan<'a> {
    assigned_date_time: Option<&'a str>,
    capability_status: &'static str,
    service: &'static str,
    service_plan_id: &'static str,
}

impl Serialize for AssignedPlans<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(record) = self;
        let mut plans = serializer.serialize_seq(None)?;
        if record.former_plan {
            let former = AssignedPlan {
                assigned_date_time: None,
                capability_status: "Deleted",
                service: STANDARD.service,
                service_plan_id: STANDARD.id,
            };
            plans.serialize_element(&former)?;
        }
        let since = record.licence.sku().map(|_| iso(record.licence_since));
        for plan in record.licence.plans() {
            plans.serialize_element(&AssignedPlan {
                assigned_date_time: since.as_deref(),
                capability_status: record.licence_status.name(),
                service: plan.service,
                service_plan_id: plan.id,
            })?;
        }
        plans.end()
    }
}

/// `provisionedPlans`, which name no plan ids.
struct ProvisionedPlans(Licence);

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProvisionedPlan {
    capability_status: &'static str,
    provisioning_status: &'static str,
    service: &'static str,
}

impl Serialize for ProvisionedPlans {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.plans().iter().map(|plan| ProvisionedPlan {
            capability_status: "Enabled",
            provisioning_status: "Success",
            service: plan.service,
        }))
    }
}

impl<'a> Cell<'a> {
    fn optional(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, Self::Text)
    }

    fn of(record: &'a Record, property: Property) -> Self {
        let guest = record.is_guest();
        if record.nulls & property.bit() != 0 {
            return Self::Null;
        }
        match property {
            Property::Id => Self::Id(record.id),
            Property::DisplayName => Self::Text(&record.display_name),
            Property::GivenName => Self::optional(record.given_name.as_deref()),
            Property::Surname => Self::optional(record.surname.as_deref()),
            Property::Mail => Self::optional(record.mail.as_deref()),
            Property::MailNickname => Self::optional(record.address().split('@').next()),
            Property::UserPrincipalName => Self::Text(&record.user_principal_name),
            Property::AccountEnabled => Self::Flag(record.account_enabled),
            Property::UserType => Self::Text(if guest { "Guest" } else { "Member" }),
            Property::AssignedPlans => Self::AssignedPlans(AssignedPlans(record)),
            Property::ProvisionedPlans => Self::ProvisionedPlans(ProvisionedPlans(record.licence)),
            Property::AssignedLicenses => {
                let sku = record.licence.sku().map(|sku_id| LicenceJson { disabled_plans: [], sku_id });
                Self::Licences(sku.into_iter().collect())
            }
            Property::ProxyAddresses => Self::List(proxy_addresses(record)),
            Property::OtherMails => Self::List(record.mail.clone().filter(|_| guest).into_iter().collect()),
            Property::Department => Self::optional(record.department.as_deref()),
            Property::JobTitle => Self::optional(record.job_title.as_deref()),
            Property::OfficeLocation => Self::optional(record.office.as_deref()),
            Property::OnPremisesSyncEnabled => record.synced.map_or(Self::Null, Self::Flag),
            Property::CreatedDateTime => Self::Made(iso(record.created)),
            Property::BusinessPhones => Self::List(Vec::new()),
            Property::PreferredLanguage => Self::optional(record.language),
            Property::UsageLocation => Self::optional(record.licence.sku().map(|_| "DE")),
            Property::ExternalUserState => Self::optional(guest.then_some("Accepted")),
            Property::CreationType => Self::optional(guest.then_some("Invitation")),
            Property::MobilePhone
            | Property::CompanyName
            | Property::EmployeeId
            | Property::City
            | Property::Country
            | Property::DeletedDateTime => Self::Null,
        }
    }
}

/// The addresses of a user; `SMTP:` marks the primary one, which users without mail lack.
fn proxy_addresses(record: &Record) -> Vec<String> {
    let primary = record.mail.iter().map(|mail| format!("SMTP:{mail}"));
    primary.chain(record.aliases.iter().map(|alias| format!("smtp:{alias}"))).collect()
}
