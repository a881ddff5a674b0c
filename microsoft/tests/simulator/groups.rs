use microsoft::Class;
use serde_json::json;

use crate::world::World;

const ROLES: [&str; 2] = ["User.Read.All", "GroupMember.Read.All"];

async fn with_roles(roles: &[&str]) -> (World, microsoft::Tenant) {
    let world = World::new().await;
    world.control("tenants/contoso.com/consent", json!({ "granted": true, "roles": roles })).await;
    let tenant = world.tenant("contoso.com").await;
    (world, tenant)
}

#[tokio::test]
async fn a_group_is_found_by_its_name_when_it_is_the_only_one() {
    let (world, tenant) = with_roles(&ROLES).await;
    let made = world.control("tenants/contoso.com/groups", json!({ "displayName": "O'Hara & Söhne" })).await;
    let id = made["id"].as_str().unwrap();
    assert_eq!(tenant.group_named("o'hara & söhne").await.unwrap().as_deref(), Some(id));
    assert_eq!(tenant.group_named(id).await.unwrap().as_deref(), Some(id));
    assert_eq!(tenant.group_named("O'Hara").await.unwrap(), None);
    world.control("tenants/contoso.com/groups", json!({ "displayName": "O'Hara & Söhne" })).await;
    assert_eq!(tenant.group_named("O'Hara & Söhne").await.unwrap(), None);
}

#[tokio::test]
async fn members_come_over_all_pages_and_without_those_who_left() {
    let (world, tenant) = with_roles(&ROLES).await;
    for n in 0..1_100 {
        world
            .control(
                "tenants/contoso.com/users",
                json!({ "displayName": format!("P {n}"), "local_part": format!("p-x{n}") }),
            )
            .await;
    }
    let all: Vec<String> = (0..1_100).map(|n| format!("p-x{n}@contoso.com")).collect();
    world.control("tenants/contoso.com/groups", json!({ "displayName": "All", "members": all })).await;
    let gone = "tenants/contoso.com/users/p-x7@contoso.com";
    world.request(reqwest::Method::DELETE, gone, json!({})).await;
    let id = tenant.group_named("All").await.unwrap().unwrap();
    let members = tenant.group_members(&id).await.unwrap();
    assert_eq!(members.len(), 1_099);
}

#[tokio::test]
async fn without_the_permission_or_the_group_the_class_says_so() {
    let (_world, tenant) = with_roles(&["User.Read.All"]).await;
    assert_eq!(tenant.group_named("All").await.unwrap_err().class, Class::PermissionMissing);
    let (_world, tenant) = with_roles(&ROLES).await;
    let nowhere = "00000000-0000-4000-8000-000000000000";
    assert_eq!(tenant.group_members(nowhere).await.unwrap_err().class, Class::UserNotFound);
}
