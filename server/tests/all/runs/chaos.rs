//! A Microsoft that fails every fifth time, in every way the simulator knows: the directory still ends complete and
//! true, nobody comes back before they were asked to, and no token is ever written down.

use std::{
    collections::BTreeMap,
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use app::ports::Desk;
use domain::{
    AppError, Reason,
    delegation::DelegationView,
    list::Tab,
    run::{RunKind, RunState},
};
use futures::{StreamExt as _, stream};
use serde_json::{Value, json};

use crate::support::{on_both_databases, world::World};

const PEOPLE: u32 = 5_000;
const RATE: f64 = 0.2;
/// For each database; `cargo xtask soak chaos` sets `DWD_CHAOS_SEEDS`.
const SEEDS: u64 = 10;
const AT_ONCE: usize = 5;

on_both_databases! {
    async fn a_directory_read_through_chaos_ends_complete_and_true(database: TestDatabase) {
        let listening = listen();
        // Other seeds for the other database.
        let first = if database.url.starts_with("sqlite") { 0 } else { 1_000 };
        let world = World::start(database).await;
        let seeds = std::env::var("DWD_CHAOS_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(SEEDS);
        let ends: Vec<()> = stream::iter(first..first + seeds)
            .map(|seed| survive(&world, seed))
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        assert_eq!(u64::try_from(ends.len()).unwrap(), seeds);
        assert!(listening.lines.load(Ordering::SeqCst) > 1_000, "the log was not heard");
        assert_eq!(*listening.leaks.lock().unwrap(), Vec::<String>::new());
    }
}

/// One organisation: read through chaos, changed, and read again through chaos.
async fn survive(world: &World, seed: u64) {
    let domain = format!("chaos-{seed}.example");
    let tenant = json!({ "domain": domain, "mailboxes": PEOPLE, "seed": seed });
    world.sim("tenants", tenant).await;
    let (_, desk) = world.desk(PEOPLE).await;
    world.approved(&desk, &domain).await;
    let chaos = json!({ "seed": seed, "rate": RATE, "max_wait_ms": 300 });
    world.sim(&format!("tenants/{domain}/chaos"), chaos).await;

    let view = connected(&desk, &format!("admin@{domain}")).await;
    let view = world.synced(&desk, view.id).await;
    assert!(World::is_well(&view), "seed {seed}: {view:?}");
    same(world, &desk, &view, &domain, seed).await;

    change(world, &domain).await;
    let run = world.run_over(&desk, &view, RunKind::Sync, vec![]).await;
    assert_eq!(run.state, RunState::Completed, "seed {seed}: {run:?}");
    same(world, &desk, &view, &domain, seed).await;

    let tid = view.tid.clone().unwrap();
    let early = get(world, &format!("requests?early=true&tenant={tid}&limit=10")).await;
    assert_eq!(early["requests"].as_array().unwrap().len(), 0, "seed {seed}: {early}");
    let struck = get(world, &format!("tenants/{domain}/chaos")).await;
    let times: u64 =
        struck["struck"].as_object().unwrap().values().map(|times| times.as_u64().unwrap()).sum();
    assert!(times >= 5, "seed {seed}: chaos hardly struck: {struck}");
}

/// Presses *Connect* as often as the answer says to.
async fn connected(desk: &Desk, admin: &str) -> DelegationView {
    for _ in 0..10 {
        match desk.setup.connect_tenant(admin).await {
            Ok(view) => return view,
            Err(AppError::Refused { reason: Reason::MicrosoftUnavailable | Reason::Throttled, .. }) => {}
            Err(error) => panic!("{error:?}"),
        }
    }
    panic!("Microsoft did not answer ten times");
}

/// What we show is what there is.
async fn same(world: &World, desk: &Desk, delegation: &DelegationView, domain: &str, seed: u64) {
    let rows = world.rows(desk, delegation, Tab::All).await;
    let mut ours = BTreeMap::new();
    for window in rows.chunks(200) {
        for row in desk.mailboxes.rows(delegation.id, window).await.unwrap() {
            let facts = (row.name, row.department, row.kind.as_str().to_owned());
            assert_eq!(
                ours.insert(row.address.clone(), facts),
                None,
                "seed {seed}: {} is there twice",
                row.address
            );
        }
    }
    let mut theirs = BTreeMap::new();
    let mut after = json!(0);
    while !after.is_null() {
        let page = get(world, &format!("tenants/{domain}/truth?limit=1000&after={after}")).await;
        for user in page["users"].as_array().unwrap() {
            if user["deleted"].as_str().is_none() && user["deleted"] != json!(true) {
                let text = |name: &str| user[name].as_str().unwrap_or_default().to_owned();
                let department = user["department"].as_str().map(str::to_owned);
                let kind = match user["kind"].as_str().unwrap() {
                    special @ ("shared" | "room" | "equipment" | "guest") => special,
                    _ => "user",
                };
                theirs.insert(text("address"), (text("display_name"), department, kind.to_owned()));
            }
        }
        after = page["next"].clone();
    }
    let missing: Vec<_> =
        theirs.iter().filter(|(address, facts)| ours.get(*address) != Some(*facts)).take(3).collect();
    let foreign: Vec<_> =
        ours.iter().filter(|(address, facts)| theirs.get(*address) != Some(*facts)).take(3).collect();
    assert!(
        missing.is_empty() && foreign.is_empty(),
        "seed {seed}: not ours {missing:?}, not theirs {foreign:?}"
    );
}

/// Somebody comes, somebody leaves, somebody moves to another department.
async fn change(world: &World, domain: &str) {
    let people = get(world, &format!("tenants/{domain}/truth?limit=100&after=10&kind=user")).await;
    let address = |at: usize| people["users"][at]["address"].as_str().unwrap().to_owned();
    for at in 0..5 {
        let hire = json!({ "displayName": format!("New Hire {at}"), "local_part": format!("new.hire.{at}") });
        world.sim(&format!("tenants/{domain}/users"), hire).await;
        let leaver = format!("{}/_sim/tenants/{domain}/users/{}", world.simulator.base_url, address(at));
        assert!(world.client.delete(leaver).send().await.unwrap().status().is_success());
        let moved = json!({ "department": format!("Moved {at}") });
        world.sim(&format!("tenants/{domain}/users/{}", address(at + 10)), moved).await;
    }
}

async fn get(world: &World, path: &str) -> Value {
    let answer = world.client.get(format!("{}/_sim/{path}", world.simulator.base_url)).send().await.unwrap();
    serde_json::from_str(&answer.text().await.unwrap()).unwrap()
}

/// What was heard in every log line of this process, from our crates and the HTTP client alike.
#[derive(Clone, Default)]
struct Listening {
    lines: Arc<AtomicUsize>,
    leaks: Arc<Mutex<Vec<String>>>,
}

impl io::Write for Listening {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.lines.fetch_add(1, Ordering::SeqCst);
        let text = String::from_utf8_lossy(line);
        // Every token the simulator signs begins like any other: `{"typ":"JWT"` or `{"alg":`, in Base64.
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

/// Listens to everything this process logs from now on; once for both databases.
fn listen() -> &'static Listening {
    static HEARD: std::sync::OnceLock<Listening> = std::sync::OnceLock::new();
    HEARD.get_or_init(|| {
        let listening = Listening::default();
        let writer = listening.clone();
        let filter = "microsoft=trace,server=trace,reqwest=trace,hyper_util=trace,hyper=trace,h2=trace";
        tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_writer(move || writer.clone())
            .try_init()
            .expect("nobody else listens");
        listening
    })
}
