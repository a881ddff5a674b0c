//! Reads `assignedPlans`, nine tenths of a page of users: text of the answer is borrowed, and plans without a mailbox are
//! left out as they are read.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{SeqAccess, Visitor},
};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::field::Field;
use crate::plans::is_mailbox_plan;

/// A service plan of an assigned licence
/// ([assignedPlan](https://learn.microsoft.com/graph/api/resources/assignedplan)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignedPlan {
    /// GUID; see [`plans`](crate::plans).
    pub service_plan_id: String,
    /// `Enabled`, `Warning`, `Suspended`, `Deleted` or `LockedOut`. Empty if Microsoft reported none.
    pub capability_status: String,
    /// UTC; `None` if missing or unreadable.
    pub assigned_at: Option<OffsetDateTime>,
}

/// A plan as Graph writes it. Every property is nullable in Microsoft's description.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Plan<'a> {
    #[serde(borrow, default)]
    service_plan_id: Option<Text<'a>>,
    #[serde(borrow, default)]
    capability_status: Option<Text<'a>>,
    #[serde(borrow, default)]
    assigned_date_time: Option<Text<'a>>,
}

/// A text that is borrowed unless it has escapes; serde borrows no `Cow` inside an `Option`.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

struct Plans(Vec<AssignedPlan>);

struct PlansVisitor;

impl<'de> Visitor<'de> for PlansVisitor {
    type Value = Plans;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list of plans")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Plans, A::Error> {
        let mut plans = Vec::new();
        while let Some(plan) = items.next_element::<Option<Plan<'de>>>()? {
            plans.extend(plan.and_then(with_mailbox));
        }
        Ok(Plans(plans))
    }
}

impl<'de> Deserialize<'de> for Plans {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(PlansVisitor)
    }
}

fn with_mailbox(plan: Plan<'_>) -> Option<AssignedPlan> {
    let id = plan.service_plan_id.filter(|Text(id)| is_mailbox_plan(id))?;
    let date = plan.assigned_date_time;
    Some(AssignedPlan {
        service_plan_id: id.0.into_owned(),
        capability_status: plan.capability_status.map(|Text(status)| status.into_owned()).unwrap_or_default(),
        assigned_at: date.and_then(|Text(date)| OffsetDateTime::parse(&date, &Rfc3339).ok()),
    })
}

/// Reads the plans that include a mailbox.
pub(super) fn mailbox_plans<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Field<Vec<AssignedPlan>>, D::Error> {
    let plans = Option::<Plans>::deserialize(deserializer)?;
    Ok(plans.map(|Plans(plans)| plans).into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Deserialize)]
    struct User {
        #[serde(default, deserialize_with = "mailbox_plans")]
        plans: Field<Vec<AssignedPlan>>,
    }

    #[test]
    fn plans_with_a_mailbox_are_read_whatever_else_is_null() {
        let exchange = "EFB87545-963c-4e0d-99df-69c6916d9eb0";
        let body = json!({ "plans": [
            null,
            {},
            { "servicePlanId": null, "capabilityStatus": null },
            { "servicePlanId": "57ff2da0-773e-42df-b2af-ffb7a2317929", "capabilityStatus": "Enabled", "service": "x" },
            { "servicePlanId": exchange, "capabilityStatus": null, "assignedDateTime": "yesterday" },
            { "servicePlanId": exchange, "capabilityStatus": "Enabled", "assignedDateTime": "2023-02-01T10:00:05Z" },
        ]});
        let plan = |status: &str, assigned_at| AssignedPlan {
            service_plan_id: exchange.to_owned(),
            capability_status: status.to_owned(),
            assigned_at,
        };
        let at = OffsetDateTime::from_unix_timestamp(1_675_245_605).unwrap();
        let expected = Field::Value(vec![plan("", None), plan("Enabled", Some(at))]);
        // Borrowed from a text, and owned by a value.
        let text = body.to_string().replace("Enabled", "\\u0045nabled");
        assert_eq!(serde_json::from_str::<User>(&text).unwrap().plans, expected);
        assert_eq!(serde_json::from_value::<User>(body).unwrap().plans, expected);
        assert_eq!(serde_json::from_str::<User>(r#"{"plans":null}"#).unwrap().plans, Field::Null);
        assert_eq!(serde_json::from_str::<User>("{}").unwrap().plans, Field::Absent);
        for wrong in [json!("all"), json!([7]), json!([{ "servicePlanId": 7 }]), json!({})] {
            assert!(serde_json::from_value::<User>(json!({ "plans": wrong })).is_err(), "{wrong}");
        }
    }
}
