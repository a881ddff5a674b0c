//! Tests of `server doctor`: it reports what works, and how to fix what does not.

use clap::Parser;
use serde_json::json;
use server::{cli::doctor::examine, config::Config};

use crate::support::test_server::TestServer;
use store_testing::{database::TestDatabase, on_both_databases};

/// The findings, one line each.
async fn findings(config: &Config) -> Vec<String> {
    examine(config).await.iter().map(ToString::to_string).collect()
}

on_both_databases! {
    async fn findings_cover_credential_to_permissions_and_name_the_fix(database: TestDatabase) {
        let server = TestServer::start(database).await;
        let config = &server.state.config;
        let before = findings(config).await;
        assert!(before.iter().all(|line| line.starts_with("ok")), "{before:#?}");
        assert!(before.last().unwrap().contains("none is connected yet"), "{before:#?}");

        server.tenant("k.example", 6).await;
        let (_, caller) = server.caller(20).await;
        server.linked(&caller, "k.example").await;
        let healthy = findings(config).await;
        assert!(healthy.iter().all(|line| line.starts_with("ok")), "{healthy:#?}");
        assert_eq!(healthy.iter().filter(|line| line.contains("permission")).count(), 5, "{healthy:#?}");

        server.sim("tenants/k.example/consent", json!({ "granted": false })).await;
        let broken = findings(config).await;
        let bad: Vec<_> = broken.iter().filter(|line| line.starts_with("FIX")).collect();
        assert_eq!(bad.len(), 1, "{broken:#?}");
        // The organisation, and the steps from Help.
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
async fn a_mail_server_that_does_not_answer_is_reported() {
    let server = TestServer::start(TestDatabase::sqlite().await).await;
    // No server listens on this port: it was free a moment ago, and was released.
    let unused = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let url = format!("smtp://{unused}");
    let mail =
        Args::parse_from(["server", "--smtp-url", &url, "--mail-from", "Warmy <a@b.example>"]).config.mail;
    let config = Config { mail, ..(*server.state.config).clone() };
    let findings = findings(&config).await;
    let bad: Vec<_> = findings.iter().filter(|line| line.starts_with("FIX")).collect();
    assert_eq!(bad.len(), 1, "{findings:#?}");
    assert!(bad[0].contains("e-mail") && bad[0].contains("DWD_SMTP_URL"), "{bad:?}");
}

#[tokio::test]
async fn a_missing_database_is_reported() {
    let database = TestDatabase::sqlite().await;
    let server = TestServer::start(database).await;
    let config =
        Config { database_url: "sqlite:///nowhere/at/all.db".to_owned(), ..(*server.state.config).clone() };
    let findings = findings(&config).await;
    assert!(findings.last().unwrap().starts_with("FIX   database"), "{findings:#?}");
    assert!(findings.last().unwrap().contains("DWD_DATABASE_URL"), "{findings:#?}");
}
