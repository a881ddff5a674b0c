//! Newcomers are connected by the rules that somebody has switched on, and by nothing else.

use app::ports::Desk;
use domain::{
    AppError,
    activity::ActivityQuery,
    delegation::DelegationView,
    list::Tab,
    rule::{By, HeldUp, NewRule, RuleView},
    run::{RunKind, RunView},
};
use serde_json::json;

use crate::support::{on_both_databases, world::World};

const D: &str = "new.example";

/// An organisation of eight people, none connected, and a workspace with so many slots.
async fn world(
    database: crate::support::database::TestDatabase,
    slots: u32,
) -> (World, Desk, DelegationView) {
    let world = World::start(database).await;
    world.tenant(D, 8).await;
    let (_, desk) = world.desk(slots).await;
    let delegation = world.linked(&desk, D).await;
    (world, desk, delegation)
}

async fn hire(world: &World, name: &str, department: &str) {
    let hired = json!({ "displayName": name, "local_part": name, "department": department });
    world.sim(&format!("tenants/{D}/users"), hired).await;
}

async fn rule(desk: &Desk, delegation: &DelegationView, by: By, value: &str, ceiling: u32) -> RuleView {
    desk.rules.add(delegation.id, NewRule { by, value: value.into(), ceiling }).await.unwrap();
    let made = desk.rules.rules(delegation.id).await.unwrap().pop().unwrap();
    assert_eq!(made.on_since, None);
    made
}

async fn switch_on(world: &World, desk: &Desk, delegation: &DelegationView, rule: &RuleView) {
    desk.rules.switch(delegation.id, rule.id, true).await.unwrap();
    // Those who come in the same millisecond were there.
    world.later(1);
}

/// Reads the directory, and waits for what it starts.
async fn read(world: &World, desk: &Desk, delegation: &DelegationView) -> Vec<RunView> {
    world.run_over(desk, delegation, RunKind::Sync, vec![]).await;
    world
        .until("what rules have started is over", async || {
            let runs = desk.runs.list(delegation.id).await.unwrap();
            let runs: Vec<RunView> = runs.into_iter().filter(|run| run.kind == RunKind::Connect).collect();
            runs.iter().all(|run| run.state.is_over()).then_some(runs)
        })
        .await
}

async fn connected(world: &World, desk: &Desk, delegation: &DelegationView) -> Vec<String> {
    let rows = world.rows(desk, delegation, Tab::Connected).await;
    let rows = desk.mailboxes.rows(delegation.id, &rows).await.unwrap();
    let mut addresses: Vec<String> =
        rows.into_iter().map(|row| row.address.split('@').next().unwrap().to_owned()).collect();
    addresses.sort();
    addresses
}

async fn only(desk: &Desk, delegation: &DelegationView) -> RuleView {
    desk.rules.rules(delegation.id).await.unwrap().remove(0)
}

on_both_databases! {
    async fn who_comes_to_a_department_is_connected_and_nobody_else(database: TestDatabase) {
        let (world, desk, delegation) = world(database, 100).await;
        hire(&world, "before", "Sales").await;
        assert_eq!(read(&world, &desk, &delegation).await, []);
        // The name is taken as the directory spells it. It is off: nothing happens.
        let sales = rule(&desk, &delegation, By::Department, "sales", 10).await;
        assert_eq!(sales.value, "Sales");
        assert!(sales.matching > Some(0), "{sales:?}");
        hire(&world, "off", "Sales").await;
        assert_eq!(read(&world, &desk, &delegation).await, []);

        switch_on(&world, &desk, &delegation, &sales).await;
        for (name, department) in [("anna", "Sales"), ("ben", "Legal"), ("carl", "Sales")] {
            hire(&world, name, department).await;
        }
        let runs = read(&world, &desk, &delegation).await;
        assert_eq!(connected(&world, &desk, &delegation).await, ["anna", "carl"]);
        let run = &runs[0];
        assert_eq!((runs.len(), run.started_by.as_str(), run.counts.succeeded), (1, "Rule: Department Sales", 2));
        let known = only(&desk, &delegation).await;
        assert_eq!((known.connected, known.held_up), (2, None));
        let log = desk.activity.page(&ActivityQuery::default()).await.unwrap();
        let said: Vec<(&str, &str)> = log.entries.iter().map(|entry| (entry.who.as_str(), entry.what.as_str())).collect();
        for line in [("Olga", "rule.added"), ("Olga", "rule.on"), ("Rule: Department Sales", "run.connect")] {
            assert!(said.contains(&line), "{line:?} in {said:?}");
        }
        // Nothing is done twice, and whom somebody disconnects stays so.
        let anna = world.rows(&desk, &delegation, Tab::Connected).await[0];
        world.run_over(&desk, &delegation, RunKind::Disconnect, vec![anna]).await;
        assert_eq!(read(&world, &desk, &delegation).await.len(), 1);
        assert_eq!(connected(&world, &desk, &delegation).await.len(), 1);
        desk.rules.switch(delegation.id, known.id, false).await.unwrap();
        hire(&world, "dora", "Sales").await;
        assert_eq!(read(&world, &desk, &delegation).await.len(), 1);
        desk.rules.remove(delegation.id, known.id).await.unwrap();
        assert_eq!(desk.rules.rules(delegation.id).await.unwrap(), []);
    }

    async fn never_beyond_the_ceiling_or_the_slots_and_those_who_came_first_are_first(database: TestDatabase) {
        let (world, desk, delegation) = world(database, 3).await;
        let all = rule(&desk, &delegation, By::Domain, "@NEW.example", 2).await;
        assert_eq!(all.value, D);
        switch_on(&world, &desk, &delegation, &all).await;
        for name in ["first", "second", "third"] {
            hire(&world, name, "Sales").await;
            read(&world, &desk, &delegation).await;
            world.later(1_000);
        }
        assert_eq!(connected(&world, &desk, &delegation).await, ["first", "second"]);
        assert_eq!(only(&desk, &delegation).await.held_up, Some(HeldUp::Ceiling));

        // With more room only one slot is left.
        desk.rules.remove(delegation.id, all.id).await.unwrap();
        let all = rule(&desk, &delegation, By::Domain, D, 100).await;
        switch_on(&world, &desk, &delegation, &all).await;
        hire(&world, "fourth", "Sales").await;
        hire(&world, "fifth", "Sales").await;
        read(&world, &desk, &delegation).await;
        assert_eq!(connected(&world, &desk, &delegation).await.len(), 3);
        assert_eq!(only(&desk, &delegation).await.held_up, Some(HeldUp::Slots));
        let pools = desk.mailboxes.snapshot(delegation.id).await.unwrap().pools;
        assert_eq!((pools[0].used, pools[0].reserved), (3, 0));

        // A slot is free again: whoever waits is connected by the next reading, without anybody asking.
        let first = world.rows(&desk, &delegation, Tab::Connected).await[0];
        world.run_over(&desk, &delegation, RunKind::Disconnect, vec![first]).await;
        read(&world, &desk, &delegation).await;
        let now = connected(&world, &desk, &delegation).await;
        assert!(now.contains(&"fourth".to_owned()) && now.contains(&"fifth".to_owned()), "{now:?}");
        assert_eq!(only(&desk, &delegation).await.held_up, None);
    }

    async fn members_of_a_group_need_the_permission_for_groups(database: TestDatabase) {
        let (world, desk, delegation) = world(database, 100).await;
        let group = rule(&desk, &delegation, By::Group, "Warm-up", 10).await;
        assert_eq!((group.matching, group.recent), (None, None));
        switch_on(&world, &desk, &delegation, &group).await;
        hire(&world, "ina", "Sales").await;
        hire(&world, "out", "Sales").await;
        read(&world, &desk, &delegation).await;
        assert_eq!(only(&desk, &delegation).await.held_up, Some(HeldUp::Permission));

        let mut roles: Vec<&str> = domain::permissions::REQUIRED.iter().map(|it| it.name).collect();
        roles.extend(domain::permissions::OPTIONAL.iter().map(|it| it.name));
        world.sim(&format!("tenants/{D}/consent"), json!({ "granted": true, "roles": roles })).await;
        read(&world, &desk, &delegation).await;
        assert_eq!(only(&desk, &delegation).await.held_up, Some(HeldUp::NoGroup));

        world.sim(&format!("tenants/{D}/groups"), json!({ "displayName": "Warm-up", "members": [format!("ina@{D}")] })).await;
        read(&world, &desk, &delegation).await;
        assert_eq!(connected(&world, &desk, &delegation).await, ["ina"]);
        assert_eq!(only(&desk, &delegation).await.held_up, None);
        // Somebody is put into it later.
        world.sim(&format!("tenants/{D}/groups/Warm-up"), json!({ "add": [format!("out@{D}")] })).await;
        read(&world, &desk, &delegation).await;
        assert_eq!(connected(&world, &desk, &delegation).await, ["ina", "out"]);
    }

    async fn rules_are_few_and_go_with_the_organisation(database: TestDatabase) {
        let (_world, desk, delegation) = world(database, 10).await;
        for n in 0..domain::rule::MOST {
            rule(&desk, &delegation, By::Department, &format!("D{n}"), 1).await;
        }
        let new = NewRule { by: By::Department, value: "More".into(), ceiling: 1 };
        let refused = desk.rules.add(delegation.id, new).await.unwrap_err();
        assert!(matches!(&refused, AppError::Invalid { field, .. } if field == "value"), "{refused:?}");
        desk.setup.remove_delegation(delegation.id).await.unwrap();
        assert_eq!(desk.rules.rules(delegation.id).await.unwrap_err(), AppError::NotFound);
    }
}
