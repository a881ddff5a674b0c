//! A complete server in process: the real router on a socket, the real runner, and a simulated Microsoft 365.

use std::time::Duration;

use app::ports::Caller;
use clap::Parser;
use domain::{
    delegation::{DelegationState, DelegationView},
    ids::{DelegationId, RowNumber, RunId},
    list::{ListQuery, Tab},
    run::{RunKind, RunView},
    undo::DISCONNECTS_AFTER,
};
use leptos::config::LeptosOptions;
use reqwest::Url;
use serde_json::{Value, json};
use server::{
    config::Config,
    http, live,
    services::SignedInCaller,
    state::{AppState, microsoft},
    worker::Runner,
};
use store::clock::Sources;
use store::{NewPool, Store, WorkspaceCtx};
use tokio_util::sync::CancellationToken;

use super::pages::own_form;
use store_testing::{clock::TestClock, database::TestDatabase, organisation::arrival};

/// The limit of every wait: no step takes this long, even on a busy machine and with a failing Microsoft.
const TIMEOUT: Duration = Duration::from_secs(300);
const POLL_EVERY: Duration = Duration::from_millis(25);

#[derive(Parser)]
struct Args {
    #[command(flatten)]
    config: Config,
}

pub(crate) struct TestServer {
    pub(crate) state: AppState,
    pub(crate) base: String,
    pub(crate) simulator: simulator::Running,
    pub(crate) client: reqwest::Client,
    clock: TestClock,
    pub(crate) database: TestDatabase,
}

impl TestServer {
    pub(crate) async fn start(database: TestDatabase) -> Self {
        Self::start_with(database, &Self::secret()).await
    }

    /// Starts a server with the given credentials.
    pub(crate) async fn start_with(database: TestDatabase, credentials: &[String]) -> Self {
        let clock = TestClock::default();
        let store = database.store_at(clock.sources()).await;
        let mut server =
            Self::build(database, store, (live::Hub::default(), live::Options::default()), credentials).await;
        server.clock = clock;
        server.with_runner()
    }

    fn secret() -> [String; 2] {
        ["--microsoft-client-secret", simulator::Options::CLIENT_SECRET].map(str::to_owned)
    }

    fn with_runner(self) -> Self {
        let state = self.state.clone();
        let runner = Runner::new(state.store, state.microsoft, "runner".into(), state.shutdown);
        tokio::spawn(runner.run());
        self
    }

    /// Starts a server without a runner, and with the given sources of signals.
    pub(crate) async fn quiet(database: TestDatabase, store: Store, live: live::Options) -> Self {
        Self::build(database, store, (live::Hub::default(), live), &Self::secret()).await
    }

    /// The same with the given hub.
    pub(crate) async fn quiet_with_hub(database: TestDatabase, store: Store, hub: live::Hub) -> Self {
        Self::build(database, store, (hub, live::Options::default()), &Self::secret()).await
    }

    async fn build(
        database: TestDatabase,
        store: Store,
        (hub, options): (live::Hub, live::Options),
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
        tokio::spawn(live::run(store.clone(), hub.clone(), options, shutdown.clone()));
        let microsoft = microsoft(&args.config).unwrap();
        let leptos = LeptosOptions::builder().output_name("warmy").build();
        let state = AppState::new(store, microsoft, args.config, leptos, shutdown.clone()).with_hub(hub);
        let (router, connections) = (http::router(state.clone()), http::Connections::default());
        tokio::spawn(http::serve(listener, router, http::Limits::of(1_000), connections, shutdown));
        Self { state, base, simulator, client: Self::browser(), clock: TestClock::default(), database }
    }

    /// Serves another state on a port of its own. Returns its address.
    pub(crate) async fn served(state: AppState) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (router, stop) = (http::router(state.clone()), state.shutdown);
        tokio::spawn(http::serve(
            listener,
            router,
            http::Limits::of(1_000),
            http::Connections::default(),
            stop,
        ));
        base
    }

    /// A client that stores cookies and does not follow redirects.
    pub(crate) fn browser() -> reqwest::Client {
        reqwest::Client::builder()
            .cookie_store(true)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap()
    }

    /// Advances the store's clock by `by` milliseconds.
    pub(crate) fn advance_clock(&self, by: i64) {
        self.clock.advance(by);
    }

    /// Creates a workspace with a signed-in owner.
    pub(crate) async fn caller(&self, slots: u32) -> (WorkspaceCtx, Caller) {
        let (_, ctx, caller) = self.session(slots).await;
        (ctx, caller)
    }

    /// The same, with the session's token.
    pub(crate) async fn session(&self, slots: u32) -> (String, WorkspaceCtx, Caller) {
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
        (session, ctx.clone(), SignedInCaller::new(self.state.clone(), ctx).caller())
    }

    /// A control of the simulator.
    pub(crate) async fn sim(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/_sim/{path}", self.simulator.base_url);
        let answer = self.client.post(url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        let text = answer.text().await.unwrap();
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    /// Creates a tenant in the simulator; a large one with few plans, because a user of real size takes half a
    /// millisecond in unoptimised tests.
    pub(crate) async fn tenant(&self, domain: &str, mailboxes: u32) -> Value {
        let few_plans = mailboxes >= 1_000;
        let tenant =
            json!({ "domain": domain, "mailboxes": mailboxes, "extras": false, "few_plans": few_plans });
        self.sim("tenants", tenant).await
    }

    /// Goes through the browser tab of an authorisation: confirms our pages, signs in, decides. Returns our last page.
    pub(crate) async fn consent(&self, url: &str, account: &str, decision: &str) -> String {
        let tab = Self::browser();
        let answer = tab.get(url).send().await.unwrap();
        let (_, text) = self.approve(&tab, answer, (account, decision), |_| false).await;
        text
    }

    /// Goes on in a tab until a redirect for which `stop` is true, which is not followed, or to our last page. Returns
    /// its address and text.
    pub(crate) async fn approve(
        &self,
        tab: &reqwest::Client,
        mut answer: reqwest::Response,
        (account, decision): (&str, &str),
        stop: impl Fn(&Url) -> bool,
    ) -> (Url, String) {
        for _ in 0..16 {
            let here = answer.url().clone();
            if let Some(location) = answer.headers().get("location") {
                let next = here.join(location.to_str().unwrap()).unwrap();
                if stop(&next) {
                    return (next, String::new());
                }
                answer = tab.get(next).send().await.unwrap();
                continue;
            }
            let text = answer.text().await.unwrap();
            if here.as_str().starts_with(&self.base) {
                // Our pages have the button to go on first.
                match own_form(&text) {
                    Some((action, name, value)) if action != "/connect/microsoft/again" => {
                        let mut form = vec![(name, value)];
                        if action.ends_with("/finish") && decision == "decline" {
                            form.push(("decline".to_owned(), "true".to_owned()));
                        }
                        answer = tab.post(format!("{}{action}", self.base)).form(&form).send().await.unwrap();
                        continue;
                    }
                    _ => return (here, text),
                }
            }
            let form = if here.path().contains("adminconsent") && text.contains("decision") {
                [("decision", if decision == "decline" { "accept" } else { decision })]
            } else if here.path().contains("authorize") || text.contains("account") {
                [("account", account)]
            } else {
                return (here, text);
            };
            answer = tab.post(here).form(&form).send().await.unwrap();
        }
        panic!("the consent pages form a loop");
    }

    /// Goes through all steps from *Add new* to a synced directory.
    pub(crate) async fn linked(&self, caller: &Caller, domain: &str) -> DelegationView {
        self.approved(caller, domain).await;
        let view = caller.setup.connect_tenant(&format!("admin@{domain}")).await.unwrap();
        self.synced(caller, view.id).await
    }

    /// Creates a tenant and connects all its mailboxes. Returns the caller, the delegation, and the rows.
    pub(crate) async fn connected(
        &self,
        domain: &str,
        mailboxes: u32,
    ) -> (Caller, DelegationView, Vec<RowNumber>) {
        self.tenant(domain, mailboxes).await;
        let (_, caller) = self.caller(100).await;
        let delegation = self.linked(&caller, domain).await;
        let rows = self.rows(&caller, &delegation, Tab::Available).await;
        self.run_over(&caller, &delegation, RunKind::Connect, rows.clone()).await;
        (caller, delegation, rows)
    }

    /// Approves the tenant: *Add new*, then Microsoft's pages as its administrator.
    pub(crate) async fn approved(&self, caller: &Caller, domain: &str) {
        let client = caller
            .setup
            .add_api_client(&simulator::Options::CLIENT_ID.to_string(), &domain::permissions::scopes_text())
            .await
            .unwrap();
        let authorization = caller.setup.authorize(client.id).await.unwrap();
        let page = self.consent(&authorization.url, &format!("admin@{domain}"), "accept").await;
        assert!(page.contains("Approved"), "{page}");
    }

    /// Waits until the directory has been read.
    pub(crate) async fn synced(&self, caller: &Caller, delegation: DelegationId) -> DelegationView {
        self.wait_until("the directory is read", async || {
            let now = caller.mailboxes.snapshot(delegation).await.unwrap().delegation;
            (now.synced_at.is_some() && !now.syncing).then_some(now)
        })
        .await
    }

    /// Starts a run over `rows` and waits for its end.
    pub(crate) async fn run_over(
        &self,
        caller: &Caller,
        delegation: &DelegationView,
        kind: RunKind,
        rows: Vec<RowNumber>,
    ) -> RunView {
        let request = app::ports::RunRequest {
            delegation: delegation.id,
            kind,
            rows,
            key: Sources::system().id().to_string(),
        };
        let run = caller.runs.start(request).await.unwrap();
        if run.undo_until().is_some() {
            // Skips the undo period; the next poll of the runner finds the run.
            self.clock.advance(DISCONNECTS_AFTER);
        }
        self.ended(caller, run.id).await
    }

    pub(crate) async fn ended(&self, caller: &Caller, run: RunId) -> RunView {
        self.wait_until("the run has ended", async || {
            let run = caller.runs.detail(run).await.unwrap().run;
            run.state.is_over().then_some(run)
        })
        .await
    }

    pub(crate) async fn rows(
        &self,
        caller: &Caller,
        delegation: &DelegationView,
        tab: Tab,
    ) -> Vec<RowNumber> {
        caller
            .mailboxes
            .list_order(delegation.id, &ListQuery { tab, ..ListQuery::default() })
            .await
            .unwrap()
            .order
    }

    /// Polls until `probe` returns a value, without any action of the test.
    pub(crate) async fn wait_until<T>(&self, what: &str, probe: impl AsyncFn() -> Option<T>) -> T {
        let start = std::time::Instant::now();
        while start.elapsed() < TIMEOUT {
            if let Some(found) = probe().await {
                return found;
            }
            tokio::time::sleep(POLL_EVERY).await;
        }
        panic!("not reached within {TIMEOUT:?}: {what}");
    }

    pub(crate) fn is_healthy(view: &DelegationView) -> bool {
        view.state == DelegationState::Active && view.checklist.iter().all(domain::delegation::Check::is_good)
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.state.shutdown.cancel();
    }
}
