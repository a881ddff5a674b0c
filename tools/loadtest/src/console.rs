//! Calls the console as a browser does: signs in, links an organisation, starts a run.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use domain::{
    AppError,
    consent::{ApiClientView, Authorization},
    delegation::DelegationView,
    ids::{DelegationId, RowNumber, RunId},
    list::{ListOrder, ListQuery, Tab},
    permissions::scopes_text,
    run::{RunKind, RunView},
    workspace::Snapshot,
};
use reqwest::{Client, Response, redirect::Policy};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The application that the simulator registers by default.
const CLIENT_ID: &str = "00001111-aaaa-2222-bbbb-3333cccc4444";
const POLL_EVERY: Duration = Duration::from_millis(100);

/// The session of a signed-in user.
pub(crate) struct Console {
    pub(crate) base: String,
    pub(crate) cookie: String,
    client: Client,
}

impl Console {
    /// Creates a workspace without a slot limit and signs in as its owner.
    pub(crate) async fn enter(base: &str, host_key: &str) -> Result<Self> {
        let client = Client::builder().redirect(Policy::none()).no_proxy().build()?;
        let new = json!({ "name": "Load", "owner_name": "Olga",
            "pools": [{ "plan_type_id": "warmup", "name": "Warm-up", "limit": null }] });
        let made =
            client.post(format!("{base}/host/workspaces")).bearer_auth(host_key).json(&new).send().await?;
        let made: Value = made.error_for_status()?.json().await?;
        let link = made["enter_url"].as_str().and_then(|url| url.rsplit('/').next()).context("no link")?;
        let entered = client.post(format!("{base}/enter")).form(&[("token", link)]).send().await?;
        let cookie = entered.headers().get("set-cookie").context("no session")?.to_str()?;
        let cookie = cookie.split(';').next().context("no session")?.to_owned();
        Ok(Self { base: base.to_owned(), cookie, client })
    }

    /// Calls a server function. A failed request and a refusal are both errors.
    async fn call<T: DeserializeOwned>(&self, function: &str, arguments: Value) -> Result<T> {
        let url = format!("{}/api/app/api/{function}", self.base);
        let request = self.client.post(url).header("cookie", &self.cookie).json(&arguments);
        let answer = request.send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        ensure!(status.is_success(), "{function}: {status} {text}");
        let answer: Result<T, AppError> = serde_json::from_str(&text).with_context(|| text.clone())?;
        answer.map_err(|error| anyhow::anyhow!("{function}: {error:?}"))
    }

    /// Performs *Add new*, *Authorize*, Microsoft's pages and *Connect*, and waits for the first sync.
    pub(crate) async fn link(&self, domain: &str) -> Result<DelegationId> {
        let new = json!({ "client_id": CLIENT_ID, "scopes": scopes_text() });
        let client: ApiClientView = self.call("setup/add_api_client", new).await?;
        let authorization: Authorization =
            self.call("setup/authorize_client", json!({ "client": client.id })).await?;
        let admin = format!("admin@{domain}");
        self.consent(&authorization.url, &admin).await?;
        let linked: DelegationView =
            self.call("setup/connect_tenant", json!({ "admin_email": admin })).await?;
        loop {
            let now = self.snapshot(linked.id).await?.delegation;
            if now.synced_at.is_some() && !now.syncing {
                return Ok(linked.id);
            }
            tokio::time::sleep(POLL_EVERY).await;
        }
    }

    /// Completes the simulator's pages: chooses the account and accepts.
    async fn consent(&self, url: &str, account: &str) -> Result<()> {
        let tab = Client::builder().cookie_store(true).redirect(Policy::none()).no_proxy().build()?;
        let mut answer: Response = tab.get(url).send().await?;
        for _ in 0..12 {
            let here = answer.url().clone();
            if let Some(location) = answer.headers().get("location") {
                answer = tab.get(here.join(location.to_str()?)?).send().await?;
                continue;
            }
            if here.as_str().starts_with(&self.base) {
                return Ok(());
            }
            let form = match here.path().contains("adminconsent") && answer.text().await?.contains("decision")
            {
                true => [("decision", "accept")],
                false => [("account", account)],
            };
            answer = tab.post(here).form(&form).send().await?;
        }
        bail!("the consent pages do not end")
    }

    pub(crate) async fn snapshot(&self, delegation: DelegationId) -> Result<Snapshot> {
        self.call("mailboxes/load_snapshot", json!({ "delegation": delegation })).await
    }

    pub(crate) async fn rows(&self, delegation: DelegationId, tab: Tab) -> Result<Vec<RowNumber>> {
        let query = ListQuery { tab, ..ListQuery::default() };
        let arguments = json!({ "delegation": delegation, "query": query });
        Ok(self.call::<ListOrder>("mailboxes/load_list_order", arguments).await?.order)
    }

    pub(crate) async fn start(
        &self,
        delegation: DelegationId,
        kind: RunKind,
        rows: Vec<RowNumber>,
    ) -> Result<RunView> {
        let arguments = json!({ "delegation": delegation, "kind": kind, "rows": rows, "key": "load" });
        self.call("runs/start_run", arguments).await
    }

    pub(crate) async fn ended(&self, delegation: DelegationId, run: RunId) -> Result<RunView> {
        loop {
            let runs = self.snapshot(delegation).await?.runs;
            if let Some(run) = runs.into_iter().find(|r| r.id == run && r.state.is_over()) {
                return Ok(run);
            }
            tokio::time::sleep(POLL_EVERY).await;
        }
    }
}
