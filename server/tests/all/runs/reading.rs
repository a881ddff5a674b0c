//! Tests of `server directory`: an organisation is read once, and nothing is stored.

use clap::Parser;
use serde_json::{Value, json};
use server::cli::directory::DirectoryCommand;

use crate::support::test_server::TestServer;
use store_testing::database::TestDatabase;

#[derive(Parser)]
struct Args {
    #[command(flatten)]
    command: DirectoryCommand,
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_counted_and_inboxes_are_opened_as_in_a_run() {
    let server = TestServer::start(TestDatabase::sqlite().await).await;
    server.tenant("read.example", 60).await;
    server.sim("tenants/read.example/consent", json!({ "granted": true })).await;
    let base = &server.simulator.base_url;
    let read = async |more: &[&str]| {
        let mut words = vec!["directory", "read.example", "--probe", "20", "--microsoft-login-url", base];
        words.extend(["--microsoft-graph-url", base, "--microsoft-client-secret"]);
        words.push(simulator::Options::CLIENT_SECRET);
        words.extend(more);
        Args::parse_from(words).command.execute().await
    };
    let report: Value = serde_json::from_str(&read(&["--json"]).await.unwrap()).unwrap();
    assert_eq!(
        (&report["users"], &report["probed"], &report["opened"]),
        (&json!(60), &json!(20), &json!(20))
    );
    let text = read(&[]).await.unwrap();
    assert!(text.starts_with("read.example: 60 users in "), "{text}");
    assert!(text.contains("20 of 20 inboxes open"), "{text}");

    server.sim("tenants/read.example/consent", json!({ "granted": false })).await;
    assert!(read(&[]).await.unwrap_err().to_string().contains("AADSTS7000229"));
}
