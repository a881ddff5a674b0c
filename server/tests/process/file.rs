//! The SQLite file: complete after a stop, refused when a part of it is missing, and used by one process whatever it is
//! called.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::Path,
    time::Duration,
};

use tempfile::TempDir;

use crate::support::{
    server::{Server, Settings},
    test_server::TestEnvironment,
};

const FIRST_START: &str = "there is no workspace yet";

fn settings(env: &TestEnvironment, file: &Path) -> Settings {
    env.settings(&format!("sqlite://{}", file.display()), 30)
}

/// Starts a server that must refuse to, with these words.
async fn refused(settings: &Settings, words: &str) {
    let mut server = Server::launch("refused", settings);
    let status = server.ended(Duration::from_secs(30)).await;
    assert!(!status.success(), "{status}");
    server.wait_for_output(0, words).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_file_is_whole_after_a_stop_and_a_part_of_it_is_not_a_new_database() {
    let (env, folder) = (TestEnvironment::start(1).await, TempDir::new().unwrap());
    let (file, copy) = (folder.path().join("warmy.db"), folder.path().join("copy.db"));
    let mut server = Server::start("first", &settings(&env, &file)).await;
    assert!(server.program.log().contains(FIRST_START));
    env.enter(&server, 10).await;
    for name in ["warmy.db", "warmy.db-wal"] {
        let mode = fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    // Killed: everything is in the log, and the file alone is not a database.
    server.program.kill().await;
    fs::copy(&file, &copy).unwrap();
    refused(&settings(&env, &copy), "copy.db-wal is missing").await;

    let server = Server::start("second", &settings(&env, &file)).await;
    server.stop().await;
    fs::copy(&file, &copy).unwrap();
    let server = Server::start("copy", &settings(&env, &copy)).await;
    assert!(!server.program.log().contains(FIRST_START));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_in_use_is_refused_under_every_name() {
    let (env, folder) = (TestEnvironment::start(1).await, TempDir::new().unwrap());
    let file = folder.path().join("warmy.db");
    let server = Server::start("first", &settings(&env, &file)).await;
    let (link, other) = (folder.path().join("link.db"), folder.path().join("other.db"));
    symlink(&file, &link).unwrap();
    fs::hard_link(&file, &other).unwrap();
    let dangling = folder.path().join("dangling.db");
    symlink(folder.path().join("nowhere/new.db"), &dangling).unwrap();
    for name in [&file, &link, &other] {
        refused(&settings(&env, name), "another process already uses").await;
    }
    refused(&settings(&env, &dangling), "dangling.db cannot be opened").await;
    // The first server is unaffected.
    env.enter(&server, 10).await;
    server.stop().await;
}
