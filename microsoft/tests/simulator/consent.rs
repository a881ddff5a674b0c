use microsoft::{Class, ConsentAnswer, read_consent_answer};
use serde_json::json;

use crate::world::{World, redirect};

const ALL: [&str; 5] =
    ["Mail.ReadWrite", "Mail.Send", "MailboxSettings.Read", "Organization.Read.All", "User.Read.All"];

#[tokio::test]
async fn an_approval_gives_a_token_with_every_permission() {
    let world = World::new().await;
    let tid = world.tid("contoso.com").await;
    let before = world.microsoft.app_token(&tid).await.unwrap_err();
    assert_eq!((before.class, before.code.as_deref()), (Class::ConsentMissing, Some("AADSTS7000229")));

    let url = world.microsoft.admin_consent_url(&tid, &redirect(), "the state");
    let answer = read_consent_answer(&world.decide(&url, "admin@contoso.com", "accept").await);
    let state = Some("the state".to_owned());
    assert_eq!(answer, Ok(ConsentAnswer::Granted { tenant: tid.clone(), state }));

    let token = world.microsoft.app_token(&tid).await.unwrap();
    assert_eq!(token.roles, ALL);
    assert!(token.service_principal.is_some());
}

#[tokio::test]
async fn a_refusal_says_so_and_grants_nothing() {
    let world = World::new().await;
    let tid = world.tid("contoso.com").await;
    let url = world.microsoft.admin_consent_url(&tid, &redirect(), "s");
    let answer = read_consent_answer(&world.decide(&url, "admin@contoso.com", "cancel").await);
    let Ok(ConsentAnswer::Refused { failure, state }) = answer else { panic!("{answer:?}") };
    assert_eq!((failure.class, failure.code.as_deref()), (Class::ConsentDeclined, Some("AADSTS65004")));
    assert_eq!(state.as_deref(), Some("s"));

    let answer = read_consent_answer(&world.sign_in(&url, "admin@fabrikam.com").await);
    let Ok(ConsentAnswer::Refused { failure, .. }) = answer else { panic!("{answer:?}") };
    assert_eq!(failure.class, Class::WrongTenant);
    assert_eq!(world.microsoft.app_token(&tid).await.unwrap_err().class, Class::ConsentMissing);
}

#[tokio::test]
async fn a_consent_spreads_through_three_stages() {
    let world = World::new().await;
    let tenant = world.tenant("contoso.com").await;
    world.control("tenants/contoso.com/propagation", json!({"seconds": 60})).await;
    world.control("tenants/contoso.com/consent", json!({"granted": true})).await;
    assert_eq!(tenant.organization().await.unwrap_err().class, Class::ConsentMissing);

    world.control("clock", json!({"advance_seconds": 40})).await;
    let token = world.microsoft.app_token(tenant.id()).await.unwrap();
    assert_eq!((token.roles.len(), token.service_principal), (0, None));
    assert_eq!(tenant.organization().await.unwrap_err().class, Class::NotPropagated);

    world.control("clock", json!({"advance_seconds": 30})).await;
    world.microsoft.forget_token(tenant.id());
    assert_eq!(tenant.organization().await.unwrap().display_name, "Contoso");
}

#[tokio::test]
async fn what_the_tenant_does_to_the_app_shows_with_the_next_token() {
    let (world, tenant) = World::consented().await;
    tenant.organization().await.unwrap();
    for (change, expected) in [
        (json!({"disabled": true}), Class::AppDisabled),
        (json!({"granted": false}), Class::ConsentMissing),
        (json!({"granted": true, "roles": ["User.Read.All"]}), Class::PermissionMissing),
        (json!({"granted": true, "roles": []}), Class::PermissionMissing),
    ] {
        world.control("tenants/contoso.com/consent", change.clone()).await;
        world.microsoft.forget_token(tenant.id());
        assert_eq!(tenant.organization().await.unwrap_err().class, expected, "{change}");
    }
}

#[tokio::test]
async fn a_wrong_secret_and_a_foreign_cloud_are_told_apart() {
    let world = World::with_secret("wrong").await;
    let tid = world.tid("contoso.com").await;
    let failure = world.microsoft.app_token(&tid).await.unwrap_err();
    assert_eq!((failure.class, failure.code.as_deref()), (Class::OurCredential, Some("AADSTS7000215")));
    assert!(!format!("{failure:?}").contains("wrong"));

    let gone = "ffffffff-0000-cccc-1111-dddd2222eeee".parse().unwrap();
    assert_eq!(world.microsoft.app_token(&gone).await.unwrap_err().class, Class::TenantUnknown);
}

#[tokio::test]
async fn an_expired_token_is_replaced_without_anyone_noticing() {
    let (world, tenant) = World::consented().await;
    tenant.organization().await.unwrap();
    world.control("clock", json!({"advance_seconds": 7200})).await;
    tenant.organization().await.unwrap();
    let ids: Vec<String> =
        world.truth().await.iter().take(2).map(|it| it["id"].as_str().unwrap().to_owned()).collect();
    world.control("clock", json!({"advance_seconds": 7200})).await;
    assert!(tenant.probe_inboxes(&ids).await.unwrap().iter().all(|probe| probe.outcome.is_ok()));
}
