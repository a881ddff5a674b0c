//! A sender is frozen for longer than its lease, and another process takes its delivery over. When the frozen process
//! continues, it does not release the lease of its successor and starts no further delivery.
//!
//! `DWD_DELIVERY_ROUNDS` is the number of rounds for each destination (2).

use app::api;
use nix::sys::signal::Signal;
use serde_json::{Value, json};

use crate::support::{
    database::Database,
    number,
    receiver::{Arrival, MailServer, Receiver, WebhookReceiver},
    server::{HOST_KEY, Server, Settings},
    test_server::TestEnvironment,
    wait_until,
};

/// Logged by a process whose delivery another one has taken over.
const LOST: &str = "the lease was lost";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_webhook_sender_does_not_release_the_lease_of_its_successor() {
    let receiver = WebhookReceiver::start().await;
    let scene = Scene::new(|settings| settings.webhook_host = Some(receiver.host.clone())).await;
    let hooks = format!("host/workspaces/{}/webhooks", scene.workspace);
    let hook = scene.host(&hooks, json!({ "url": format!("http://{}/", receiver.host) })).await;
    let test = format!("{hooks}/{}/test", hook["id"].as_str().unwrap());
    for round in 0..rounds() {
        for _ in 0..2 {
            scene.host(&test, json!({})).await;
        }
        let sequence = |nth: u64| (2 * round + nth).to_string();
        let taken_over = scene.take_over("webhook", &receiver, &sequence(1)).await;
        taken_over.accept();
        let next = receiver.next().await;
        assert_eq!(next.what, sequence(2), "messages arrive in order");
        next.accept();
        scene.wait_until_delivered("SELECT COUNT(*) FROM webhook_message WHERE state = 'pending'").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_frozen_email_sender_does_not_release_the_lease_of_its_successor() {
    let receiver = MailServer::start().await;
    let scene = Scene::new(|settings| settings.smtp_url = Some(receiver.url.clone())).await;
    let (console, url) = (&scene.env.console, &scene.servers[0].url);
    for round in 0..rounds() {
        // The first e-mail to an address is due at once.
        let address = format!("it{round}@contoso.com");
        console.call(url, &api::alerts::AddAlertAddress { address: address.clone() }).await;
        let taken_over = scene.take_over("alert_address", &receiver, &address).await;
        taken_over.accept();
        scene.wait_until_delivered("SELECT COUNT(*) FROM alert").await;
        // A workspace has at most ten addresses.
        let known = console.call(url, &api::alerts::LoadAlerts {}).await.addresses.remove(0).id;
        console.call(url, &api::alerts::RemoveAlertAddress { address: known }).await;
    }
}

fn rounds() -> u64 {
    number("DWD_DELIVERY_ROUNDS", 2)
}

/// Two servers on one database, and a workspace.
struct Scene {
    env: TestEnvironment,
    database: Database,
    servers: [Server; 2],
    workspace: String,
}

impl Scene {
    async fn new(configure: impl FnOnce(&mut Settings)) -> Self {
        let (env, database) = (TestEnvironment::start(1).await, Database::postgres().await);
        let mut settings = env.settings(&database.url, 30);
        configure(&mut settings);
        let servers = [Server::start("one", &settings).await, Server::start("other", &settings).await];
        let workspace = env.enter(&servers[0], 10).await;
        Self { env, database, servers, workspace }
    }

    async fn host(&self, path: &str, body: Value) -> Value {
        let request = self.env.console.http.post(format!("{}/{path}", self.servers[0].url));
        let answer = request.bearer_auth(HOST_KEY).json(&body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.status());
        serde_json::from_str(&answer.text().await.unwrap()).unwrap()
    }

    /// Freezes the process that sends `what` until its successor sends it, continues the frozen process, and checks
    /// that the successor still has the lease of the destination. Returns the second arrival.
    async fn take_over(&self, table: &str, receiver: &impl Receiver, what: &str) -> Arrival {
        let first = receiver.next().await;
        assert_eq!(first.what, what);
        let owner = async || {
            let sql = format!("SELECT lease_owner FROM {table} WHERE lease_owner IS NOT NULL");
            self.database.text(&sql, []).await
        };
        let holder = owner().await.expect("the sender holds the lease");
        let frozen = self.servers.iter().find(|server| server.owner == holder).unwrap();
        let logged = frozen.program.log().len();
        frozen.program.freeze().await;
        self.database
            .execute(&format!("UPDATE {table} SET lease_until = 0 WHERE lease_owner IS NOT NULL"))
            .await;
        let second = receiver.next().await;
        assert_eq!(second.what, what, "the successor repeats the delivery");
        let successor = owner().await.expect("the successor holds the lease");
        assert_ne!(successor, holder);
        frozen.program.signal(Signal::SIGCONT);
        first.accept();
        frozen.program.wait_for_output(logged, LOST).await;
        assert_eq!(
            owner().await.as_deref(),
            Some(successor.as_str()),
            "the frozen sender released the lease"
        );
        second
    }

    /// Waits until nothing is queued.
    async fn wait_until_delivered(&self, queued: &str) {
        wait_until("everything is delivered", async || {
            (self.database.number(queued, []).await == 0).then_some(())
        })
        .await;
    }
}
