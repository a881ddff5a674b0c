use microsoft::{Class, Purpose};
use serde_json::{Value, json};

use crate::test_tenant::TestTenant;

#[tokio::test]
async fn a_probe_finds_exactly_the_existing_mailboxes() {
    let (test_env, tenant) = TestTenant::consented().await;
    let truth = test_env.truth().await;
    let mut found = 0;
    for twenty in truth.chunks(20) {
        let probes = tenant.probe_inboxes(&ids(twenty)).await.unwrap();
        for (probe, person) in probes.iter().zip(twenty) {
            assert_eq!(probe.id, person["id"].as_str().unwrap());
            assert_eq!(probe.outcome.is_ok(), person["has_mailbox"].as_bool().unwrap(), "{person}");
            match &probe.outcome {
                Ok(()) => found += 1,
                Err(failure) => assert_eq!(failure.class, Class::MailboxNotEnabled, "{person}"),
            }
        }
    }
    assert_eq!(found, 300);
}

#[tokio::test]
async fn purposes_are_those_of_exchange() {
    let (test_env, tenant) = TestTenant::consented().await;
    let truth = test_env.truth().await;
    let mailboxes: Vec<Value> = truth.into_iter().filter(|it| it["has_mailbox"] == true).collect();
    for twenty in mailboxes.chunks(20) {
        for ((_, purpose), person) in tenant.mailbox_purposes(&ids(twenty)).await.unwrap().iter().zip(twenty)
        {
            let expected = match person["kind"].as_str().unwrap() {
                "user" => Purpose::User,
                "shared" => Purpose::Shared,
                "room" => Purpose::Room,
                _ => Purpose::Equipment,
            };
            assert_eq!(purpose.as_ref().unwrap(), &expected, "{person}");
        }
    }
    let shared = mailboxes.iter().find(|it| it["kind"] == "shared").unwrap()["id"].as_str().unwrap();
    assert_eq!(tenant.mailbox_settings(shared).await.unwrap(), Purpose::Shared);
    tenant.inbox(shared).await.unwrap();
}

#[tokio::test]
async fn every_fault_of_a_mailbox_has_its_class_alone_and_in_a_batch() {
    let (test_env, tenant) = TestTenant::consented().await;
    let person = ids(&test_env.truth().await[1..2]);
    for (fault, expected) in [
        (json!({"code": "MailboxNotEnabledForRESTAPI"}), Class::MailboxNotEnabled),
        (json!({"code": "MailboxNotSupportedForRESTAPI"}), Class::MailboxNotEnabled),
        (json!({"code": "MailboxNotHostedInExchangeOnline"}), Class::MailboxOnPremises),
        (json!({"code": "ErrorNonExistentMailbox"}), Class::MailboxNotEnabled),
        (json!({"code": "ErrorInvalidUser"}), Class::UserNotFound),
        (json!({"code": "ResourceNotFound"}), Class::MailboxNotEnabled),
        (json!({"code": "ErrorAccessDenied"}), Class::OutOfScope),
        (json!({"code": "ErrorAccessDenied:RAOP"}), Class::OutOfScope),
        (json!({"code": "ErrorMailboxMoveInProgress"}), Class::MailboxMoving),
        (json!({"code": "ErrorMailboxStoreUnavailable", "retry_after": 0}), Class::MailboxUnavailable),
        (json!({"code": "ErrorQuotaExceeded"}), Class::MailboxFull),
        (json!({"code": "AuthenticationError"}), Class::MailboxNotEnabled),
    ] {
        let path = format!("tenants/contoso.com/mailboxes/{}/break", person[0]);
        test_env.control(&path, fault.clone()).await;
        let alone = tenant.inbox(&person[0]).await.unwrap_err();
        let batch = tenant.probe_inboxes(&person).await.unwrap().remove(0).outcome.unwrap_err();
        assert_eq!((alone.class, batch.class), (expected, expected), "{fault}");
        assert_eq!(alone.code, batch.code);
        assert_ne!(alone.request_id, None);
    }
}

#[tokio::test]
async fn a_temporary_fault_is_not_returned() {
    let (test_env, tenant) = TestTenant::consented().await;
    let person = ids(&test_env.truth().await[1..2]);
    let path = format!("tenants/contoso.com/mailboxes/{}/break", person[0]);
    for code in ["gatewayTimeout", "UnknownError", "AuthenticationError"] {
        test_env.control(&path, json!({"code": code, "times": 1})).await;
        tenant.inbox(&person[0]).await.unwrap();
        test_env.control(&path, json!({"code": code, "times": 1})).await;
        assert!(tenant.probe_inboxes(&person).await.unwrap()[0].outcome.is_ok(), "{code}");
    }
}

#[tokio::test]
async fn unreadable_settings_do_not_fail_a_mailbox() {
    let (test_env, tenant) = TestTenant::consented().await;
    let person = ids(&test_env.truth().await[1..2]);
    let path = format!("tenants/contoso.com/mailboxes/{}/break", person[0]);
    test_env.control(&path, json!({"code": "ErrorAccessDenied:mailboxSettings"})).await;
    tenant.inbox(&person[0]).await.unwrap();
    assert_eq!(tenant.mailbox_settings(&person[0]).await.unwrap(), Purpose::Unknown);
    assert_eq!(tenant.mailbox_purposes(&person).await.unwrap()[0].1, Ok(Purpose::Unknown));
}

#[tokio::test]
async fn a_missing_permission_is_tenant_wide() {
    let (test_env, tenant) = TestTenant::consented().await;
    let person = ids(&test_env.truth().await[1..3]);
    test_env
        .control("tenants/contoso.com/consent", json!({"granted": true, "roles": ["User.Read.All"]}))
        .await;
    test_env.microsoft.invalidate_token(tenant.id());
    for probe in tenant.probe_inboxes(&person).await.unwrap() {
        let class = probe.outcome.unwrap_err().class;
        assert!(class == Class::PermissionMissing && class.is_tenant_wide());
    }
    assert_eq!(tenant.mailbox_settings(&person[0]).await.unwrap_err().class, Class::PermissionMissing);
}

#[tokio::test]
async fn a_tenant_without_exchange_has_its_class() {
    let test_env = TestTenant::new().await;
    test_env.control("tenants/litware.example/consent", json!({"granted": true})).await;
    let tenant = test_env.tenant("litware.example").await;
    let user = tenant.first_user().await.unwrap().unwrap();
    assert_eq!(tenant.inbox(&user.id).await.unwrap_err().class, Class::NoExchangeInTenant);
}

fn ids(people: &[Value]) -> Vec<String> {
    people.iter().map(|person| person["id"].as_str().unwrap().to_owned()).collect()
}
