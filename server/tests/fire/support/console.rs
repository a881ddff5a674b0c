//! The console's side: a browser that calls the server functions.

use app::api;
use domain::{
    ids::{DelegationId, RowNo, RunId},
    list::{ListQuery, Tab},
    run::{RunKind, RunView},
};
use leptos::server_fn::ServerFn;
use serde::{Serialize, de::DeserializeOwned};
use server::sources::Sources;

pub(crate) struct Console {
    pub(crate) http: reqwest::Client,
}

impl Console {
    /// Keeps cookies, which know no ports: signed in on one replica is signed in on all of them.
    pub(crate) fn new() -> Self {
        let http = reqwest::Client::builder()
            .cookie_store(true)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self { http }
    }

    /// Calls a server function as the WASM does. `None` when the server is gone or has trouble.
    pub(crate) async fn try_call<F>(&self, server: &str, function: &F) -> Option<F::Output>
    where
        F: ServerFn + Serialize,
        F::Output: DeserializeOwned,
    {
        let request = self.http.post(format!("{server}{}", F::url())).header("accept", "application/json");
        let answer = request.json(function).send().await.ok()?;
        if !answer.status().is_success() {
            return None;
        }
        Some(serde_json::from_str(&answer.text().await.ok()?).unwrap())
    }

    /// The same where the server must answer, and not with a refusal.
    pub(crate) async fn call<F, T>(&self, server: &str, function: &F) -> T
    where
        F: ServerFn<Output = Result<T, domain::AppError>> + Serialize,
        F::Output: DeserializeOwned,
    {
        let answer = self.try_call(server, function).await;
        answer.unwrap_or_else(|| panic!("{server} does not answer {}", F::url())).unwrap()
    }

    /// The rows of a tab, in the list's order.
    pub(crate) async fn rows(&self, server: &str, delegation: DelegationId, tab: Tab) -> Vec<RowNo> {
        let query = ListQuery { tab, ..ListQuery::default() };
        self.call(server, &api::mailboxes::ListSpine { delegation, query }).await.order
    }

    /// Those that a connect run would take.
    pub(crate) async fn connectable(&self, server: &str, delegation: DelegationId) -> Vec<RowNo> {
        let query = ListQuery { tab: Tab::All, ..ListQuery::default() };
        self.call(server, &api::mailboxes::ListSpine { delegation, query }).await.connectable
    }

    pub(crate) async fn start(
        &self,
        server: &str,
        delegation: DelegationId,
        kind: RunKind,
        rows: Vec<RowNo>,
    ) -> RunView {
        let key = Sources::system().id().to_string();
        self.call(server, &api::runs::StartRun { delegation, kind, rows, key }).await
    }

    /// The run, once it is over. The server may be away meanwhile.
    pub(crate) async fn over(&self, server: &str, run: RunId) -> RunView {
        super::until("the run is over", async || {
            let detail = self.try_call(server, &api::runs::LoadRun { run }).await?.ok()?;
            detail.run.state.is_over().then_some(detail.run)
        })
        .await
    }
}
