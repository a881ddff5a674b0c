use microsoft::Class;

use crate::test_tenant::TestTenant;

#[tokio::test]
async fn a_tenant_is_found_by_each_of_its_domains() {
    let test_env = TestTenant::new().await;
    let contoso = test_env.tid("contoso.com").await;
    assert_eq!(contoso.as_str(), "aaaabbbb-0000-cccc-1111-dddd2222eeee");
    assert_eq!(test_env.tid(" CONTOSO.onmicrosoft.com ").await, contoso);
    assert_ne!(test_env.tid("fabrikam.com").await, contoso);
}

#[tokio::test]
async fn a_domain_without_a_tenant_in_this_cloud_is_refused_with_a_reason() {
    let test_env = TestTenant::new().await;
    let unknown = test_env.microsoft.discover("nonexist.example").await.unwrap_err();
    assert_eq!((unknown.class, unknown.status), (Class::TenantUnknown, Some(400)));
    assert_eq!(unknown.code.as_deref(), Some("AADSTS90002"));
    assert!(!format!("{unknown:?}").contains("nonexist"));

    let elsewhere = test_env.microsoft.discover("treyresearch.us").await.unwrap_err();
    assert_eq!(elsewhere.class, Class::NationalCloud);
    assert!(elsewhere.detail.contains("US Government"), "{elsewhere}");

    let newer = test_env.microsoft.discover("vanarsdel.example").await.unwrap_err();
    assert_eq!(
        (newer.class, newer.unknown_host()),
        (Class::NationalCloud, Some("login.sovcloud-identity.fr"))
    );

    assert_eq!(test_env.microsoft.discover("common").await.unwrap_err().class, Class::TenantUnknown);
}
