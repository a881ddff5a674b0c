use microsoft::Class;
use serde_json::json;

use crate::test_tenant::TestTenant;

const ROLES: [&str; 2] = ["User.Read.All", "GroupMember.Read.All"];

async fn with_roles(roles: &[&str]) -> (TestTenant, microsoft::Tenant) {
    let test_env = TestTenant::new().await;
    test_env.control("tenants/contoso.com/consent", json!({ "granted": true, "roles": roles })).await;
    let tenant = test_env.tenant("contoso.com").await;
    (test_env, tenant)
}

#[tokio::test]
async fn a_group_is_found_by_its_name_when_it_is_the_only_one() {
    let (test_env, tenant) = with_roles(&ROLES).await;
    let made =
        test_env.control("tenants/contoso.com/groups", json!({ "displayName": "O'Hara & Söhne" })).await;
    let id = made["id"].as_str().unwrap();
    assert_eq!(tenant.group_named("o'hara & söhne").await.unwrap().as_deref(), Some(id));
    assert_eq!(tenant.group_named(id).await.unwrap().as_deref(), Some(id));
    assert_eq!(tenant.group_named("O'Hara").await.unwrap(), None);
    test_env.control("tenants/contoso.com/groups", json!({ "displayName": "O'Hara & Söhne" })).await;
    assert_eq!(tenant.group_named("O'Hara & Söhne").await.unwrap(), None);
}

#[tokio::test]
async fn members_are_read_from_all_pages_without_removed_users() {
    let (test_env, tenant) = with_roles(&ROLES).await;
    for n in 0..1_100 {
        test_env
            .control(
                "tenants/contoso.com/users",
                json!({ "displayName": format!("P {n}"), "local_part": format!("p-x{n}") }),
            )
            .await;
    }
    let all: Vec<String> = (0..1_100).map(|n| format!("p-x{n}@contoso.com")).collect();
    test_env.control("tenants/contoso.com/groups", json!({ "displayName": "All", "members": all })).await;
    let gone = "tenants/contoso.com/users/p-x7@contoso.com";
    test_env.request(reqwest::Method::DELETE, gone, json!({})).await;
    let id = tenant.group_named("All").await.unwrap().unwrap();
    let members = tenant.group_members(&id).await.unwrap();
    assert_eq!(members.len(), 1_099);
}

#[tokio::test]
async fn a_missing_permission_and_a_missing_group_have_their_class() {
    let (_test_env, tenant) = with_roles(&["User.Read.All"]).await;
    assert_eq!(tenant.group_named("All").await.unwrap_err().class, Class::PermissionMissing);
    let (_test_env, tenant) = with_roles(&ROLES).await;
    let nowhere = "00000000-0000-4000-8000-000000000000";
    assert_eq!(tenant.group_members(nowhere).await.unwrap_err().class, Class::UserNotFound);
}
