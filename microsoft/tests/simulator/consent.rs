use microsoft::{Class, ConsentAnswer, read_consent_answer};
use serde_json::json;

use crate::test_tenant::{TestTenant, redirect};

const ALL: [&str; 5] =
    ["Mail.ReadWrite", "Mail.Send", "MailboxSettings.Read", "Organization.Read.All", "User.Read.All"];

#[tokio::test]
async fn an_approval_gives_a_token_with_every_permission() {
    let test_env = TestTenant::new().await;
    let tid = test_env.tid("contoso.com").await;
    let before = test_env.microsoft.app_token(&tid).await.unwrap_err();
    assert_eq!((before.class, before.code.as_deref()), (Class::ConsentMissing, Some("AADSTS7000229")));

    let url = test_env.microsoft.admin_consent_url(&tid, &redirect(), "the state");
    let answer = read_consent_answer(&test_env.decide(&url, "admin@contoso.com", "accept").await);
    let state = Some("the state".to_owned());
    assert_eq!(answer, Ok(ConsentAnswer::Granted { tenant: tid.clone(), state }));

    let token = test_env.microsoft.app_token(&tid).await.unwrap();
    assert_eq!(token.roles, ALL);
    assert!(token.service_principal.is_some());
}

#[tokio::test]
async fn a_refusal_is_reported_and_grants_nothing() {
    let test_env = TestTenant::new().await;
    let tid = test_env.tid("contoso.com").await;
    let url = test_env.microsoft.admin_consent_url(&tid, &redirect(), "s");
    let answer = read_consent_answer(&test_env.decide(&url, "admin@contoso.com", "cancel").await);
    let Ok(ConsentAnswer::Refused { failure, state }) = answer else { panic!("{answer:?}") };
    assert_eq!((failure.class, failure.code.as_deref()), (Class::ConsentDeclined, Some("AADSTS65004")));
    assert_eq!(state.as_deref(), Some("s"));

    let answer = read_consent_answer(&test_env.sign_in(&url, "admin@fabrikam.com").await);
    let Ok(ConsentAnswer::Refused { failure, .. }) = answer else { panic!("{answer:?}") };
    assert_eq!(failure.class, Class::WrongTenant);
    assert_eq!(test_env.microsoft.app_token(&tid).await.unwrap_err().class, Class::ConsentMissing);
}

#[tokio::test]
async fn a_consent_propagates_in_three_stages() {
    let test_env = TestTenant::new().await;
    let tenant = test_env.tenant("contoso.com").await;
    test_env.control("tenants/contoso.com/propagation", json!({"seconds": 60})).await;
    test_env.control("tenants/contoso.com/consent", json!({"granted": true})).await;
    assert_eq!(tenant.organization().await.unwrap_err().class, Class::ConsentMissing);

    test_env.control("clock", json!({"advance_seconds": 40})).await;
    let token = test_env.microsoft.app_token(tenant.id()).await.unwrap();
    assert_eq!((token.roles.len(), token.service_principal), (0, None));
    assert_eq!(tenant.organization().await.unwrap_err().class, Class::NotPropagated);

    test_env.control("clock", json!({"advance_seconds": 30})).await;
    test_env.microsoft.invalidate_token(tenant.id());
    assert_eq!(tenant.organization().await.unwrap().display_name, "Contoso");
}

#[tokio::test]
async fn changes_to_the_apps_consent_apply_to_the_next_token() {
    let (test_env, tenant) = TestTenant::consented().await;
    tenant.organization().await.unwrap();
    for (change, expected) in [
        (json!({"disabled": true}), Class::AppDisabled),
        (json!({"granted": false}), Class::ConsentMissing),
        (json!({"granted": true, "roles": ["User.Read.All"]}), Class::PermissionMissing),
        (json!({"granted": true, "roles": []}), Class::PermissionMissing),
    ] {
        test_env.control("tenants/contoso.com/consent", change.clone()).await;
        test_env.microsoft.invalidate_token(tenant.id());
        assert_eq!(tenant.organization().await.unwrap_err().class, expected, "{change}");
    }
}

#[tokio::test]
async fn a_wrong_secret_and_an_unknown_tenant_are_distinguished() {
    let test_env = TestTenant::with_secret("wrong").await;
    let tid = test_env.tid("contoso.com").await;
    let failure = test_env.microsoft.app_token(&tid).await.unwrap_err();
    assert_eq!((failure.class, failure.code.as_deref()), (Class::OurCredential, Some("AADSTS7000215")));
    assert!(!format!("{failure:?}").contains("wrong"));

    let gone = "ffffffff-0000-cccc-1111-dddd2222eeee".parse().unwrap();
    assert_eq!(test_env.microsoft.app_token(&gone).await.unwrap_err().class, Class::TenantUnknown);
}

#[tokio::test]
async fn an_expired_token_is_replaced_within_the_call() {
    let (test_env, tenant) = TestTenant::consented().await;
    tenant.organization().await.unwrap();
    test_env.control("clock", json!({"advance_seconds": 7200})).await;
    tenant.organization().await.unwrap();
    let ids: Vec<String> =
        test_env.truth().await.iter().take(2).map(|it| it["id"].as_str().unwrap().to_owned()).collect();
    test_env.control("clock", json!({"advance_seconds": 7200})).await;
    assert!(tenant.probe_inboxes(&ids).await.unwrap().iter().all(|probe| probe.outcome.is_ok()));
}
