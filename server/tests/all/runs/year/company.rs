//! The simulated organisation, the console that connects it, and the clock of both.

use std::{collections::BTreeMap, time::Duration};

use app::ports::Caller;
use domain::{
    delegation::DelegationView,
    ids::Millis,
    list::Tab,
    run::RunKind,
    schedule::{DAY, HOUR},
    slots::MAX_PER_RUN,
    workspace::Snapshot,
};
use rand::{SeedableRng, rngs::StdRng};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use serde_json::{Value, json};
use server::cli::cert;
use store::clock::Sources;

use super::requests::Requests;
use crate::support::test_server::TestServer;
use store_testing::database::TestDatabase;

pub(super) const DOMAIN: &str = "year.example";
const PEOPLE: u32 = 5_000;
/// The longest step while a result is awaited, in hours.
const QUIET: u32 = 6;
/// Short, because the test waits for thousands of steps.
const POLL_EVERY: Duration = Duration::from_millis(12);

/// The size of the test.
#[derive(Clone, Copy)]
pub(super) struct Size {
    /// How many mailboxes can be connected at once.
    pub(super) slots: u32,
    /// The step while nothing happens, in hours.
    step: u32,
}

impl Size {
    /// Reads `DWD_YEAR_SLOTS`, and `DWD_YEAR_STEP` in hours.
    pub(super) fn from_environment() -> Self {
        let number =
            |name: &str, usual| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(usual);
        Self { slots: number("DWD_YEAR_SLOTS", 100), step: number("DWD_YEAR_STEP", 24) }
    }
}

pub(super) struct Company {
    /// The name of the database, for the output.
    pub(super) name: String,
    pub(super) server: TestServer,
    pub(super) caller: Caller,
    pub(super) delegation: DelegationView,
    pub(super) dice: StdRng,
    size: Size,
    /// Milliseconds since the organisation was connected.
    pub(super) now: Millis,
    /// Connected people by directory id, with the time at which they left, if they have.
    pub(super) connected: BTreeMap<String, Option<Millis>>,
    /// Changes to undo later: the week, the control of the simulator, and its body.
    pub(super) advance_clock: Vec<(u32, String, Value)>,
    watcher: DatabaseConnection,
    /// The first registered certificate, and the next one.
    certificates: [cert::Made; 2],
    _folder: tempfile::TempDir,
}

impl Company {
    pub(super) async fn start(database: TestDatabase, size: Size) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let certificates = ["first", "next"]
            .map(|name| cert::make(&folder.path().join(name), name, 500, Sources::system().date()).unwrap());
        let mut credentials = Vec::new();
        for (made, option) in certificates.iter().zip(["certificate", "certificate-next"]) {
            let key = option.replace("certificate", "certificate-key");
            credentials.push(format!("--microsoft-{option}={}", made.certificate.display()));
            credentials.push(format!("--microsoft-{key}={}", made.key.display()));
        }
        let name = if database.url.starts_with("sqlite") { "SQLite" } else { "PostgreSQL" }.to_owned();
        let url = database.url.clone();
        let server = TestServer::start_with(database, &credentials).await;
        let watcher = Database::connect(url).await.unwrap();
        register(&server, &certificates[0]).await;
        server.tenant(DOMAIN, PEOPLE).await;
        let (_, caller) = server.caller(size.slots).await;
        let delegation = server.linked(&caller, DOMAIN).await;
        let mut company = Self {
            name,
            server,
            caller,
            delegation,
            dice: StdRng::seed_from_u64(2026),
            size,
            now: 0,
            connected: BTreeMap::new(),
            advance_clock: Vec::new(),
            watcher,
            certificates,
            _folder: folder,
        };
        company.connect_as_many_as_fit().await;
        company
    }

    /// A control of the simulated organisation.
    pub(super) async fn sim(&self, what: &str, body: Value) -> Value {
        self.server.sim(&format!("tenants/{DOMAIN}/{what}"), body).await
    }

    pub(super) async fn snapshot(&self) -> Snapshot {
        self.caller.mailboxes.snapshot(self.delegation.id).await.unwrap()
    }

    /// Days since the organisation was connected.
    pub(super) fn days(&self) -> f64 {
        self.now as f64 / DAY as f64
    }

    /// The most requests per mailbox and day: with fewer mailboxes, each has a larger share of the syncs.
    pub(super) fn budget(&self, of_all: f64) -> f64 {
        let looks = 24.0 / f64::from(self.size.step) * 16.0 / f64::from(self.size.slots);
        of_all + looks.max(8.0 / f64::from(self.size.slots))
    }

    /// Advances the clock, hour by hour.
    pub(super) async fn pass_hours(&mut self, hours: u32, requests: &mut Requests) {
        for _ in 0..hours {
            self.step(1).await;
        }
        requests.take(&self.server).await;
    }

    /// Advances the clock in longer steps, while nothing happens.
    pub(super) async fn pass_quietly(&mut self, hours: u32, requests: &mut Requests) {
        let (mut left, step) = (hours, self.size.step.min(QUIET));
        while left > 0 {
            self.step(step.min(left)).await;
            left -= step.min(left);
        }
        requests.take(&self.server).await;
    }

    /// Advances the clock to the end of the week.
    pub(super) async fn rest_of_week(&mut self, requests: &mut Requests) {
        let week = 7 * DAY;
        let end = (self.now / week + 1) * week;
        while self.now < end {
            let hours = u32::try_from((end - self.now) / HOUR).unwrap().min(self.size.step);
            self.step(hours.max(1)).await;
        }
        requests.take(&self.server).await;
    }

    async fn step(&mut self, hours: u32) {
        let by = Millis::from(hours) * HOUR;
        self.now += by;
        self.server.advance_clock(by);
        self.server.sim("clock", json!({ "advance_seconds": by / 1_000 })).await;
        self.server.state.store.start_due(10).await.unwrap();
        self.server.state.store.work.notify_one();
        while !self.is_done().await {
            tokio::time::sleep(POLL_EVERY).await;
        }
    }

    /// Whether no run is being worked on and none is due; runs may wait for a later time.
    async fn is_done(&self) -> bool {
        let now = self.server.state.store.clone();
        if now.is_due("year").await.unwrap() {
            return false;
        }
        let text = "SELECT id FROM run WHERE finished_at IS NULL AND lease_owner IS NOT NULL";
        let backend = self.watcher.get_database_backend();
        self.watcher.query_one_raw(Statement::from_string(backend, text)).await.unwrap().is_none()
    }

    /// Connects the first mailboxes of the list until no slot is free.
    pub(super) async fn connect_as_many_as_fit(&mut self) {
        loop {
            let free = self.snapshot().await.pools[0].free().unwrap_or(u32::MAX).min(MAX_PER_RUN);
            let mut rows = self.server.rows(&self.caller, &self.delegation, Tab::Available).await;
            rows.truncate(usize::try_from(free).unwrap());
            if rows.is_empty() {
                break;
            }
            let run =
                self.server.run_over(&self.caller, &self.delegation, RunKind::Connect, rows.clone()).await;
            let addresses: Vec<String> = self.rows(&rows).await.into_iter().map(|row| row.address).collect();
            let truth = self.truth().await;
            let ids = truth.iter().filter(|person| addresses.contains(&person.address) && !person.is_gone());
            let before = self.connected.len();
            self.connected.extend(ids.map(|person| (person.id.clone(), None)));
            assert_eq!((run.counts.failed, self.connected.len() - before), (0, rows.len()));
        }
    }

    /// Registers the new certificate and removes the old one.
    pub(super) async fn change_certificate(&mut self) {
        register(&self.server, &self.certificates[1]).await;
        let url = format!(
            "{}/_sim/application/certificates?thumbprint={}",
            self.server.simulator.base_url, self.certificates[0].facts.sha1
        );
        let gone = self.server.client.delete(url).send().await.unwrap();
        assert!(gone.status().is_success());
    }
}

async fn register(server: &TestServer, made: &cert::Made) {
    let pem = std::fs::read_to_string(&made.certificate).unwrap();
    server.sim("application/certificates", json!({ "pem": pem })).await;
}
