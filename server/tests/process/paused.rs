//! A replica is stopped or cut off for longer than its lease: it has lost the run, and writes nothing more for it.

use domain::{list::Tab, run::RunKind};
use nix::sys::signal::Signal;

use crate::support::{
    database::Database,
    ledger::{self, assert_done_once, assert_gap_free, assert_slots},
    proxy::{Line, Proxy},
    server::{Server, Settings},
    test_server::{Linked, TestEnvironment},
    wait_until,
};

const MAILBOXES: u32 = 300;
const LEASE_SECONDS: u16 = 2;
/// A replica logs this when another one has taken its run over.
const LOST: &str = "lease lost";

struct Scene {
    env: TestEnvironment,
    database: Database,
    settings: Settings,
}

impl Scene {
    async fn new() -> Self {
        let env = TestEnvironment::start(MAILBOXES).await;
        let database = Database::postgres().await;
        let settings = env.settings(&database.url, LEASE_SECONDS);
        Self { env, database, settings }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_was_stopped_beyond_its_lease_writes_nothing() {
    let scene = Scene::new().await;
    let one = Server::start("one", &scene.settings).await;
    let other = Server::start("other", &scene.settings).await;
    let linked = scene.env.link(&one, 1_000).await;
    scene.env.latency([80, 160]).await;
    // Stopped at different moments: during a request, a write, or a transaction.
    for moment in [1, 60, 170] {
        scene.interrupted(&linked, &[&one, &other], moment, None).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_whose_database_connection_breaks_writes_nothing() {
    partitioned(Line::Cut).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_whose_database_connection_stalls_writes_nothing() {
    partitioned(Line::Silent).await;
}

async fn partitioned(line: Line) {
    let scene = Scene::new().await;
    let other = Server::start("other", &scene.settings).await;
    let linked = scene.env.link(&other, 1_000).await;
    scene.env.latency([80, 160]).await;
    let (_, rest) = scene.database.url.split_once('@').unwrap();
    let (address, name) = rest.split_once('/').unwrap();
    let proxy = Proxy::to(address.to_owned()).await;
    let far = Settings {
        database_url: format!("postgres://postgres@127.0.0.1:{}/{name}", proxy.port),
        ..scene.settings.clone()
    };
    other.stop().await;
    let cut = Server::start("cut off", &far).await;
    scene.interrupted(&linked, &[&cut], 60, Some((&proxy, line))).await;
}

impl Scene {
    /// Connects all mailboxes, interrupts the owner of the run after `moment` mailboxes, lets another replica finish,
    /// lets the first one continue, and compares the database before and after that. Disconnects all mailboxes in the
    /// end.
    async fn interrupted(
        &self,
        linked: &Linked,
        servers: &[&Server],
        moment: i64,
        partition: Option<(&Proxy, Line)>,
    ) {
        let (console, delegation) = (&self.env.console, linked.delegation);
        let url = &servers[0].url;
        let rows = console.connectable(url, delegation).await;
        let total = rows.len();
        let since = ledger::head(&self.database, delegation).await;
        let run = console.start(url, delegation, RunKind::Connect, rows).await;
        let owner = wait_until("the run is under way", async || {
            let owner = ledger::owner(&self.database, run.id).await?;
            (ledger::settled(&self.database, run.id).await >= moment).then_some(owner)
        })
        .await;
        let owner = servers.iter().find(|server| server.owner == owner).unwrap();
        let logged = owner.program.log().len();
        match partition {
            None => owner.program.freeze().await,
            Some((proxy, line)) => proxy.set(line),
        }
        let helper = match servers.iter().find(|server| server.owner != owner.owner) {
            Some(_) => None,
            None => Some(Server::start("helper", &self.settings).await),
        };
        let finisher = helper.as_ref().or(servers.iter().copied().find(|s| s.owner != owner.owner)).unwrap();
        let over = console.over(&finisher.url, run.id).await;
        assert_done_once(&self.database, &over, total, since).await;
        assert_eq!(ledger::claims(&self.database, run.id).await, 2);

        let before = self.database.everything().await;
        match partition {
            None => owner.program.signal(Signal::SIGCONT),
            Some((proxy, _)) => proxy.set(Line::Whole),
        }
        owner.program.wait_for_output(logged, LOST).await;
        // It works again.
        let ready = format!("{}/readyz", owner.url);
        wait_until("it is ready", async || {
            let answer = console.http.get(&ready).send().await.ok()?;
            answer.status().is_success().then_some(())
        })
        .await;
        assert_eq!(before, self.database.everything().await, "it wrote after it had lost the lease");
        assert_gap_free(&self.database, delegation).await;
        assert_slots(&self.database, &linked.workspace, total).await;

        let rows = console.rows(&owner.url, delegation, Tab::Connected).await;
        let run = console.start(&owner.url, delegation, RunKind::Disconnect, rows).await;
        console.over(&owner.url, run.id).await;
        assert_slots(&self.database, &linked.workspace, 0).await;
    }
}
