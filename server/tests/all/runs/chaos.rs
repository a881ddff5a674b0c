//! Microsoft fails every fifth request, in every way that the simulator supports: the directory still becomes complete
//! and correct, no request is repeated before its Retry-After, and no token is ever logged.

use std::{
    collections::BTreeMap,
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use app::ports::Caller;
use domain::{
    AppError, Reason,
    delegation::DelegationView,
    list::Tab,
    run::{RunKind, RunState},
};
use futures::{StreamExt as _, stream};
use serde_json::{Value, json};

use crate::support::test_server::TestServer;
use store_testing::on_both_databases;

const PEOPLE: u32 = 5_000;
const RATE: f64 = 0.2;
/// Seeds for each database; `cargo xtask soak chaos` sets `DWD_CHAOS_SEEDS`.
const SEEDS: u64 = 10;
const AT_ONCE: usize = 5;

on_both_databases! {
    async fn a_directory_read_during_failures_becomes_complete_and_correct(database: TestDatabase) {
        let capture = capture_log();
        // The two databases use different seeds.
        let first = if database.url.starts_with("sqlite") { 0 } else { 1_000 };
        let server = TestServer::start(database).await;
        let seeds = std::env::var("DWD_CHAOS_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(SEEDS);
        let ends: Vec<()> = stream::iter(first..first + seeds)
            .map(|seed| check_seed(&server, seed))
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        assert_eq!(u64::try_from(ends.len()).unwrap(), seeds);
        assert!(capture.lines.load(Ordering::SeqCst) > 1_000, "the log was not captured");
        assert_eq!(*capture.leaks.lock().unwrap(), Vec::<String>::new());
    }
}

/// Checks one organisation: read during failures, changed, and read again during failures.
async fn check_seed(server: &TestServer, seed: u64) {
    let domain = format!("chaos-{seed}.example");
    // Without optimisation, a page of users of real size takes the test's only thread for a tenth of a second; calls sent
    // meanwhile would count as early.
    let tenant = json!({ "domain": domain, "mailboxes": PEOPLE, "seed": seed, "few_plans": true });
    server.sim("tenants", tenant).await;
    let (_, caller) = server.caller(PEOPLE).await;
    server.approved(&caller, &domain).await;
    let chaos = json!({ "seed": seed, "rate": RATE, "max_wait_ms": 300 });
    server.sim(&format!("tenants/{domain}/chaos"), chaos).await;

    let view = connected(&caller, &format!("admin@{domain}")).await;
    let view = server.synced(&caller, view.id).await;
    assert!(TestServer::is_healthy(&view), "seed {seed}: {view:?}");
    assert_same(server, &caller, &view, &domain, seed).await;

    change(server, &domain).await;
    let run = server.run_over(&caller, &view, RunKind::Sync, vec![]).await;
    assert_eq!(run.state, RunState::Completed, "seed {seed}: {run:?}");
    assert_same(server, &caller, &view, &domain, seed).await;

    let tid = view.tid.clone().unwrap();
    let early = get(server, &format!("requests?early=true&tenant={tid}&limit=10")).await;
    assert_eq!(early["requests"].as_array().unwrap().len(), 0, "seed {seed}: {early}");
    let struck = get(server, &format!("tenants/{domain}/chaos")).await;
    let times: u64 =
        struck["struck"].as_object().unwrap().values().map(|times| times.as_u64().unwrap()).sum();
    assert!(times >= 5, "seed {seed}: too few failures: {struck}");
}

/// Repeats *Connect* while the answer says that Microsoft is unavailable.
async fn connected(caller: &Caller, admin: &str) -> DelegationView {
    for _ in 0..10 {
        match caller.setup.connect_tenant(admin).await {
            Ok(view) => return view,
            Err(AppError::Refused { reason: Reason::MicrosoftUnavailable | Reason::Throttled, .. }) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    panic!("Microsoft was unavailable ten times");
}

/// Checks that the console's list equals the simulator's directory.
async fn assert_same(
    server: &TestServer,
    caller: &Caller,
    delegation: &DelegationView,
    domain: &str,
    seed: u64,
) {
    let rows = server.rows(caller, delegation, Tab::All).await;
    let mut listed = BTreeMap::new();
    for window in rows.chunks(200) {
        for row in caller.mailboxes.rows(delegation.id, window).await.unwrap() {
            let facts = (row.name, row.department, row.kind.as_str().to_owned());
            assert_eq!(
                listed.insert(row.address.clone(), facts),
                None,
                "seed {seed}: {} is listed twice",
                row.address
            );
        }
    }
    let mut actual = BTreeMap::new();
    let mut after = json!(0);
    while !after.is_null() {
        let page = get(server, &format!("tenants/{domain}/truth?limit=1000&after={after}")).await;
        for user in page["users"].as_array().unwrap() {
            if user["deleted"].as_str().is_none() && user["deleted"] != json!(true) {
                let text = |name: &str| user[name].as_str().unwrap_or_default().to_owned();
                let department = user["department"].as_str().map(str::to_owned);
                let kind = match user["kind"].as_str().unwrap() {
                    special @ ("shared" | "room" | "equipment" | "guest") => special,
                    _ => "user",
                };
                actual.insert(text("address"), (text("display_name"), department, kind.to_owned()));
            }
        }
        after = page["next"].clone();
    }
    let missing: Vec<_> =
        actual.iter().filter(|(address, facts)| listed.get(*address) != Some(*facts)).take(3).collect();
    let unexpected: Vec<_> =
        listed.iter().filter(|(address, facts)| actual.get(*address) != Some(*facts)).take(3).collect();
    assert!(
        missing.is_empty() && unexpected.is_empty(),
        "seed {seed}: missing {missing:?}, unexpected {unexpected:?}"
    );
}

/// Five people join, five leave, and five move to another department.
async fn change(server: &TestServer, domain: &str) {
    let people = get(server, &format!("tenants/{domain}/truth?limit=100&after=10&kind=user")).await;
    let address = |at: usize| people["users"][at]["address"].as_str().unwrap().to_owned();
    for at in 0..5 {
        let hire = json!({ "displayName": format!("New Hire {at}"), "local_part": format!("new.hire.{at}") });
        server.sim(&format!("tenants/{domain}/users"), hire).await;
        let leaver = format!("{}/_sim/tenants/{domain}/users/{}", server.simulator.base_url, address(at));
        assert!(server.client.delete(leaver).send().await.unwrap().status().is_success());
        let moved = json!({ "department": format!("Moved {at}") });
        server.sim(&format!("tenants/{domain}/users/{}", address(at + 10)), moved).await;
    }
}

async fn get(server: &TestServer, path: &str) -> Value {
    let answer =
        server.client.get(format!("{}/_sim/{path}", server.simulator.base_url)).send().await.unwrap();
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

/// Checks every log line of this process, from our crates and the HTTP client, for secrets.
#[derive(Clone, Default)]
struct LogCapture {
    lines: Arc<AtomicUsize>,
    leaks: Arc<Mutex<Vec<String>>>,
}

impl io::Write for LogCapture {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.lines.fetch_add(1, Ordering::SeqCst);
        let text = String::from_utf8_lossy(line);
        // Every token begins with `{"typ":"JWT"` or `{"alg":`, in Base64.
        if text.contains("eyJ0eXAi")
            || text.contains("eyJhbGci")
            || text.contains(simulator::Options::CLIENT_SECRET)
        {
            self.leaks.lock().unwrap().push(text.chars().take(200).collect());
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Captures the log of this process from now on; once for both databases.
fn capture_log() -> &'static LogCapture {
    static CAPTURE: std::sync::OnceLock<LogCapture> = std::sync::OnceLock::new();
    CAPTURE.get_or_init(|| {
        let capture = LogCapture::default();
        let writer = capture.clone();
        let filter = "microsoft=trace,server=trace,reqwest=trace,hyper_util=trace,hyper=trace,h2=trace";
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(move || writer.clone())
            .try_init()
            .expect("no other subscriber");
        capture
    })
}
