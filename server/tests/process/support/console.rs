//! The console: an HTTP client that calls the server functions.

use app::api;
use domain::{
    ids::{DelegationId, RowNumber, RunId},
    list::{ListQuery, Tab},
    run::{RunKind, RunView},
};
use leptos::server_fn::ServerFn;
use serde::{Serialize, de::DeserializeOwned};
use store::clock::Sources;

pub(crate) struct Console {
    pub(crate) http: reqwest::Client,
}

impl Console {
    /// Creates a client that stores cookies. Cookies have no port, so a session counts on all replicas.
    pub(crate) fn new() -> Self {
        let http = reqwest::Client::builder()
            .cookie_store(true)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self { http }
    }

    /// Calls a server function as the WASM does. `None` without a successful answer.
    pub(crate) async fn try_call<F>(&self, server: &str, function: &F) -> Option<F::Output>
    where
        F: ServerFn + Serialize,
        F::Output: DeserializeOwned,
    {
        let request = self.http.post(format!("{server}{}", F::url())).header("accept", "application/json");
        let answer = request.json(function).send().await.ok()?;
        if !answer.status().is_success() {
            println!("{} from {}", answer.status(), F::url());
            return None;
        }
        Some(serde_json::from_str(&answer.text().await.ok()?).unwrap())
    }

    /// Calls a server function that must succeed.
    pub(crate) async fn call<F, T>(&self, server: &str, function: &F) -> T
    where
        F: ServerFn<Output = Result<T, domain::AppError>> + Serialize,
        F::Output: DeserializeOwned,
    {
        let answer = self.try_call(server, function).await;
        answer.unwrap_or_else(|| panic!("{server} does not answer {}", F::url())).unwrap()
    }

    /// The rows of a tab, in the list's order.
    pub(crate) async fn rows(&self, server: &str, delegation: DelegationId, tab: Tab) -> Vec<RowNumber> {
        let query = ListQuery { tab, ..ListQuery::default() };
        self.call(server, &api::mailboxes::LoadListOrder { delegation, query }).await.order
    }

    /// The rows that a connect run would take.
    pub(crate) async fn connectable(&self, server: &str, delegation: DelegationId) -> Vec<RowNumber> {
        let query = ListQuery { tab: Tab::All, ..ListQuery::default() };
        self.call(server, &api::mailboxes::LoadListOrder { delegation, query }).await.connectable
    }

    pub(crate) async fn start(
        &self,
        server: &str,
        delegation: DelegationId,
        kind: RunKind,
        rows: Vec<RowNumber>,
    ) -> RunView {
        let key = Sources::system().id().to_string();
        self.call(server, &api::runs::StartRun { delegation, kind, rows, key }).await
    }

    /// Waits for the end of a run; the server may be unavailable meanwhile.
    pub(crate) async fn over(&self, server: &str, run: RunId) -> RunView {
        super::wait_until("the run has ended", async || {
            let detail = self.try_call(server, &api::runs::LoadRun { run }).await?.ok()?;
            detail.run.state.is_over().then_some(detail.run)
        })
        .await
    }
}
