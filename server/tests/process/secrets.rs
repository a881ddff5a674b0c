//! The log, at the most talkative level: no token that opens anything.

use domain::Role;
use tempfile::TempDir;

use crate::support::{
    database::Database,
    server::{HOST_KEY, Server, Settings},
    test_server::TestEnvironment,
};
use app::api;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_token_is_logged_at_any_level() {
    let (env, folder) = (TestEnvironment::start(3).await, TempDir::new().unwrap());
    let settings = env.settings(&Database::sqlite_url(&folder), 30);
    let server = Server::start("talkative", &Settings { log: "trace".to_owned(), ..settings }).await;
    // All ways in and out: a one-time link, an approval at Microsoft, an invitation, a made-up token of each kind.
    env.link(&server, 10).await;
    let invite = api::people::InviteMember { name: "Ann".into(), role: Role::Viewer };
    let invitation = env.console.call(&server.url, &invite).await.url;
    let asked = env.console.call(&server.url, &api::setup::InviteAdministrator {}).await.url;
    let key = api::people::MakeApiKey { name: "Key".into(), scopes: vec![domain::people::Scope::Read] };
    let key = env.console.call(&server.url, &key).await.secret;
    let canary = "canaryT0kenThatOpensSomething";
    for path in [
        "enter",
        "join",
        "welcome",
        "connect/invitation",
        "connect/microsoft",
        "alerts/stop",
        "alerts/confirm",
    ] {
        env.console.http.get(format!("{}/{path}/{canary}", server.url)).send().await.unwrap();
    }
    for back in ["connect/microsoft/signed-in", "connect/microsoft/consented", "sign-in/microsoft/back"] {
        let query = format!("code={canary}&state={canary}&admin_consent=True&tenant={canary}");
        env.console.http.get(format!("{}/{back}?{query}", server.url)).send().await.unwrap();
    }
    for url in [&invitation, &asked] {
        env.console.http.get(url).send().await.unwrap();
    }
    env.console.http.get(format!("{}/activity.csv", server.url)).bearer_auth(&key).send().await.unwrap();
    let log = server.program.log();
    let token = |url: &str| url.rsplit('/').next().unwrap().to_owned();
    for (what, secret) in [
        ("a token in an address", canary.to_owned()),
        ("an invitation", token(&invitation)),
        ("a link for an administrator", token(&asked)),
        ("an API key", key),
        ("the host's key", HOST_KEY.to_owned()),
        ("our secret at Microsoft", simulator::Options::CLIENT_SECRET.to_owned()),
    ] {
        let line = log.lines().find(|line| line.contains(&secret));
        assert_eq!(line, None, "{what} is in the log");
    }
    // Codes and states of the sign-ins that have really happened, and access tokens.
    for word in ["code=", "state=", "client_assertion=", "eyJ0", "Bearer "] {
        let line = log.lines().find(|line| line.contains(word));
        assert_eq!(line, None, "{word} is in the log");
    }
    assert!(log.contains("TRACE"), "the log is talkative");
    server.stop().await;
}
