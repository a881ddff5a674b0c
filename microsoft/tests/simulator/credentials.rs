//! Credentials as Microsoft checks them: signatures, thumbprints, audiences and ages.

use microsoft::{Certificate, Class, Credential};
use reqwest::Method;
use serde_json::{Value, json};

use crate::test_tenant::TestTenant;

/// A certificate that is registered in Entra.
async fn registered(test_env: &TestTenant, name: &str) -> Credential {
    let answer = test_env.control("application/certificates", json!({ "make": name })).await;
    let pem = |what: &str| answer["made"][what].as_str().unwrap().as_bytes().to_vec();
    let certificate = Certificate::from_pem(&pem("certificate"), Some(&pem("private_key"))).unwrap();
    Credential::Certificate(certificate)
}

async fn thumbprints(test_env: &TestTenant) -> Vec<String> {
    let application = test_env.request(Method::GET, "application", Value::Null).await;
    let certificates = application["certificates"].as_array().unwrap();
    certificates.iter().map(|one| one["sha256"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_certificate_signs_a_new_assertion_for_every_token() {
    let (test_env, tenant) = TestTenant::consented().await;
    test_env.control("application", json!({"refuse_reused_assertions": true})).await;
    let microsoft = test_env.client(vec![registered(&test_env, "Warmy").await]);
    for _ in 0..2 {
        microsoft.invalidate_token(tenant.id());
        assert_eq!(microsoft.app_token(tenant.id()).await.unwrap().roles.len(), 5);
    }
    assert_eq!(microsoft.tenant(tenant.id()).organization().await.unwrap().display_name, "Contoso");
}

#[tokio::test]
async fn certificates_rotate_with_an_overlap_and_without_a_gap() {
    let (test_env, tenant) = TestTenant::consented().await;
    let old = registered(&test_env, "old").await;
    // The new one is configured before it is registered in Entra: it is refused, and the old one is used.
    let new = registered(&test_env, "new").await;
    let [first, second] = thumbprints(&test_env).await.try_into().unwrap();
    let remove = |thumbprint: String| {
        let (test_env, path) = (&test_env, format!("application/certificates?thumbprint={thumbprint}"));
        async move { test_env.request(Method::DELETE, &path, Value::Null).await }
    };
    remove(second).await;
    let microsoft = test_env.client(vec![new.clone(), old.clone()]);
    assert_eq!(microsoft.app_token(tenant.id()).await.unwrap().roles.len(), 5);
    // Neither is registered any more: both are refused, and the failure is ours, not the tenant's.
    remove(first).await;
    microsoft.invalidate_token(tenant.id());
    let refused = microsoft.app_token(tenant.id()).await.unwrap_err();
    assert_eq!((refused.class, refused.code.as_deref()), (Class::OurCredential, Some("AADSTS700027")));
    let another = registered(&test_env, "another").await;
    let microsoft = test_env.client(vec![new, old, another]);
    assert_eq!(microsoft.app_token(tenant.id()).await.unwrap().roles.len(), 5);
}

#[tokio::test]
async fn every_tenant_gets_an_assertion_of_its_own() {
    let (test_env, contoso) = TestTenant::consented().await;
    test_env.control("tenants/fabrikam.com/consent", json!({"granted": true})).await;
    test_env.control("application", json!({"refuse_reused_assertions": true})).await;
    let microsoft = test_env.client(vec![registered(&test_env, "Warmy").await]);
    let fabrikam = microsoft.discover("fabrikam.com").await.unwrap();
    let (one, other) = tokio::join!(microsoft.app_token(contoso.id()), microsoft.app_token(&fabrikam));
    assert_eq!((one.unwrap().roles.len(), other.unwrap().roles.len()), (5, 5));
}
