use serde_json::{Value, json};
use time::macros::datetime;

use super::*;

const NOW: OffsetDateTime = datetime!(2026-11-23 12:00 UTC);
const EXCHANGE: &str = "efb87545-963c-4e0d-99df-69c6916d9eb0";
const FOUNDATION: &str = "113feb6c-3fe4-4440-bddc-54d774bf0318";

fn user(facts: &Value) -> DirectoryUser {
    let mut user = json!({"id": "u", "userType": "Member", "accountEnabled": true,
        "userPrincipalName": "ada@contoso.com", "mail": "ada@contoso.com"});
    for (name, value) in facts.as_object().unwrap() {
        user[name] = value.clone();
    }
    serde_json::from_value(user).unwrap()
}

fn plan(id: &str, status: &str, at: &str) -> Value {
    json!({"servicePlanId": id, "capabilityStatus": status, "assignedDateTime": at})
}

#[test]
fn the_directory_alone() {
    let licensed =
        json!([plan(FOUNDATION, "Enabled", ""), plan(EXCHANGE, "Enabled", "2023-02-01T10:00:05Z")]);
    for (facts, expected) in [
        (json!({"assignedPlans": licensed}), Eligibility::User),
        (json!({"assignedPlans": licensed, "accountEnabled": false}), Eligibility::User),
        (json!({"assignedPlans": licensed, "onPremisesSyncEnabled": true}), Eligibility::User),
        (json!({"assignedPlans": licensed, "userType": null}), Eligibility::User),
        (json!({"assignedPlans": [plan(EXCHANGE, "Warning", "")]}), Eligibility::User),
        (json!({"assignedPlans": [plan(EXCHANGE, "Suspended", "")]}), Eligibility::NoLicense),
        (json!({"assignedPlans": [plan(FOUNDATION, "Enabled", "")]}), Eligibility::NoLicense),
        (json!({}), Eligibility::NoLicense),
        (json!({"accountEnabled": false}), Eligibility::Shared),
        (json!({"accountEnabled": false, "onPremisesSyncEnabled": true}), Eligibility::Shared),
        (json!({"accountEnabled": false, "mail": null}), Eligibility::NoLicense),
        (
            json!({"accountEnabled": false, "mail": null, "proxyAddresses": ["SMTP:a@b.c"]}),
            Eligibility::Shared,
        ),
        (
            json!({"accountEnabled": false, "mail": null, "proxyAddresses": ["X500:/o=a"]}),
            Eligibility::NoLicense,
        ),
        (json!({"onPremisesSyncEnabled": true}), Eligibility::OnPremises),
        (json!({"onPremisesSyncEnabled": true, "mail": null}), Eligibility::NoLicense),
        (json!({"userType": "Guest", "assignedPlans": licensed}), Eligibility::Guest),
        (
            json!({"userPrincipalName": "ada_x.com#ext#@contoso.com", "assignedPlans": licensed}),
            Eligibility::Guest,
        ),
    ] {
        assert_eq!(eligibility(&user(&facts)), expected, "{facts}");
    }
}

#[test]
fn after_exchange_said_that_there_is_no_mailbox() {
    let old = json!([plan(EXCHANGE, "Enabled", "2023-02-01T10:00:05Z")]);
    let new = json!([plan(EXCHANGE, "Enabled", "2026-11-23T09:00:00Z")]);
    let both = json!([plan(EXCHANGE, "Enabled", "2023-02-01T10:00:05Z"), new[0]]);
    for (facts, expected) in [
        (json!({"assignedPlans": old}), Eligibility::Inactive),
        (json!({"assignedPlans": [plan(EXCHANGE, "Enabled", "")]}), Eligibility::Inactive),
        (json!({"assignedPlans": new}), Eligibility::Provisioning),
        (json!({"assignedPlans": both}), Eligibility::Provisioning),
        (json!({"assignedPlans": new, "onPremisesSyncEnabled": true}), Eligibility::Provisioning),
        (json!({"assignedPlans": old, "onPremisesSyncEnabled": true}), Eligibility::OnPremises),
        (json!({"onPremisesSyncEnabled": true}), Eligibility::OnPremises),
        (json!({}), Eligibility::NoLicense),
        (json!({"accountEnabled": false}), Eligibility::NoLicense),
        (json!({"userType": "Guest", "assignedPlans": new}), Eligibility::Guest),
    ] {
        assert_eq!(eligibility_without_mailbox(&user(&facts), NOW), expected, "{facts}");
    }
}
