//! A simulated organisation with mailboxes, and a console that links it by the same steps as an administrator.

use app::api;
use domain::{ids::DelegationId, permissions::scopes_text};
use serde_json::{Value, json};

use super::{
    console::Console,
    pages::own_form,
    server::{HOST_KEY, Server, Settings},
    wait_until,
};

pub(crate) const DOMAIN: &str = "fire.example";

/// The simulated Microsoft with one organisation, and the console.
pub(crate) struct TestEnvironment {
    pub(crate) simulator: simulator::Running,
    pub(crate) console: Console,
    tid: String,
}

/// The ids that result from linking.
pub(crate) struct Linked {
    pub(crate) workspace: String,
    pub(crate) delegation: DelegationId,
}

impl TestEnvironment {
    pub(crate) async fn start(mailboxes: u32) -> Self {
        _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let simulator = simulator::start(simulator::Options::default()).await.unwrap();
        let mut env = Self { simulator, console: Console::new(), tid: String::new() };
        let tenant = json!({ "domain": DOMAIN, "mailboxes": mailboxes, "extras": false });
        let made = env.control("tenants", tenant).await;
        env.tid = made["tid"].as_str().unwrap().to_owned();
        env
    }

    pub(crate) fn settings(&self, database_url: &str, lease_seconds: u16) -> Settings {
        Settings {
            database_url: database_url.to_owned(),
            microsoft: self.simulator.base_url.clone(),
            lease_seconds,
            webhook_host: None,
            smtp_url: None,
            files: None,
            log: "info,sqlx=warn,sea_orm_migration=warn".to_owned(),
        }
    }

    /// A control of the simulator.
    pub(crate) async fn control(&self, path: &str, body: Value) -> Value {
        let url = format!("{}/_sim/{path}", self.simulator.base_url);
        let answer = self.console.http.post(url).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        serde_json::from_str(&answer.text().await.unwrap()).unwrap_or(Value::Null)
    }

    pub(crate) async fn latency(&self, milliseconds: [u32; 2]) {
        self.control(&format!("tenants/{DOMAIN}/latency"), json!({ "uniform": milliseconds })).await;
    }

    /// The number of the last request to Microsoft.
    pub(crate) async fn last_request(&self) -> u64 {
        self.requests("limit=1").await["last"].as_u64().unwrap()
    }

    /// The mailboxes whose inbox was requested after this request, once per request.
    pub(crate) async fn asked(&self, after: u64) -> Vec<String> {
        let found = self
            .requests(&format!("tenant={}&path=mailFolders/inbox&after={after}&limit=50000", self.tid))
            .await;
        let requests = found["requests"].as_array().unwrap();
        requests.iter().map(|request| request["mailbox"].as_str().unwrap().to_owned()).collect()
    }

    async fn requests(&self, conditions: &str) -> Value {
        let url = format!("{}/_sim/requests?{conditions}", self.simulator.base_url);
        let answer = self.console.http.get(url).send().await.unwrap();
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }

    /// Signs the owner of a new workspace in. Returns the workspace's id.
    pub(crate) async fn enter(&self, server: &Server, slots: u32) -> String {
        let url = server.url.as_str();
        let workspace = json!({
            "name": "Fire", "owner_name": "Olga",
            "pools": [{ "plan_type_id": "warmup", "name": "Warm-up", "limit": slots }],
        });
        let made = self.console.http.post(format!("{url}/host/workspaces")).bearer_auth(HOST_KEY);
        let made = made.json(&workspace).send().await.unwrap().text().await.unwrap();
        let made: Value = serde_json::from_str(&made).unwrap();
        let (_, token) = made["enter_url"].as_str().unwrap().rsplit_once('/').unwrap();
        // A link does not replace another session without a word.
        self.console.http.post(format!("{url}/sign-out")).send().await.unwrap();
        let entered = self.console.http.post(format!("{url}/enter")).form(&[("token", token)]);
        assert_eq!(entered.send().await.unwrap().status(), 303);
        made["workspace_id"].as_str().unwrap().to_owned()
    }

    /// Goes through all steps from a new workspace to a synced directory.
    pub(crate) async fn link(&self, server: &Server, slots: u32) -> Linked {
        let (url, workspace) = (server.url.as_str(), self.enter(server, slots).await);
        let client_id = simulator::Options::CLIENT_ID.to_string();
        let add = api::setup::AddApiClient { client_id, scopes: scopes_text() };
        let client = self.console.call(url, &add).await.id;
        let authorization = self.console.call(url, &api::setup::AuthorizeClient { client }).await;
        self.approve(&authorization.url).await;
        let connect = api::setup::ConnectTenant { admin_email: format!("admin@{DOMAIN}") };
        let delegation = self.console.call(url, &connect).await.id;
        wait_until("the directory is read", async || {
            let snapshot = self.console.call(url, &api::mailboxes::LoadSnapshot { delegation }).await;
            (snapshot.delegation.synced_at.is_some() && !snapshot.delegation.syncing).then_some(())
        })
        .await;
        Linked { workspace, delegation }
    }

    /// Goes through the browser tab of the authorisation: signs in as the administrator and accepts.
    async fn approve(&self, link: &str) {
        let tab = Console::new().http;
        let mut answer = tab.get(link).send().await.unwrap();
        for _ in 0..12 {
            let here = answer.url().clone();
            if let Some(location) = answer.headers().get("location") {
                answer = tab.get(here.join(location.to_str().unwrap()).unwrap()).send().await.unwrap();
                continue;
            }
            let text = answer.text().await.unwrap();
            if text.contains("Approved") {
                return;
            }
            if let Some((action, name, value)) =
                own_form(&text).filter(|(action, ..)| action.starts_with("/connect/"))
            {
                answer = tab.post(here.join(&action).unwrap()).form(&[(name, value)]).send().await.unwrap();
                continue;
            }
            let account = format!("admin@{DOMAIN}");
            let form = match here.path().contains("adminconsent") && text.contains("decision") {
                true => [("decision", "accept")],
                false => [("account", account.as_str())],
            };
            answer = tab.post(here).form(&form).send().await.unwrap();
        }
        panic!("the consent pages form a loop");
    }
}
