//! SIGKILL at a random moment of a run: every mailbox is settled once, and none is lost.

use domain::{ids::RowNumber, run::RunKind};
use rand::{Rng, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use server::worker::REPEATED_AFTER_CRASH;
use tempfile::TempDir;

use crate::support::{
    database::Database,
    ledger::{self, assert_done_once, assert_gap_free, assert_slots},
    number,
    server::{Server, Settings},
    test_server::{Linked, TestEnvironment},
    wait_until,
};

/// Mailboxes of the organisation, and of each run.
const MAILBOXES: u32 = 1_040;
const RUN: usize = 1_000;
const LEASE_SECONDS: u16 = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_replicas_on_postgresql_survive_kills() {
    let env = TestEnvironment::start(MAILBOXES).await;
    let database = Database::postgres().await;
    let settings = env.settings(&database.url, LEASE_SECONDS);
    // All of them start at the same time on an empty database.
    let (a, b, c) = tokio::join!(
        Server::start("replica 1", &settings),
        Server::start("replica 2", &settings),
        Server::start("replica 3", &settings),
    );
    Scenario::new(env, database, settings, vec![a, b, c]).await.run_all().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_process_on_sqlite_survives_kills() {
    let env = TestEnvironment::start(MAILBOXES).await;
    let folder = TempDir::new().unwrap();
    let settings = env.settings(&Database::sqlite_url(&folder), LEASE_SECONDS);
    let server = Server::start("server", &settings).await;
    let database = Database::sqlite(folder).await;
    Scenario::new(env, database, settings, vec![server]).await.run_all().await;
}

struct Scenario {
    env: TestEnvironment,
    database: Database,
    settings: Settings,
    servers: Vec<Server>,
    linked: Linked,
    /// The mailboxes of every run.
    rows: Vec<RowNumber>,
    /// Whether the mailboxes were ever connected, and whether they are now.
    known: bool,
    connected: bool,
}

impl Scenario {
    async fn new(env: TestEnvironment, database: Database, settings: Settings, servers: Vec<Server>) -> Self {
        let linked = env.link(&servers[0], MAILBOXES).await;
        env.latency([10, 40]).await;
        let mut rows = env.console.connectable(&servers[0].url, linked.delegation).await;
        rows.truncate(RUN);
        assert_eq!(rows.len(), RUN);
        Self { env, database, settings, servers, linked, rows, known: false, connected: false }
    }

    /// Kills a process once per seed, each time during a run, and checks the database after the run.
    async fn run_all(mut self) {
        let first = number("DWD_CRASH_SEED", 1);
        for seed in first..first + number("DWD_CRASH_KILLS", 10) {
            self.run_one(seed).await;
        }
        for server in self.servers {
            server.stop().await;
        }
    }

    async fn run_one(&mut self, seed: u64) {
        let mut random = StdRng::seed_from_u64(seed);
        let url = self.servers.choose(&mut random).unwrap().url.clone();
        let (console, delegation) = (&self.env.console, self.linked.delegation);
        let kinds = match (self.known, self.connected) {
            (false, _) => [RunKind::Connect; 3],
            (true, false) => [RunKind::Connect, RunKind::Connect, RunKind::Reconnect],
            (true, true) => [RunKind::Disconnect, RunKind::Disconnect, RunKind::Verify],
        };
        let kind = *kinds.choose(&mut random).unwrap();
        let since = ledger::head(&self.database, delegation).await;
        let before = self.env.last_request().await;
        let (moment, at_owner) = (random.random_range(0..RUN), random.random_bool(0.7));
        println!("seed {seed}: {kind}, kill after {moment}");
        let run = console.start(&url, delegation, kind, self.rows.clone()).await;

        let started = std::time::Instant::now();
        wait_until("the moment to kill", async || {
            let settled = usize::try_from(ledger::settled(&self.database, run.id).await).unwrap();
            (settled >= moment).then_some(())
        })
        .await;
        let owner = ledger::owner(&self.database, run.id).await;
        let victim = match self.servers.iter().position(|server| Some(&server.owner) == owner.as_ref()) {
            Some(owner) if at_owner => owner,
            _ => random.random_range(0..self.servers.len()),
        };
        self.servers[victim].program.kill().await;
        let killed = started.elapsed();
        self.servers[victim] = Server::start("restarted", &self.settings).await;

        let run = self.env.console.over(&self.servers[victim].url, run.id).await;
        match kind {
            RunKind::Disconnect => self.connected = false,
            RunKind::Connect | RunKind::Reconnect => (self.known, self.connected) = (true, true),
            RunKind::Verify | RunKind::Sync => {}
        }
        assert_done_once(&self.database, &run, RUN, since).await;
        assert_gap_free(&self.database, delegation).await;
        let used = if self.connected { RUN } else { 0 };
        assert_slots(&self.database, &self.linked.workspace, used).await;
        let (claims, mut repeated) = (ledger::claims(&self.database, run.id).await, 0);
        assert!(claims <= 2, "one kill, but {claims} claims");
        if kind != RunKind::Disconnect {
            repeated = ledger::repeated(&self.env.asked(before).await, RUN);
            let bound = if claims == 1 { 0 } else { REPEATED_AFTER_CRASH };
            assert!(repeated <= bound, "{repeated} requests were repeated, at most {bound} may be");
        }
        println!(
            "seed {seed}: killed after {killed:.1?}, over after {:.1?}, {claims} claims, {repeated} requests repeated",
            started.elapsed()
        );
    }
}
