//! Every fault shape that the simulator knows, each on one random mailbox, user or page of an organisation: the others
//! end as if it were absent, the organisation is not broken, and no alarm leaves. `everywhere` puts them on all.

use std::{cell::Cell, collections::BTreeMap};

use app::ports::{Caller, RunRequest};
use domain::{
    connection::Connection::{Connected, Failed},
    delegation::DelegationState::Active,
    delegation::DelegationView,
    ids::RunId,
    list::{ListQuery, Tab},
    mailbox::MailboxRow,
    run::{RunKind, RunState, RunView},
};
use serde_json::{Value, json};

use crate::support::test_server::TestServer;
use store_testing::on_both_databases;

const PEOPLE: u32 = 300;
/// Seeds for each database; `cargo xtask soak faults` sets `DWD_BLAST_SEEDS`.
const SEEDS: u64 = 5;
/// Broken mailboxes of one seed. Five seeds contain every fault.
const BROKEN: usize = 8;

/// Faults of a mailbox by the simulator's names, and some that no documentation names.
fn mailbox_faults() -> Vec<Value> {
    let known = [
        "MailboxNotEnabledForRESTAPI",
        "MailboxNotSupportedForRESTAPI",
        "MailboxNotHostedInExchangeOnline",
        "ErrorNonExistentMailbox",
        "ErrorInvalidUser",
        "ResourceNotFound",
        "ErrorAccessDenied",
        "ErrorAccessDenied:RAOP",
        "ErrorMailboxMoveInProgress",
        "ErrorMailboxStoreUnavailable",
        "ErrorMailboxFailover",
        "ErrorServerBusy",
        "ErrorQuotaExceeded",
        "ErrorAccountDisabled",
        "ErrorAccountSuspend",
        "ApplicationThrottled",
        "TooManyRequests",
        "AuthenticationError",
        "serviceNotAvailable",
        "gatewayTimeout",
        "generalException",
        "UnknownError",
    ];
    let odd = [
        (400, "ErrorMailboxConfiguration"),
        (400, "Request_BadRequest"),
        (401, "InvalidAuthenticationToken"),
        (401, "NoPermissionsInAccessToken"),
        (401, "Authorization_IdentityNotFound"),
        (401, "OrganizationFromTenantGuidNotFound"),
        (403, "accessDenied"),
        (403, "Authorization_IdentityDisabled"),
        (410, "Gone"),
        (418, "ErrorOfTomorrow"),
    ];
    let known = known.map(|code| json!({ "code": code }));
    let odd = odd.map(
        |(status, code)| json!({ "code": code, "status": status, "message": "x", "null_headers": true }),
    );
    known.into_iter().chain(odd).collect()
}

/// Undocumented forms of a user that make the user unreadable.
fn odd_users() -> [Value; 3] {
    [
        json!({ "set": { "displayName": 7 } }),
        json!({ "set": { "assignedPlans": "all" } }),
        json!({ "set": { "proxyAddresses": [1] } }),
    ]
}

/// Pseudo-random numbers (SplitMix64), the same for a seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % limit as u64).unwrap()
    }

    fn take<T>(&mut self, from: &mut Vec<T>) -> T {
        let at = self.below(from.len());
        from.swap_remove(at)
    }
}

on_both_databases! {
    async fn a_fault_concerns_the_smallest_thing(database: TestDatabase) {
        // The two databases use different seeds.
        let first = if database.url.starts_with("sqlite") { 0 } else { 10_000 };
        let server = TestServer::start(database).await;
        let seeds = std::env::var("DWD_BLAST_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(SEEDS);
        for seed in first..first + seeds {
            check_seed(&server, seed).await;
        }
    }
}

async fn check_seed(server: &TestServer, seed: u64) {
    let mut random = Random(seed);
    let domain = format!("blast-{seed}.example");
    server
        .sim("tenants", json!({ "domain": domain, "mailboxes": PEOPLE, "seed": seed, "extras": false }))
        .await;
    let (_, caller) = server.caller(PEOPLE * 2).await;
    server.approved(&caller, &domain).await;

    // One kind of chaos for each of the three runs, once each.
    let mut kinds: Vec<String> = get(server, "chaos").await["kinds"]
        .as_array()
        .unwrap()
        .iter()
        .map(|kind| kind["name"].as_str().unwrap().to_owned())
        .collect();
    let mut chaos = async || {
        let kind = random.take(&mut kinds);
        let body = json!({ "seed": seed, "rate": 1, "times": 1, "kinds": [kind], "max_wait_ms": 100 });
        server.sim(&format!("tenants/{domain}/chaos"), body).await;
        kind
    };
    let kind = chaos().await;
    let users = get(server, &format!("tenants/{domain}/truth?limit=1000&kind=user")).await;
    let mut addresses: Vec<String> = users["users"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| user["address"].as_str().unwrap().to_owned())
        .filter(|address| !address.starts_with("admin@"))
        .collect();
    let view = connect(server, &caller, &domain, seed).await;
    let second = chaos().await;
    let mut picked = Random(seed ^ 0xB1A5);
    let mut unreadable = Vec::new();
    for odd in odd_users() {
        let address = picked.take(&mut addresses);
        server.sim(&format!("tenants/{domain}/users/{address}/odd"), odd).await;
        unreadable.push(address);
    }
    let run = follow(server, &caller, start(&caller, &view, RunKind::Sync, vec![]).await).await;
    assert_eq!(run.state, RunState::Completed, "seed {seed}, {kind} and {second}: {run:?}");
    assert_eq!(run.found.unreadable, 3, "seed {seed}: {run:?}");

    let mut broken = BTreeMap::new();
    let faults = mailbox_faults();
    let begin = usize::try_from(seed).unwrap() * BROKEN;
    for fault in faults.iter().cycle().skip(begin).take(BROKEN) {
        let address = picked.take(&mut addresses);
        server.sim(&format!("tenants/{domain}/mailboxes/{address}/break"), fault.clone()).await;
        broken.insert(address, fault);
    }
    let third = chaos().await;
    let rows = server.rows(&caller, &view, Tab::Available).await;
    let run = follow(server, &caller, start(&caller, &view, RunKind::Connect, rows).await).await;
    let what = format!("seed {seed}, {kind}, {second} and {third}");
    assert_eq!(run.counts.failed as usize, broken.len(), "{what}: {run:?}");
    for row in all(&caller, &view).await.into_iter().filter(|row| row.kind == domain::mailbox::Kind::User) {
        match broken.get(&row.address) {
            Some(fault) => assert_eq!(row.connection, Failed, "{what}: {fault}: {row:?}"),
            None => assert_eq!((row.connection, row.reason), (Connected, None), "{what}: {row:?}"),
        }
    }
    let now = caller.mailboxes.snapshot(view.id).await.unwrap().delegation;
    assert_eq!((now.state, now.reason), (Active, None), "{what}");
}

/// Connects the organisation, and repeats that while the answer says that Microsoft is unavailable.
async fn connect(server: &TestServer, caller: &Caller, domain: &str, seed: u64) -> DelegationView {
    for _ in 0..10 {
        if let Ok(view) = caller.setup.connect_tenant(&format!("admin@{domain}")).await {
            let view = server.synced(caller, view.id).await;
            assert_eq!(view.state, Active, "seed {seed}: {view:?}");
            return view;
        }
    }
    panic!("seed {seed}: the organisation cannot be connected");
}

pub(super) async fn start(
    caller: &Caller,
    view: &DelegationView,
    kind: RunKind,
    rows: Vec<domain::ids::RowNumber>,
) -> RunId {
    let key = store::clock::Sources::system().id().to_string();
    caller.runs.start(RunRequest { delegation: view.id, kind, rows, key }).await.unwrap().id
}

/// Follows a run to its end: whenever it waits, the clock moves on to the end of the wait.
pub(super) async fn follow(server: &TestServer, caller: &Caller, run: RunId) -> RunView {
    let passed = Cell::new(0);
    server
        .wait_until("the run has ended", async || {
            let run = caller.runs.detail(run).await.unwrap().run;
            let parked = run.state == RunState::Waiting;
            if let Some(until) = run.waiting_until.filter(|until| parked && *until > passed.get()) {
                passed.set(until);
                server.advance_clock((until - server.state.store.now()).max(0) + 1);
            }
            run.state.is_over().then_some(run)
        })
        .await
}

async fn all(caller: &Caller, view: &DelegationView) -> Vec<MailboxRow> {
    let query = ListQuery { tab: Tab::All, ..ListQuery::default() };
    let order = caller.mailboxes.list_order(view.id, &query).await.unwrap().order;
    let mut rows = Vec::new();
    for window in order.chunks(200) {
        rows.extend(caller.mailboxes.rows(view.id, window).await.unwrap());
    }
    rows
}

pub(super) async fn get(server: &TestServer, path: &str) -> Value {
    let answer =
        server.client.get(format!("{}/_sim/{path}", server.simulator.base_url)).send().await.unwrap();
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}
