//! The tenant as Graph's `organization`.
//!
//! <https://learn.microsoft.com/en-us/graph/api/resources/organization>

use serde_json::{Map, Value, json};

use super::answer::Answer;
use super::context::{Context, GraphRequest};
use super::error::GraphError;
use crate::directory::plans::Licence;
use crate::directory::tenant::Tenant;
use crate::entropy::iso;

/// `GET /organization`
pub(crate) fn list(context: &Context<'_>, request: &GraphRequest) -> Result<Answer, GraphError> {
    let organization = selected(organization(&context.caller.tenant), request);
    Answer::of(&json!({
        "@odata.context": format!("{}/v1.0/$metadata#organization", context.base),
        "value": [organization],
    }))
}

/// `GET /organization/{id}`
pub(crate) fn get(context: &Context<'_>, request: &GraphRequest, id: &str) -> Result<Answer, GraphError> {
    let tenant = &context.caller.tenant;
    if !id.eq_ignore_ascii_case(&tenant.tid.to_string()) {
        return Err(GraphError::no_such_user(id));
    }
    let mut body = selected(organization(tenant), request);
    let named = format!("{}/v1.0/$metadata#organization/$entity", context.base);
    body.insert("@odata.context".to_owned(), json!(named));
    Answer::of(&body)
}

fn organization(tenant: &Tenant) -> Value {
    let exchange = tenant.population.exchange;
    let licence = if exchange { Licence::E3 } else { Licence::FoundationOnly };
    let since = iso(tenant.population.created - 86_400 * 900);
    let plans: Vec<_> = licence
        .plans()
        .iter()
        .map(|plan| {
            json!({
                "assignedDateTime": since,
                "capabilityStatus": "Enabled",
                "service": plan.service,
                "servicePlanId": plan.id,
            })
        })
        .collect();
    // Without Exchange no domain receives mail.
    let capabilities = if exchange { "Email, OfficeCommunicationsOnline" } else { "None" };
    let domain = |name: &str, initial: bool| {
        json!({
            "capabilities": capabilities,
            "isDefault": !initial,
            "isInitial": initial,
            "name": name,
            "type": "Managed",
        })
    };
    json!({
        "id": tenant.tid,
        "displayName": tenant.display_name,
        "verifiedDomains": [domain(&tenant.domain, false), domain(&tenant.initial_domain, true)],
        "countryLetterCode": "DE",
        "country": Value::Null,
        "city": Value::Null,
        "preferredLanguage": "en",
        "tenantType": "AAD",
        "createdDateTime": since,
        "onPremisesSyncEnabled": exchange.then_some(true),
        "onPremisesLastSyncDateTime": Value::Null,
        "assignedPlans": plans,
        "technicalNotificationMails": [format!("admin@{}", tenant.domain)],
        "businessPhones": [],
    })
}

fn selected(organization: Value, request: &GraphRequest) -> Map<String, Value> {
    let Value::Object(all) = organization else { return Map::new() };
    match request.option("select") {
        None => all,
        Some(names) => {
            let wanted = |name: &str| names.split(',').any(|it| it.trim().eq_ignore_ascii_case(name));
            all.into_iter().filter(|(name, _)| wanted(name)).collect()
        }
    }
}
