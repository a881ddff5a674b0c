//! The organisation, the console it is connected by, and the time that passes for both.

use std::{collections::BTreeMap, time::Duration};

use app::ports::Desk;
use domain::{
    cadence::{DAY, HOUR},
    delegation::DelegationView,
    ids::Millis,
    list::Tab,
    run::RunKind,
    slots::MAX_PER_RUN,
    workspace::Snapshot,
};
use rand::{SeedableRng, rngs::StdRng};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use serde_json::{Value, json};
use server::{cert, sources::Sources};

use super::requests::Requests;
use crate::support::{database::TestDatabase, world::World};

pub(super) const DOMAIN: &str = "year.example";
const PEOPLE: u32 = 5_000;
/// Hours between two looks while something is waited for.
const QUIET: u32 = 6;
/// Thousands of steps are waited for.
const LOOK_EVERY: Duration = Duration::from_millis(12);

/// How much of it is gone through.
#[derive(Clone, Copy)]
pub(super) struct Size {
    /// How many can be connected at once.
    pub(super) slots: u32,
    /// Hours between two looks at a time when nothing happens.
    step: u32,
}

impl Size {
    /// `DWD_YEAR_SLOTS` and `DWD_YEAR_STEP`, in hours.
    pub(super) fn from_environment() -> Self {
        let number =
            |name: &str, usual| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(usual);
        Self { slots: number("DWD_YEAR_SLOTS", 100), step: number("DWD_YEAR_STEP", 24) }
    }
}

pub(super) struct Company {
    /// For what is printed.
    pub(super) name: String,
    pub(super) world: World,
    pub(super) desk: Desk,
    pub(super) delegation: DelegationView,
    pub(super) dice: StdRng,
    size: Size,
    /// Milliseconds since it was connected.
    pub(super) now: Millis,
    /// Those who were connected, by directory id, and when they left if they have.
    pub(super) connected: BTreeMap<String, Option<Millis>>,
    /// What is to be undone later: in which week, and what.
    pub(super) later: Vec<(u32, String, Value)>,
    watcher: DatabaseConnection,
    /// The certificate that is registered first, and the one that follows.
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
        let world = World::start_with(database, &credentials).await;
        let watcher = Database::connect(url).await.unwrap();
        register(&world, &certificates[0]).await;
        world.tenant(DOMAIN, PEOPLE).await;
        let (_, desk) = world.desk(size.slots).await;
        let delegation = world.linked(&desk, DOMAIN).await;
        let mut company = Self {
            name,
            world,
            desk,
            delegation,
            dice: StdRng::seed_from_u64(2026),
            size,
            now: 0,
            connected: BTreeMap::new(),
            later: Vec::new(),
            watcher,
            certificates,
            _folder: folder,
        };
        company.connect_as_many_as_fit().await;
        company
    }

    /// A control of the simulated organisation.
    pub(super) async fn sim(&self, what: &str, body: Value) -> Value {
        self.world.sim(&format!("tenants/{DOMAIN}/{what}"), body).await
    }

    pub(super) async fn snapshot(&self) -> Snapshot {
        self.desk.mailboxes.snapshot(self.delegation.id).await.unwrap()
    }

    /// So many days since it was connected.
    pub(super) fn days(&self) -> f64 {
        self.now as f64 / DAY as f64
    }

    /// What may be spent on a mailbox: with fewer of them, the looks at the organisation weigh more.
    pub(super) fn budget(&self, of_all: f64) -> f64 {
        let looks = 24.0 / f64::from(self.size.step) * 16.0 / f64::from(self.size.slots);
        of_all + looks.max(8.0 / f64::from(self.size.slots))
    }

    /// Lets hours pass, one by one.
    pub(super) async fn pass(&mut self, hours: u32, requests: &mut Requests) {
        for _ in 0..hours {
            self.step(1).await;
        }
        requests.take(&self.world).await;
    }

    /// Lets hours pass in which nothing happens.
    pub(super) async fn wait(&mut self, hours: u32, requests: &mut Requests) {
        let (mut left, step) = (hours, self.size.step.min(QUIET));
        while left > 0 {
            self.step(step.min(left)).await;
            left -= step.min(left);
        }
        requests.take(&self.world).await;
    }

    /// Until the week since the last happenings is over.
    pub(super) async fn rest_of_week(&mut self, requests: &mut Requests) {
        let week = 7 * DAY;
        let end = (self.now / week + 1) * week;
        while self.now < end {
            let hours = u32::try_from((end - self.now) / HOUR).unwrap().min(self.size.step);
            self.step(hours.max(1)).await;
        }
        requests.take(&self.world).await;
    }

    async fn step(&mut self, hours: u32) {
        let by = Millis::from(hours) * HOUR;
        self.now += by;
        self.world.later(by);
        self.world.sim("clock", json!({ "advance_seconds": by / 1_000 })).await;
        self.world.state.store.look_after(10).await.unwrap();
        self.world.state.store.work.notify_one();
        while !self.is_done().await {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Whether nobody works on anything, and nothing is due: what waits for a later time may wait.
    async fn is_done(&self) -> bool {
        let now = self.world.state.store.clone();
        if now.is_due("year").await.unwrap() {
            return false;
        }
        let text = "SELECT id FROM run WHERE finished_at IS NULL AND lease_owner IS NOT NULL";
        let backend = self.watcher.get_database_backend();
        self.watcher.query_one_raw(Statement::from_string(backend, text)).await.unwrap().is_none()
    }

    /// Connects those who come first, in as many runs as it takes.
    pub(super) async fn connect_as_many_as_fit(&mut self) {
        loop {
            let free = self.snapshot().await.pools[0].free().unwrap_or(u32::MAX).min(MAX_PER_RUN);
            let mut rows = self.world.rows(&self.desk, &self.delegation, Tab::Available).await;
            rows.truncate(usize::try_from(free).unwrap());
            if rows.is_empty() {
                break;
            }
            let run = self.world.run_over(&self.desk, &self.delegation, RunKind::Connect, rows.clone()).await;
            let addresses: Vec<String> = self.rows(&rows).await.into_iter().map(|row| row.address).collect();
            let truth = self.truth().await;
            let ids = truth.iter().filter(|person| addresses.contains(&person.address) && !person.is_gone());
            let before = self.connected.len();
            self.connected.extend(ids.map(|person| (person.id.clone(), None)));
            assert_eq!((run.counts.failed, self.connected.len() - before), (0, rows.len()));
        }
    }

    /// The new one is registered beside the old one, which goes a day later.
    pub(super) async fn change_certificate(&mut self) {
        register(&self.world, &self.certificates[1]).await;
        let url = format!(
            "{}/_sim/application/certificates?thumbprint={}",
            self.world.simulator.base_url, self.certificates[0].facts.sha1
        );
        let gone = self.world.client.delete(url).send().await.unwrap();
        assert!(gone.status().is_success());
    }
}

async fn register(world: &World, made: &cert::Made) {
    let pem = std::fs::read_to_string(&made.certificate).unwrap();
    world.sim("application/certificates", json!({ "pem": pem })).await;
}
