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

#[tokio::test]
async fn the_registration_is_checked() {
    let server = TestServer::start(TestDatabase::sqlite().await).await;
    let config = &server.state.config;
    let registration = async || {
        let findings = findings(config).await;
        findings.into_iter().filter(|line| line.contains("registration")).collect::<Vec<_>>()
    };
    let good = registration().await;
    assert_eq!(
        good.iter().filter(|line| line.starts_with("ok") && line.contains("is a redirect URI")).count(),
        3
    );
    assert!(good[3].contains("no administrator has signed in"), "{good:#?}");

    // One of the three addresses is missing.
    let public = config.public();
    let known = [format!("{public}/connect/microsoft/signed-in"), format!("{public}/sign-in/microsoft/back")];
    server.sim("application", json!({ "redirect_uris": known })).await;
    let missing = registration().await;
    let bad: Vec<_> = missing.iter().filter(|line| line.starts_with("FIX")).collect();
    assert!(
        bad.len() == 1 && bad[0].contains("/connect/microsoft/consented is no redirect URI"),
        "{missing:#?}"
    );
    server.sim("application", json!({ "redirect_uris": [], "single_tenant": true })).await;
    let single = registration().await;
    assert!(single[0].starts_with("FIX") && single[0].contains("one organisation only"), "{single:#?}");
    server.sim("application", json!({ "single_tenant": false, "directory_roles": false })).await;

    // An administrator signs in, and the id_token does not hold the role: refused, and said here.
    server.tenant("k.example", 6).await;
    let (_, caller) = server.caller(20).await;
    let (ours, scopes) = (simulator::Options::CLIENT_ID.to_string(), domain::permissions::scopes_text());
    let client = caller.setup.add_api_client(&ours, &scopes).await.unwrap();
    let authorization = caller.setup.authorize(client.id).await.unwrap();
    server.consent(&authorization.url, "admin@k.example", "accept").await;
    let attempt = caller.setup.attempt(authorization.attempt.id).await.unwrap();
    assert_eq!(attempt.reason, Some(domain::Reason::OurCredentialProblem), "{attempt:?}");
    let without = registration().await;
    assert!(without[3].starts_with("FIX") && without[3].contains("Directory roles"), "{without:#?}");
    server.sim("application", json!({ "directory_roles": true })).await;
    server.linked(&caller, "k.example").await;
    let with = registration().await;
    assert!(with[3].starts_with("ok") && with[3].contains("hold directory roles"), "{with:#?}");
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
