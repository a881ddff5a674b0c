use serde_json::{Value, json};
use time::macros::datetime;

use super::*;
use crate::DirectoryUser;

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
fn before_a_probe_the_directory_decides() {
    let licensed =
        json!([plan(FOUNDATION, "Enabled", ""), plan(EXCHANGE, "Enabled", "2023-02-01T10:00:05Z")]);
    for (facts, expected) in [
        (json!({"assignedPlans": licensed}), Eligibility::User),
        (json!({"assignedPlans": licensed, "accountEnabled": false}), Eligibility::User),
        (json!({"assignedPlans": licensed, "onPremisesSyncEnabled": true}), Eligibility::User),
        (json!({"assignedPlans": licensed, "userType": null}), Eligibility::User),
        (json!({"assignedPlans": [plan(EXCHANGE, "Warning", "")]}), Eligibility::User),
        (json!({"assignedPlans": [plan(EXCHANGE, "Suspended", "")]}), Eligibility::Unlicensed),
        (json!({"assignedPlans": [plan(FOUNDATION, "Enabled", "")]}), Eligibility::Unlicensed),
        (json!({}), Eligibility::Unlicensed),
        (json!({"accountEnabled": false}), Eligibility::Shared),
        (json!({"accountEnabled": false, "onPremisesSyncEnabled": true}), Eligibility::Shared),
        (json!({"accountEnabled": false, "mail": null}), Eligibility::Unlicensed),
        (
            json!({"accountEnabled": false, "mail": null, "proxyAddresses": ["SMTP:a@b.c"]}),
            Eligibility::Shared,
        ),
        (
            json!({"accountEnabled": false, "mail": null, "proxyAddresses": ["X500:/o=a"]}),
            Eligibility::Unlicensed,
        ),
        (json!({"onPremisesSyncEnabled": true}), Eligibility::OnPremises),
        (json!({"onPremisesSyncEnabled": true, "mail": null}), Eligibility::Unlicensed),
        (json!({"userType": "Guest", "assignedPlans": licensed}), Eligibility::Guest),
        (
            json!({"userPrincipalName": "ada_x.com#ext#@contoso.com", "assignedPlans": licensed}),
            Eligibility::Guest,
        ),
    ] {
        let person = Facts::from(&user(&facts));
        assert_eq!(eligibility(&person, Exchange::NotAsked, NOW), expected, "{facts}");
        // Failures that prove nothing about the mailbox change nothing.
        for class in [Class::Throttled, Class::MailboxMoving, Class::OutOfScope, Class::Unavailable] {
            assert_eq!(eligibility(&person, Exchange::Refuses(class), NOW), expected, "{facts} {class:?}");
        }
    }
}

#[test]
fn without_a_mailbox_the_directory_decides_the_reason() {
    let old = json!([plan(EXCHANGE, "Enabled", "2023-02-01T10:00:05Z")]);
    let new = json!([plan(EXCHANGE, "Enabled", "2026-11-23T09:00:00Z")]);
    let both = json!([plan(EXCHANGE, "Enabled", "2023-02-01T10:00:05Z"), new[0]]);
    for (facts, expected) in [
        (json!({"assignedPlans": old}), Eligibility::NoMailbox),
        (json!({"assignedPlans": [plan(EXCHANGE, "Enabled", "")]}), Eligibility::NoMailbox),
        (json!({"assignedPlans": new}), Eligibility::Provisioning),
        (json!({"assignedPlans": both}), Eligibility::Provisioning),
        (json!({"assignedPlans": new, "onPremisesSyncEnabled": true}), Eligibility::Provisioning),
        (json!({"assignedPlans": old, "onPremisesSyncEnabled": true}), Eligibility::OnPremises),
        (json!({"onPremisesSyncEnabled": true}), Eligibility::OnPremises),
        (json!({}), Eligibility::Unlicensed),
        (json!({"accountEnabled": false}), Eligibility::Unlicensed),
        (json!({"userType": "Guest", "assignedPlans": new}), Eligibility::Guest),
    ] {
        for class in [Class::MailboxNotEnabled, Class::UserNotFound] {
            let found = eligibility(&Facts::from(&user(&facts)), Exchange::Refuses(class), NOW);
            assert_eq!(found, expected, "{facts} {class:?}");
        }
    }
}

#[test]
fn exchange_decides_the_kind_of_a_readable_mailbox() {
    let unlicensed = user(&json!({}));
    let blocked = user(&json!({"accountEnabled": false}));
    let licensed = user(&json!({"assignedPlans": [plan(EXCHANGE, "Enabled", "")], "accountEnabled": false}));
    for (person, purpose, expected) in [
        (&unlicensed, Purpose::User, Eligibility::User),
        (&unlicensed, Purpose::Shared, Eligibility::Shared),
        (&licensed, Purpose::Shared, Eligibility::Shared),
        (&blocked, Purpose::Room, Eligibility::Room),
        (&blocked, Purpose::Equipment, Eligibility::Equipment),
        (&blocked, Purpose::Linked, Eligibility::Special),
        (&blocked, Purpose::Others, Eligibility::Shared),
        (&licensed, Purpose::Others, Eligibility::Shared),
        (&blocked, Purpose::Unknown, Eligibility::Shared),
        (&licensed, Purpose::Unknown, Eligibility::User),
        (&unlicensed, Purpose::Unknown, Eligibility::User),
    ] {
        assert_eq!(eligibility(&Facts::from(person), Exchange::Opens(purpose), NOW), expected, "{purpose:?}");
    }
}

#[test]
fn a_deleted_user_is_soft_deleted() {
    let facts = Facts { deleted: true, ..Facts::from(&user(&json!({}))) };
    for exchange in [
        Exchange::NotAsked,
        Exchange::Refuses(Class::UserNotFound),
        Exchange::Refuses(Class::MailboxNotEnabled),
    ] {
        assert_eq!(eligibility(&facts, exchange, NOW), Eligibility::SoftDeleted, "{exchange:?}");
    }
    let here = Facts::from(&user(&json!({})));
    let on_premises = Exchange::Refuses(Class::MailboxOnPremises);
    assert_eq!(eligibility(&here, on_premises, NOW), Eligibility::OnPremises);
}

#[test]
fn only_exchange_knows_what_somebody_without_a_plan_has() {
    let licensed = json!([plan(EXCHANGE, "Enabled", "")]);
    for (facts, expected) in [
        (json!({}), true),
        (json!({"accountEnabled": false}), true),
        (json!({"onPremisesSyncEnabled": true}), true),
        (json!({"userType": "Guest"}), true),
        (json!({"mail": null}), false),
        (json!({"mail": ""}), false),
        (json!({"mail": null, "proxyAddresses": ["smtp:a@b.c"]}), true),
        (json!({"userType": "Guest", "userPrincipalName": "a_x.com#EXT#@contoso.com"}), false),
        (json!({"assignedPlans": licensed}), false),
    ] {
        assert_eq!(is_unclear(&Facts::from(&user(&facts))), expected, "{facts}");
    }
}
