use std::collections::HashMap;

use microsoft::{
    Class, DeltaFrom, DirectoryUser, Eligibility, Exchange, Facts, Next, Removed, RemovedReason, Tenant,
    eligibility,
};
use reqwest::Method;
use serde_json::json;

use crate::test_tenant::TestTenant;

#[tokio::test]
async fn the_organisation_has_its_name_and_mail_domains() {
    let (_test_env, tenant) = TestTenant::consented().await;
    let organization = tenant.organization().await.unwrap();
    assert_eq!(
        (organization.id.as_str(), organization.display_name.as_str()),
        (tenant.id().as_str(), "Contoso")
    );
    let domain = |name: &str| organization.verified_domains.iter().find(|it| it.name == name).unwrap();
    assert!(domain("contoso.com").is_default && domain("contoso.com").email);
    assert!(domain("contoso.onmicrosoft.com").is_initial);
}

#[tokio::test]
async fn a_full_round_has_all_users_with_the_right_kind() {
    let (test_env, tenant) = TestTenant::consented().await;
    let (users, removed, _) = round(&tenant, DeltaFrom::Start).await;
    let truth = test_env.truth().await;
    assert!(removed.is_empty());
    assert_eq!(users.len(), truth.len());
    let mut kinds = HashMap::new();
    for person in truth {
        let kind = person["kind"].as_str().unwrap().to_owned();
        let found = Facts::from(&users[person["id"].as_str().unwrap()]);
        let found = eligibility(&found, Exchange::NotAsked, time::OffsetDateTime::UNIX_EPOCH);
        let expected: &[Eligibility] = match kind.as_str() {
            "user" | "provisioning" => &[Eligibility::User],
            "shared" | "room" | "equipment" => &[Eligibility::Shared],
            "guest" => &[Eligibility::Guest],
            "on_premises" => &[Eligibility::OnPremises, Eligibility::User],
            "unlicensed" | "foundation_only" => &[Eligibility::Unlicensed],
            other => panic!("an unknown kind: {other}"),
        };
        assert!(expected.contains(&found), "{person}: {found:?}");
        *kinds.entry(kind).or_insert(0) += 1;
    }
    assert!(kinds.len() >= 8, "{kinds:?}");
}

#[tokio::test]
async fn the_next_round_has_only_the_changes() {
    let (test_env, tenant) = TestTenant::consented().await;
    let (_, _, link) = round(&tenant, DeltaFrom::Start).await;
    let (users, removed, link) = round(&tenant, DeltaFrom::Link(&link)).await;
    assert!(users.is_empty() && removed.is_empty());

    test_env
        .control("tenants/contoso.com/users/adele.vance@contoso.com", json!({"department": "Legal"}))
        .await;
    test_env.request(Method::DELETE, "tenants/contoso.com/users/privileged@contoso.com", json!({})).await;
    let gone = "tenants/contoso.com/users/appadmin@contoso.com?permanent=true";
    test_env.request(Method::DELETE, gone, json!({})).await;
    let (users, removed, _) = round(&tenant, DeltaFrom::Link(&link)).await;
    let changed: Vec<_> = users.values().map(|user| user.department.text().unwrap_or_default()).collect();
    assert_eq!(changed, ["Legal"]);
    let mut reasons: Vec<_> = removed.iter().map(|it| it.reason).collect();
    reasons.sort_by_key(|reason| *reason == RemovedReason::Deleted);
    assert_eq!(reasons, [RemovedReason::Changed, RemovedReason::Deleted]);
}

#[tokio::test]
async fn a_delta_link_expires_after_a_week() {
    let (test_env, tenant) = TestTenant::consented().await;
    let (_, _, link) = round(&tenant, DeltaFrom::Start).await;
    test_env.control("clock", json!({"advance_seconds": 8 * 86_400})).await;
    let failure = tenant.users_delta(DeltaFrom::Link(&link)).await.unwrap_err();
    assert_eq!((failure.class, failure.status), (Class::DeltaExpired, Some(410)));
}

#[tokio::test]
async fn one_user_is_enough_to_probe_the_permission() {
    let (test_env, tenant) = TestTenant::consented().await;
    assert!(tenant.first_user().await.unwrap().is_some());
    test_env.control("tenants/contoso.com/consent", json!({"granted": true, "roles": ["Mail.Send"]})).await;
    test_env.microsoft.invalidate_token(tenant.id());
    assert_eq!(tenant.first_user().await.unwrap_err().class, Class::PermissionMissing);
}

/// Reads a round to its end: users by id, removed users, and the link of the next round.
async fn round(
    tenant: &Tenant,
    from: DeltaFrom<'_>,
) -> (HashMap<String, DirectoryUser>, Vec<Removed>, String) {
    let (mut users, mut removed) = (HashMap::new(), Vec::new());
    let mut page = tenant.users_delta(from).await.unwrap();
    loop {
        users.extend(page.users.into_iter().map(|user| (user.id.clone(), user)));
        removed.extend(page.removed);
        match page.next {
            Next::Page(link) => page = tenant.users_delta(DeltaFrom::Link(&link)).await.unwrap(),
            Next::Delta(link) => return (users, removed, link),
        }
    }
}

#[tokio::test]
async fn links_with_microsofts_own_host_are_followed_at_our_base() {
    let (test_env, tenant) = TestTenant::consented().await;
    test_env.control("tenants/contoso.com/listing", json!({ "microsofts_links": true })).await;
    let (users, _, link) = round(&tenant, DeltaFrom::Start).await;
    assert_eq!(users.len(), test_env.truth().await.len());
    assert!(link.starts_with("https://graph.microsoft.com/v1.0/"), "{link}");
    assert!(round(&tenant, DeltaFrom::Link(&link)).await.0.is_empty());
}
