//! `server directory`: an organisation read once, with nothing stored.

use clap::Parser;
use serde_json::{Value, json};
use server::directory::DirectoryCommand;

use crate::support::{database::TestDatabase, world::World};

#[derive(Parser)]
struct Args {
    #[command(flatten)]
    command: DirectoryCommand,
}

#[tokio::test(flavor = "multi_thread")]
async fn it_counts_who_is_there_and_opens_inboxes_as_a_run_would() {
    let world = World::start(TestDatabase::sqlite().await).await;
    world.tenant("read.example", 60).await;
    world.sim("tenants/read.example/consent", json!({ "granted": true })).await;
    let base = &world.simulator.base_url;
    let read = async |more: &[&str]| {
        let mut words = vec!["directory", "read.example", "--probe", "20", "--microsoft-login-url", base];
        words.extend(["--microsoft-graph-url", base, "--microsoft-client-secret"]);
        words.push(simulator::Options::CLIENT_SECRET);
        words.extend(more);
        Args::parse_from(words).command.execute().await
    };
    let said: Value = serde_json::from_str(&read(&["--json"]).await.unwrap()).unwrap();
    assert_eq!((&said["users"], &said["probed"], &said["opened"]), (&json!(60), &json!(20), &json!(20)));
    let text = read(&[]).await.unwrap();
    assert!(text.starts_with("read.example: 60 users in "), "{text}");
    assert!(text.contains("20 of 20 inboxes open"), "{text}");

    world.sim("tenants/read.example/consent", json!({ "granted": false })).await;
    assert!(read(&[]).await.unwrap_err().to_string().contains("AADSTS7000229"));
}
