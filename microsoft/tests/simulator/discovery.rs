use microsoft::Class;

use crate::world::World;

#[tokio::test]
async fn a_tenant_is_found_by_each_of_its_domains() {
    let world = World::new().await;
    let contoso = world.tid("contoso.com").await;
    assert_eq!(contoso.as_str(), "aaaabbbb-0000-cccc-1111-dddd2222eeee");
    assert_eq!(world.tid(" CONTOSO.onmicrosoft.com ").await, contoso);
    assert_ne!(world.tid("fabrikam.com").await, contoso);
}

#[tokio::test]
async fn what_is_no_tenant_of_this_cloud_says_why() {
    let world = World::new().await;
    let unknown = world.microsoft.discover("nonexist.example").await.unwrap_err();
    assert_eq!((unknown.class, unknown.status), (Class::TenantUnknown, Some(400)));
    assert_eq!(unknown.code.as_deref(), Some("AADSTS90002"));
    assert!(!format!("{unknown:?}").contains("nonexist"));

    let elsewhere = world.microsoft.discover("treyresearch.us").await.unwrap_err();
    assert_eq!(elsewhere.class, Class::NationalCloud);
    assert!(elsewhere.detail.contains("US Government"), "{elsewhere}");

    assert_eq!(world.microsoft.discover("common").await.unwrap_err().class, Class::TenantUnknown);
}
