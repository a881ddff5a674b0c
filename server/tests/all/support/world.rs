//! A whole server in process: the real router on a socket, the real runner, and a simulated Microsoft 365.

use std::time::Duration;

use app::ports::Desk;
use clap::Parser;
use domain::{
    delegation::{DelegationState, DelegationView},
    ids::{DelegationId, RowNo, RunId},
    list::{ListQuery, Tab},
    run::{RunKind, RunView},
    undo::UNDO,
};
use leptos::config::LeptosOptions;
use serde_json::{Value, json};
use server::{
    config::Config,
    http::{self, Counted, Peer},
    live,
    runs::Runner,
    services::Caller,
    sources::Sources,
    state::{AppState, microsoft},
    store::{NewPool, Store, WorkspaceCtx},
};
use tokio_util::sync::CancellationToken;

use super::{clock::TestClock, database::TestDatabase, organisation::arrival};

/// Longer than anything takes, on a busy machine and with a Microsoft that misbehaves: only a failure waits so long.
const PATIENCE: Duration = Duration::from_secs(180);
const LOOK_EVERY: Duration = Duration::from_millis(25);

#[derive(Parser)]
struct Args {
    #[command(flatten)]
    config: Config,
}

pub(crate) struct World {
    pub(crate) state: AppState,
    pub(crate) base: String,
    pub(crate) simulator: simulator::Running,
    pub(crate) client: reqwest::Client,
    clock: TestClock,
    pub(crate) database: TestDatabase,
}

impl World {
    pub(crate) async fn start(database: TestDatabase) -> Self {
        Self::start_with(database, &Self::secret()).await
    }

    /// With credentials of the test's own.
    pub(crate) async fn start_with(database: TestDatabase, credentials: &[String]) -> Self {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let mut world = Self::build(database, store, live::Options::default(), credentials).await;
        world.clock = clock;
        world.at_work()
    }

    fn secret() -> [String; 2] {
        ["--microsoft-client-secret", simulator::Options::CLIENT_SECRET].map(str::to_owned)
    }

    fn at_work(self) -> Self {
        let state = self.state.clone();
        let runner = Runner::new(state.store, state.microsoft, "world".into(), state.shutdown);
        tokio::spawn(runner.run());
        self
    }

    /// Without a runner, so that nothing happens by itself; with a hub or a clock of the test's own, or with less
    /// than everything that wakes streams.
    pub(crate) async fn quiet(database: TestDatabase, store: Store, live: live::Options) -> Self {
        Self::build(database, store, live, &Self::secret()).await
    }

    async fn build(
        database: TestDatabase,
        store: Store,
        live: live::Options,
        credentials: &[String],
    ) -> Self {
        _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let simulator = simulator::start(simulator::Options::default()).await.unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let args = [
            "server",
            "--public-url",
            &base,
            "--database-url",
            &database.url,
            "--microsoft-login-url",
            &simulator.base_url,
            "--microsoft-graph-url",
            &simulator.base_url,
            "--host-api-key",
            "host-key",
            "--embed-origins",
            "https://app.example",
            // All requests come from one address.
            "--rate-factor",
            "1000",
        ];
        let args = Args::parse_from(args.into_iter().map(str::to_owned).chain(credentials.iter().cloned()));
        let shutdown = CancellationToken::new();
        tokio::spawn(live::keep(store.clone(), live, shutdown.clone()));
        let microsoft = microsoft(&args.config).unwrap();
        let leptos = LeptosOptions::builder().output_name("warmy").build();
        let state = AppState::new(store, microsoft, args.config, leptos, shutdown.clone());
        let (router, (listener, _)) = (http::router(state.clone()), Counted::new(listener));
        tokio::spawn(
            axum::serve(listener, router.into_make_service_with_connect_info::<Peer>())
                .with_graceful_shutdown(shutdown.cancelled_owned())
                .into_future(),
        );
        Self { state, base, simulator, client: Self::browser(), clock: TestClock::default(), database }
    }

    /// A client that keeps cookies and shows redirects.
    pub(crate) fn browser() -> reqwest::Client {
        reqwest::Client::builder()
            .cookie_store(true)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap()
    }

    /// Lets time pass, in milliseconds.
    pub(crate) fn later(&self, by: i64) {
        self.clock.put_forward(by);
    }

    /// A new workspace with somebody signed in.
    pub(crate) async fn desk(&self, slots: u32) -> (WorkspaceCtx, Desk) {
        let (_, ctx, desk) = self.session(slots).await;
        (ctx, desk)
    }

    /// The same, with the session's token.
    pub(crate) async fn session(&self, slots: u32) -> (String, WorkspaceCtx, Desk) {
        let pool = NewPool {
            plan_type_id: "warmup".into(),
            name: "Warm-up".into(),
            limit: Some(slots),
            used_elsewhere: 0,
        };
        let (workspace, owner) = self.state.store.create_workspace("Test", "Olga", &[pool]).await.unwrap();
        let link = self.state.store.create_enter_link(workspace, owner).await.unwrap();
        let session = self.state.store.enter(&link, arrival()).await.unwrap();
        let ctx = self.state.store.session(&session).await.unwrap().unwrap().ctx;
        (session, ctx.clone(), Caller::new(self.state.clone(), ctx).desk())
    }

    /// A control of the simulator.
    pub(crate) async fn sim(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/_sim/{path}", self.simulator.base_url);
        let answer = self.client.post(url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        let text = answer.text().await.unwrap();
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// A tenant of the test's own.
    pub(crate) async fn tenant(&self, domain: &str, mailboxes: u32) -> Value {
        self.sim("tenants", json!({ "domain": domain, "mailboxes": mailboxes, "extras": false })).await
    }

    /// Walks the second tab: opens the link, signs in, decides. Returns the text of the last page of ours.
    pub(crate) async fn consent(&self, url: &str, account: &str, decision: &str) -> String {
        let tab = Self::browser();
        let mut answer = tab.get(url).send().await.unwrap();
        for _ in 0..12 {
            let here = answer.url().clone();
            if let Some(location) = answer.headers().get("location") {
                let next = here.join(location.to_str().unwrap()).unwrap();
                answer = tab.get(next).send().await.unwrap();
                continue;
            }
            let text = answer.text().await.unwrap();
            if here.as_str().starts_with(&self.base) {
                return text;
            }
            let form = if here.path().contains("adminconsent") && text.contains("decision") {
                [("decision", decision)]
            } else if here.path().contains("authorize") || text.contains("account") {
                [("account", account)]
            } else {
                return text;
            };
            answer = tab.post(here).form(&form).send().await.unwrap();
        }
        panic!("the consent pages go in a circle");
    }

    /// Everything from *Add new* to a read directory.
    pub(crate) async fn linked(&self, desk: &Desk, domain: &str) -> DelegationView {
        self.approved(desk, domain).await;
        let view = desk.setup.connect_tenant(&format!("admin@{domain}")).await.unwrap();
        self.synced(desk, view.id).await
    }

    /// A tenant of which everybody is connected: who did it, the delegation, and whom.
    pub(crate) async fn connected(&self, domain: &str, mailboxes: u32) -> (Desk, DelegationView, Vec<RowNo>) {
        self.tenant(domain, mailboxes).await;
        let (_, desk) = self.desk(100).await;
        let delegation = self.linked(&desk, domain).await;
        let rows = self.rows(&desk, &delegation, Tab::Available).await;
        self.run_over(&desk, &delegation, RunKind::Connect, rows.clone()).await;
        (desk, delegation, rows)
    }

    /// *Add new* and Microsoft's pages: an administrator has approved.
    pub(crate) async fn approved(&self, desk: &Desk, domain: &str) {
        let client = desk
            .setup
            .add_api_client(&simulator::Options::CLIENT_ID.to_string(), &domain::permissions::scopes_text())
            .await
            .unwrap();
        let authorization = desk.setup.authorize(client.id).await.unwrap();
        let page = self.consent(&authorization.url, &format!("admin@{domain}"), "accept").await;
        assert!(page.contains("Approved"), "{page}");
    }

    /// Waits until the directory has been read.
    pub(crate) async fn synced(&self, desk: &Desk, delegation: DelegationId) -> DelegationView {
        self.until("the directory is read", async || {
            let now = desk.mailboxes.snapshot(delegation).await.unwrap().delegation;
            (now.synced_at.is_some() && !now.syncing).then_some(now)
        })
        .await
    }

    /// Runs something over the first `n` mailboxes of a tab and waits for its end.
    pub(crate) async fn run_over(
        &self,
        desk: &Desk,
        delegation: &DelegationView,
        kind: RunKind,
        rows: Vec<RowNo>,
    ) -> RunView {
        let request = app::ports::RunRequest {
            delegation: delegation.id,
            kind,
            rows,
            key: Sources::system().id().to_string(),
        };
        let run = desk.runs.start(request).await.unwrap();
        if run.undo_until().is_some() {
            // Nobody is going to undo it. The runner looks by itself.
            self.clock.put_forward(UNDO);
        }
        self.ended(desk, run.id).await
    }

    pub(crate) async fn ended(&self, desk: &Desk, run: RunId) -> RunView {
        self.until("the run is over", async || {
            let run = desk.runs.detail(run).await.unwrap().run;
            run.state.is_over().then_some(run)
        })
        .await
    }

    pub(crate) async fn rows(&self, desk: &Desk, delegation: &DelegationView, tab: Tab) -> Vec<RowNo> {
        desk.mailboxes.spine(delegation.id, &ListQuery { tab, ..ListQuery::default() }).await.unwrap().order
    }

    /// Waits for a state that the server reaches by itself.
    pub(crate) async fn until<T>(&self, what: &str, look: impl AsyncFn() -> Option<T>) -> T {
        let start = std::time::Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        panic!("waited {PATIENCE:?} and it did not happen: {what}");
    }

    pub(crate) fn is_well(view: &DelegationView) -> bool {
        view.state == DelegationState::Active && view.checklist.iter().all(domain::delegation::Check::is_good)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.state.shutdown.cancel();
    }
}
