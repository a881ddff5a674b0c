//! A backup under load, restored to an empty place: complete, and nothing works in it that must not.

use app::api;
use domain::run::RunKind;
use secrecy::{ExposeSecret as _, SecretString};
use store::{clock::Sources, secrets::KeyRing};
use tempfile::TempDir;
use tokio::process::Command;

use crate::support::{
    database::Database,
    ledger::{self, assert_gap_free},
    server::{Server, slots_check},
    test_server::TestEnvironment,
    wait_until,
};

const MAILBOXES: u32 = 400;

/// Runs a command of the server. Returns whether it succeeded, and its output.
async fn command(arguments: &[&str], key: Option<&SecretString>) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_server"));
    command.args(arguments).env_remove("DWD_BACKUP_KEY").kill_on_drop(true);
    if let Some(key) = key {
        command.env("DWD_BACKUP_KEY", key.expose_secret());
    }
    let done = command.output().await.unwrap();
    let said = [done.stdout, done.stderr].concat();
    (done.status.success(), String::from_utf8(said).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_under_load_is_restored_to_an_empty_place() {
    let env = TestEnvironment::start(MAILBOXES).await;
    let (folder, elsewhere) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let settings = env.settings(&Database::sqlite_url(&folder), 30);
    let server = Server::start("server", &settings).await;
    let linked = env.link(&server, 1_000).await;
    let database = Database::sqlite(folder).await;
    let keys = format!("{}.keys", database.url.strip_prefix("sqlite://").unwrap());
    // The server has its keys from the configuration; a file of keys beside the database goes into a backup too.
    let kept = KeyRing::new_entry(&Sources::system());
    std::fs::write(&keys, kept.expose_secret()).unwrap();
    env.latency([300, 600]).await;
    let rows = env.console.connectable(&server.url, linked.delegation).await;
    let total = i64::try_from(rows.len()).unwrap();
    let run = env.console.start(&server.url, linked.delegation, RunKind::Connect, rows).await;
    wait_until("the run is under way", async || {
        (ledger::settled(&database, run.id).await >= 40).then_some(())
    })
    .await;

    let file = elsewhere.path().join("backup");
    let backup = file.to_str().unwrap();
    let arguments = ["backup", backup, "--database-url", &database.url];
    let (done, said) = command(&arguments, None).await;
    assert!(!done && said.contains("DWD_BACKUP_KEY is needed"), "{said}");
    let key = KeyRing::new_entry(&Sources::system());
    let (done, said) = command(&arguments, Some(&key)).await;
    assert!(done && said.contains("complete copy"), "{said}");
    let (done, said) = command(&arguments, Some(&key)).await;
    assert!(!done && said.contains("overwrites nothing"), "{said}");
    // It goes on meanwhile, and ends.
    env.latency([0, 10]).await;
    env.console.over(&server.url, run.id).await;
    server.stop().await;

    let place = TempDir::new().unwrap();
    let target = Database::sqlite_url(&place);
    let restore = ["restore", backup, "--database-url", &target];
    let (done, said) = command(&restore, Some(&KeyRing::new_entry(&Sources::system()))).await;
    assert!(!done && said.contains("is not the key"), "{said}");
    let (done, said) = command(&restore, Some(&key)).await;
    assert!(done && said.contains("Ended: 1 sessions") && said.contains("Olga (owner)"), "{said}");
    let (done, said) = command(&restore, Some(&key)).await;
    assert!(!done && said.contains("overwrites no database"), "{said}");
    let restored = std::fs::read_to_string(place.path().join("warmy.db.keys")).unwrap();
    assert_eq!(restored, kept.expose_secret());
    let (exact, output) = slots_check(&target).await;
    assert!(exact, "{output}");

    let after = Database::sqlite(place).await;
    let was_settled = ledger::settled(&after, run.id).await;
    assert!((40..total).contains(&was_settled), "{was_settled} mailboxes were settled");
    let synced = "SELECT synced_at FROM delegation";
    let before = after.number(synced, []).await;
    let next = Server::start("restored", &env.settings(&target, 30)).await;
    // The session is dead, the run goes on by itself, and so does the sync.
    let me = env.console.try_call(&next.url, &api::setup::LoadMe {}).await.expect("an answer");
    assert!(matches!(me, Err(domain::AppError::SignedOut)), "{me:?}");
    wait_until("the run has ended", async || (ledger::settled(&after, run.id).await == total).then_some(()))
        .await;
    assert_gap_free(&after, linked.delegation).await;
    next.stop().await;
    let writable = sea_orm::Database::connect(&target).await.unwrap();
    sea_orm::ConnectionTrait::execute_unprepared(&writable, "UPDATE delegation SET next_sync_at = 0")
        .await
        .unwrap();
    writable.close().await.unwrap();
    let next = Server::start("restored", &env.settings(&target, 30)).await;
    wait_until("it is synced again", async || (after.number(synced, []).await > before).then_some(())).await;
    next.stop().await;
    let (exact, output) = slots_check(&target).await;
    assert!(exact, "{output}");
}
