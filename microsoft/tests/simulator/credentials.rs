//! The proofs of our identity, as Microsoft checks them: signatures, thumbprints, audiences and ages.

use microsoft::{Certificate, Class, Credential};
use reqwest::Method;
use serde_json::{Value, json};

use crate::world::World;

/// A certificate that Entra knows.
async fn registered(world: &World, name: &str) -> Credential {
    let answer = world.control("application/certificates", json!({ "make": name })).await;
    let pem = |what: &str| answer["made"][what].as_str().unwrap().as_bytes().to_vec();
    let certificate = Certificate::from_pem(&pem("certificate"), Some(&pem("private_key"))).unwrap();
    Credential::Certificate(certificate)
}

async fn thumbprints(world: &World) -> Vec<String> {
    let application = world.request(Method::GET, "application", Value::Null).await;
    let certificates = application["certificates"].as_array().unwrap();
    certificates.iter().map(|one| one["sha256"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_certificate_proves_who_we_are_with_a_new_assertion_for_every_token() {
    let (world, tenant) = World::consented().await;
    world.control("application", json!({"refuse_reused_assertions": true})).await;
    let microsoft = world.client(vec![registered(&world, "Warmy").await]);
    for _ in 0..2 {
        microsoft.forget_token(tenant.id());
        assert_eq!(microsoft.app_token(tenant.id()).await.unwrap().roles.len(), 5);
    }
    assert_eq!(microsoft.tenant(tenant.id()).organization().await.unwrap().display_name, "Contoso");
}

#[tokio::test]
async fn certificates_rotate_with_an_overlap_and_without_a_gap() {
    let (world, tenant) = World::consented().await;
    let old = registered(&world, "old").await;
    // The new one is configured before Entra knows it: refused there, so the old one does the work.
    let new = registered(&world, "new").await;
    let [first, second] = thumbprints(&world).await.try_into().unwrap();
    let remove = |thumbprint: String| {
        let (world, path) = (&world, format!("application/certificates?thumbprint={thumbprint}"));
        async move { world.request(Method::DELETE, &path, Value::Null).await }
    };
    remove(second).await;
    let microsoft = world.client(vec![new.clone(), old.clone()]);
    assert_eq!(microsoft.app_token(tenant.id()).await.unwrap().roles.len(), 5);
    // Entra knows only another one: both are refused, and that is our fault, not the tenant's.
    remove(first).await;
    microsoft.forget_token(tenant.id());
    let refused = microsoft.app_token(tenant.id()).await.unwrap_err();
    assert_eq!((refused.class, refused.code.as_deref()), (Class::OurCredential, Some("AADSTS700027")));
    let another = registered(&world, "another").await;
    let microsoft = world.client(vec![new, old, another]);
    assert_eq!(microsoft.app_token(tenant.id()).await.unwrap().roles.len(), 5);
}

#[tokio::test]
async fn a_tenant_of_another_name_gets_an_assertion_of_its_own() {
    let (world, contoso) = World::consented().await;
    world.control("tenants/fabrikam.com/consent", json!({"granted": true})).await;
    world.control("application", json!({"refuse_reused_assertions": true})).await;
    let microsoft = world.client(vec![registered(&world, "Warmy").await]);
    let fabrikam = microsoft.discover("fabrikam.com").await.unwrap();
    let (one, other) = tokio::join!(microsoft.app_token(contoso.id()), microsoft.app_token(&fabrikam));
    assert_eq!((one.unwrap().roles.len(), other.unwrap().roles.len()), (5, 5));
}
