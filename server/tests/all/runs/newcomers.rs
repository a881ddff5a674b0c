//! New mailboxes are connected by active rules only.

use app::ports::Caller;
use domain::{
    AppError, Reason,
    activity::ActivityQuery,
    delegation::DelegationView,
    list::Tab,
    rule::{BlockedBy, NewRule, RuleKind, RuleView},
    run::{RunKind, RunView},
};
use serde_json::json;

use crate::support::test_server::TestServer;
use store_testing::on_both_databases;

const D: &str = "new.example";

/// A server with an organisation of eight people, none connected, and a workspace with `slots` slots.
async fn linked_server(
    database: store_testing::database::TestDatabase,
    slots: u32,
) -> (TestServer, Caller, DelegationView) {
    let server = TestServer::start(database).await;
    server.tenant(D, 8).await;
    let (_, caller) = server.caller(slots).await;
    let delegation = server.linked(&caller, D).await;
    (server, caller, delegation)
}

async fn hire(server: &TestServer, name: &str, department: &str) {
    let hired = json!({ "displayName": name, "local_part": name, "department": department });
    server.sim(&format!("tenants/{D}/users"), hired).await;
}

async fn rule(
    caller: &Caller,
    delegation: &DelegationView,
    by: RuleKind,
    value: &str,
    ceiling: u32,
) -> RuleView {
    caller
        .rules
        .add(delegation.id, NewRule { by, value: value.into(), ceiling, anyway: true })
        .await
        .unwrap();
    let made = caller.rules.rules(delegation.id).await.unwrap().pop().unwrap();
    assert_eq!(made.on_since, None);
    made
}

async fn switch_on(server: &TestServer, caller: &Caller, delegation: &DelegationView, rule: &RuleView) {
    caller.rules.switch(delegation.id, rule.id, true).await.unwrap();
    // A mailbox found in the same millisecond would not count as new.
    server.advance_clock(1);
}

/// Syncs the directory, and waits for the connect runs that rules start.
async fn read(server: &TestServer, caller: &Caller, delegation: &DelegationView) -> Vec<RunView> {
    server.run_over(caller, delegation, RunKind::Sync, vec![]).await;
    server
        .wait_until("the runs of rules have ended", async || {
            let runs = caller.runs.list(delegation.id).await.unwrap();
            let runs: Vec<RunView> = runs.into_iter().filter(|run| run.kind == RunKind::Connect).collect();
            runs.iter().all(|run| run.state.is_over()).then_some(runs)
        })
        .await
}

async fn connected(server: &TestServer, caller: &Caller, delegation: &DelegationView) -> Vec<String> {
    let rows = server.rows(caller, delegation, Tab::Connected).await;
    let rows = caller.mailboxes.rows(delegation.id, &rows).await.unwrap();
    let mut addresses: Vec<String> =
        rows.into_iter().map(|row| row.address.split('@').next().unwrap().to_owned()).collect();
    addresses.sort();
    addresses
}

async fn only(caller: &Caller, delegation: &DelegationView) -> RuleView {
    caller.rules.rules(delegation.id).await.unwrap().remove(0)
}

on_both_databases! {
    async fn new_members_of_a_department_are_connected_and_no_others(database: TestDatabase) {
        let (server, caller, delegation) = linked_server(database, 100).await;
        hire(&server, "before", "Sales").await;
        assert_eq!(read(&server, &caller, &delegation).await, []);
        // The rule takes the directory's spelling of the name. It is off, so it connects no mailbox.
        let sales = rule(&caller, &delegation, RuleKind::Department, "sales", 10).await;
        assert_eq!(sales.value, "Sales");
        assert!(sales.matching > Some(0), "{sales:?}");
        hire(&server, "off", "Sales").await;
        assert_eq!(read(&server, &caller, &delegation).await, []);

        switch_on(&server, &caller, &delegation, &sales).await;
        for (name, department) in [("anna", "Sales"), ("ben", "Legal"), ("carl", "Sales")] {
            hire(&server, name, department).await;
        }
        let runs = read(&server, &caller, &delegation).await;
        assert_eq!(connected(&server, &caller, &delegation).await, ["anna", "carl"]);
        let run = &runs[0];
        assert_eq!((runs.len(), run.started_by.as_str(), run.counts.succeeded), (1, "Rule: Department Sales", 2));
        let known = only(&caller, &delegation).await;
        assert_eq!((known.connected, known.held_up), (2, None));
        let log = caller.activity.page(&ActivityQuery::default()).await.unwrap();
        let logged: Vec<(&str, &str)> = log.entries.iter().map(|entry| (entry.who.as_str(), entry.what.as_str())).collect();
        for line in [("Olga", "rule.added"), ("Olga", "rule.on"), ("Rule: Department Sales", "run.connect")] {
            assert!(logged.contains(&line), "{line:?} in {logged:?}");
        }
        // A mailbox is connected once only, and stays disconnected after a manual disconnect.
        let anna = server.rows(&caller, &delegation, Tab::Connected).await[0];
        server.run_over(&caller, &delegation, RunKind::Disconnect, vec![anna]).await;
        assert_eq!(read(&server, &caller, &delegation).await.len(), 1);
        assert_eq!(connected(&server, &caller, &delegation).await.len(), 1);
        caller.rules.switch(delegation.id, known.id, false).await.unwrap();
        hire(&server, "dora", "Sales").await;
        assert_eq!(read(&server, &caller, &delegation).await.len(), 1);
        caller.rules.remove(delegation.id, known.id).await.unwrap();
        assert_eq!(caller.rules.rules(delegation.id).await.unwrap(), []);
    }

    async fn ceiling_and_slots_limit_a_rule_and_older_newcomers_come_first(database: TestDatabase) {
        let (server, caller, delegation) = linked_server(database, 3).await;
        let all = rule(&caller, &delegation, RuleKind::Domain, "@NEW.example", 2).await;
        assert_eq!(all.value, D);
        switch_on(&server, &caller, &delegation, &all).await;
        for name in ["first", "second", "third"] {
            hire(&server, name, "Sales").await;
            read(&server, &caller, &delegation).await;
            server.advance_clock(1_000);
        }
        assert_eq!(connected(&server, &caller, &delegation).await, ["first", "second"]);
        assert_eq!(only(&caller, &delegation).await.held_up, Some(BlockedBy::Ceiling));

        // With a higher ceiling only one slot is left.
        caller.rules.remove(delegation.id, all.id).await.unwrap();
        let all = rule(&caller, &delegation, RuleKind::Domain, D, 100).await;
        switch_on(&server, &caller, &delegation, &all).await;
        hire(&server, "fourth", "Sales").await;
        hire(&server, "fifth", "Sales").await;
        read(&server, &caller, &delegation).await;
        assert_eq!(connected(&server, &caller, &delegation).await.len(), 3);
        assert_eq!(only(&caller, &delegation).await.held_up, Some(BlockedBy::Slots));
        let pools = caller.mailboxes.snapshot(delegation.id).await.unwrap().pools;
        assert_eq!((pools[0].used, pools[0].reserved), (3, 0));

        // When a slot becomes free, the next sync connects the waiting mailbox.
        let first = server.rows(&caller, &delegation, Tab::Connected).await[0];
        server.run_over(&caller, &delegation, RunKind::Disconnect, vec![first]).await;
        read(&server, &caller, &delegation).await;
        let now = connected(&server, &caller, &delegation).await;
        assert!(now.contains(&"fourth".to_owned()) && now.contains(&"fifth".to_owned()), "{now:?}");
        assert_eq!(only(&caller, &delegation).await.held_up, None);
    }

    async fn members_of_a_group_need_the_permission_for_groups(database: TestDatabase) {
        let (server, caller, delegation) = linked_server(database, 100).await;
        let group = rule(&caller, &delegation, RuleKind::Group, "Warm-up", 10).await;
        assert_eq!((group.matching, group.recent), (None, None));
        // Without the permission the rule is not switched on.
        let refused = caller.rules.switch(delegation.id, group.id, true).await.unwrap_err();
        assert_eq!((refused.reason(), refused.to_string()), (Some(Reason::PermissionMissing), BlockedBy::Permission.words().to_owned()));
        assert_eq!(only(&caller, &delegation).await.on_since, None);
        let approve = async |optional: bool| {
            let mut roles: Vec<&str> = domain::permissions::REQUIRED.iter().map(|it| it.name).collect();
            roles.extend(domain::permissions::OPTIONAL.iter().map(|it| it.name).filter(|_| optional));
            server.sim(&format!("tenants/{D}/consent"), json!({ "granted": true, "roles": roles })).await;
        };
        approve(true).await;
        switch_on(&server, &caller, &delegation, &group).await;
        approve(false).await;
        hire(&server, "ina", "Sales").await;
        hire(&server, "out", "Sales").await;
        read(&server, &caller, &delegation).await;
        assert_eq!(only(&caller, &delegation).await.held_up, Some(BlockedBy::Permission));

        approve(true).await;
        read(&server, &caller, &delegation).await;
        assert_eq!(only(&caller, &delegation).await.held_up, Some(BlockedBy::NoGroup));

        server.sim(&format!("tenants/{D}/groups"), json!({ "displayName": "Warm-up", "members": [format!("ina@{D}")] })).await;
        read(&server, &caller, &delegation).await;
        assert_eq!(connected(&server, &caller, &delegation).await, ["ina"]);
        assert_eq!(only(&caller, &delegation).await.held_up, None);
        // Another member is added to the group.
        server.sim(&format!("tenants/{D}/groups/Warm-up"), json!({ "add": [format!("out@{D}")] })).await;
        read(&server, &caller, &delegation).await;
        assert_eq!(connected(&server, &caller, &delegation).await, ["ina", "out"]);
    }

    async fn the_number_of_rules_is_limited_and_removing_the_organisation_deletes_them(database: TestDatabase) {
        let (_server, caller, delegation) = linked_server(database, 10).await;
        for n in 0..domain::rule::MAX_RULES {
            rule(&caller, &delegation, RuleKind::Department, &format!("D{n}"), 1).await;
        }
        let new = NewRule { by: RuleKind::Department, value: "More".into(), ceiling: 1, anyway: true };
        let refused = caller.rules.add(delegation.id, new).await.unwrap_err();
        assert!(matches!(&refused, AppError::Invalid { field, .. } if field == "value"), "{refused:?}");
        caller.setup.remove_delegation(delegation.id).await.unwrap();
        assert_eq!(caller.rules.rules(delegation.id).await.unwrap_err(), AppError::NotFound);
    }
}
