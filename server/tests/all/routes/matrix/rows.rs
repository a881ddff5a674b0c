//! The server functions, their arguments, and the roles that may call them.

use domain::ids::DelegationId;
use serde_json::{Value, json};

/// The least role that may call a function.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::routes) enum Needs {
    /// All members and read-only API keys.
    Viewer,
    Member,
    Owner,
}

/// One server function: its name, its arguments, and its least role.
pub(in crate::routes) struct Row {
    pub(in crate::routes) name: &'static str,
    pub(in crate::routes) body: Value,
    pub(in crate::routes) needs: Needs,
}

/// Ids of one workspace's things, by the name of the argument that they are for.
#[derive(Clone)]
pub(in crate::routes) struct Ids {
    pub(in crate::routes) delegation: DelegationId,
    pub(in crate::routes) run: String,
    pub(in crate::routes) mailbox: String,
    pub(in crate::routes) client: String,
    pub(in crate::routes) attempt: String,
    pub(in crate::routes) exclusion: String,
    pub(in crate::routes) member: String,
    pub(in crate::routes) invitation: String,
    pub(in crate::routes) session: String,
    pub(in crate::routes) key: String,
    pub(in crate::routes) alert: String,
    pub(in crate::routes) rule: String,
}

impl Ids {
    /// Copies of these with one id each from `other`. Not the exclusion's: its id is chosen by the caller.
    pub(super) fn with_one_of(&self, other: &Self) -> Vec<Self> {
        let swap = |change: fn(&mut Self, &Self)| {
            let mut mixed = self.clone();
            change(&mut mixed, other);
            mixed
        };
        vec![
            swap(|to, from| to.delegation = from.delegation),
            swap(|to, from| to.run.clone_from(&from.run)),
            swap(|to, from| to.mailbox.clone_from(&from.mailbox)),
            swap(|to, from| to.client.clone_from(&from.client)),
            swap(|to, from| to.attempt.clone_from(&from.attempt)),
            swap(|to, from| to.member.clone_from(&from.member)),
            swap(|to, from| to.invitation.clone_from(&from.invitation)),
            swap(|to, from| to.session.clone_from(&from.session)),
            swap(|to, from| to.key.clone_from(&from.key)),
            swap(|to, from| to.alert.clone_from(&from.alert)),
            swap(|to, from| to.rule.clone_from(&from.rule)),
        ]
    }
}

pub(in crate::routes) fn rows(of: &Ids) -> Vec<Row> {
    let row = |name, body, needs| Row { name, body, needs };
    let (d, run) = (of.delegation, of.run.as_str());
    let query = json!({ "tab": "all", "search": "", "kind": null, "department": null, "reason": null, "sort": "name", "descending": false });
    let target = json!({ "rows": [1] });
    use Needs::{Member, Owner, Viewer};
    vec![
        row("activity/list_activity", json!({ "query": {} }), Viewer),
        row("alerts/load_alerts", json!({}), Viewer),
        row("alerts/add_alert_address", json!({ "address": "eve@m.example" }), Member),
        row("alerts/remove_alert_address", json!({ "address": of.alert }), Member),
        row("mailboxes/load_snapshot", json!({ "delegation": d }), Viewer),
        row("mailboxes/load_attention_groups", json!({ "delegation": d }), Viewer),
        row("mailboxes/load_list_order", json!({ "delegation": d, "query": query }), Viewer),
        row("mailboxes/load_rows", json!({ "delegation": d, "rows": [1, 2] }), Viewer),
        row("mailboxes/load_mailbox", json!({ "delegation": d, "id": of.mailbox }), Viewer),
        row("mailboxes/load_history", json!({ "delegation": d, "id": of.mailbox, "before": 9 }), Viewer),
        row(
            "mailboxes/find_mailboxes",
            json!({ "delegation": d, "addresses": ["a@m.example"], "purpose": "connect" }),
            Viewer,
        ),
        row(
            "mailboxes/exclude_mailboxes",
            json!({ "delegation": d, "id": of.exclusion, "target": target }),
            Member,
        ),
        row("mailboxes/undo_exclusion", json!({ "delegation": d, "id": of.exclusion }), Member),
        row("mailboxes/include_mailboxes", json!({ "delegation": d, "target": target }), Member),
        row("people/load_people", json!({}), Viewer),
        row("people/invite_member", json!({ "name": "Eve", "role": "owner" }), Owner),
        row("people/revoke_member_invitation", json!({ "invitation": of.invitation }), Owner),
        row("people/change_role", json!({ "member": of.member, "role": "viewer" }), Owner),
        row("people/remove_member", json!({ "member": of.member }), Owner),
        row("people/load_sessions", json!({}), Viewer),
        row("people/end_session", json!({ "session": of.session }), Viewer),
        row("people/end_other_sessions", json!({}), Viewer),
        row("people/load_api_keys", json!({}), Owner),
        row("people/make_api_key", json!({ "name": "Eve", "scopes": ["run"] }), Owner),
        row("people/confirm_api_key", json!({ "key": of.key }), Owner),
        row("people/revoke_api_key", json!({ "key": of.key }), Owner),
        row("rules/load_rules", json!({ "delegation": d }), Owner),
        row(
            "rules/add_rule",
            json!({ "delegation": d, "new": { "by": "department", "value": "Sales", "ceiling": 5 } }),
            Owner,
        ),
        row("rules/switch_rule", json!({ "delegation": d, "rule": of.rule, "on": true }), Owner),
        row("rules/remove_rule", json!({ "delegation": d, "rule": of.rule }), Owner),
        row(
            "runs/review_action",
            json!({ "delegation": d, "action": { "run": { "kind": "connect", "rows": [1] } } }),
            Viewer,
        ),
        row(
            "runs/start_run",
            json!({ "delegation": d, "kind": "connect", "rows": [1], "key": "m1" }),
            Member,
        ),
        row(
            "runs/start_matching",
            json!({ "delegation": d, "kind": "connect", "query": query, "key": "m2" }),
            Member,
        ),
        row("runs/cancel_run", json!({ "run": run }), Member),
        row("runs/pause_run", json!({ "run": run }), Member),
        row("runs/resume_run", json!({ "run": run }), Member),
        row("runs/undo_run", json!({ "run": run }), Member),
        row("runs/retry_failed", json!({ "run": run, "key": "m3" }), Member),
        row(
            "runs/retry_group",
            json!({ "run": run, "outcome": "failed", "reason": null, "key": "m4" }),
            Member,
        ),
        row("runs/list_run_items", json!({ "run": run, "outcome": null, "after": null }), Viewer),
        row("runs/list_runs", json!({ "delegation": d }), Viewer),
        row("runs/load_run", json!({ "run": run }), Viewer),
        row("setup/load_me", json!({}), Viewer),
        row("setup/read_link_facts", json!({ "delegation": d }), Viewer),
        row("setup/read_setup_facts", json!({}), Viewer),
        row("setup/list_api_clients", json!({}), Viewer),
        row(
            "setup/add_api_client",
            json!({ "client_id": simulator::Options::CLIENT_ID, "scopes": "Mail.Send" }),
            Member,
        ),
        row("setup/authorize_client", json!({ "client": of.client }), Member),
        row("setup/invite_administrator", json!({}), Member),
        row("setup/revoke_invitation", json!({ "attempt": of.attempt }), Member),
        row("setup/load_attempt", json!({ "attempt": of.attempt }), Viewer),
        row("setup/remove_delegation", json!({ "delegation": d }), Owner),
        row("setup/connect_tenant", json!({ "admin_email": "admin@m.example" }), Member),
    ]
}
