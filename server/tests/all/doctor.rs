//! `server doctor`: says what works, and what to do about what does not.

use clap::Parser;
use serde_json::json;
use server::{config::Config, doctor::examine};

use crate::support::{database::TestDatabase, on_both_databases, world::World};

/// What it says, a line each.
async fn said(config: &Config) -> Vec<String> {
    examine(config).await.iter().map(ToString::to_string).collect()
}

on_both_databases! {
    async fn from_the_credential_to_the_last_permission(database: TestDatabase) {
        let world = World::start(database).await;
        let config = &world.state.config;
        let before = said(config).await;
        assert!(before.iter().all(|line| line.starts_with("ok")), "{before:#?}");
        assert!(before.last().unwrap().contains("none is connected yet"), "{before:#?}");

        world.tenant("k.example", 6).await;
        let (_, desk) = world.desk(20).await;
        world.linked(&desk, "k.example").await;
        let well = said(config).await;
        assert!(well.iter().all(|line| line.starts_with("ok")), "{well:#?}");
        assert_eq!(well.iter().filter(|line| line.contains("permission")).count(), 5, "{well:#?}");

        world.sim("tenants/k.example/consent", json!({ "granted": false })).await;
        let ill = said(config).await;
        let bad: Vec<_> = ill.iter().filter(|line| line.starts_with("FIX")).collect();
        assert_eq!(bad.len(), 1, "{ill:#?}");
        // What it is, and what Help says to do.
        assert!(bad[0].contains("k.example") || bad[0].contains("K"), "{bad:?}");
        assert!(bad[0].contains("Authorize"), "{bad:?}");
    }
}

#[derive(Parser)]
struct Args {
    #[command(flatten)]
    config: Config,
}

#[tokio::test]
async fn a_mail_server_that_does_not_answer_is_said() {
    let world = World::start(TestDatabase::sqlite().await).await;
    // Nobody listens there: the port was free a moment ago, and is given back.
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let url = format!("smtp://{nobody}");
    let mail =
        Args::parse_from(["server", "--smtp-url", &url, "--mail-from", "Warmy <a@b.example>"]).config.mail;
    let config = Config { mail, ..(*world.state.config).clone() };
    let said = said(&config).await;
    let bad: Vec<_> = said.iter().filter(|line| line.starts_with("FIX")).collect();
    assert_eq!(bad.len(), 1, "{said:#?}");
    assert!(bad[0].contains("e-mail") && bad[0].contains("DWD_SMTP_URL"), "{bad:?}");
}

#[tokio::test]
async fn a_database_that_is_not_there_is_said_first() {
    let database = TestDatabase::sqlite().await;
    let world = World::start(database).await;
    let config =
        Config { database_url: "sqlite:///nowhere/at/all.db".to_owned(), ..(*world.state.config).clone() };
    let said = said(&config).await;
    assert!(said.last().unwrap().starts_with("FIX   database"), "{said:#?}");
    assert!(said.last().unwrap().contains("DWD_DATABASE_URL"), "{said:#?}");
}
