//! Migrated databases to copy: to migrate one takes longer than most tests do.
//!
//! Tests run in processes of their own. The first one makes the template while the others wait. It is named after this
//! build of the tests, so that nobody takes one that an older schema has made.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use server::store::Db;

/// A file without a log beside it.
pub(crate) async fn sqlite() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("templates");
    fs::create_dir_all(&folder).unwrap();
    let template = folder.join(format!("{}.db", build()));
    let lock = File::create(folder.join("lock")).unwrap();
    let lock = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock)).await.unwrap().unwrap();
    if !template.exists() {
        make_sqlite(&folder, &template).await;
    }
    drop(lock);
    template
}

async fn make_sqlite(folder: &Path, template: &Path) {
    // Those of older builds.
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.path().extension().is_some_and(|extension| extension == "db") {
            _ = fs::remove_file(entry.path());
        }
    }
    let making = tempfile::tempdir_in(folder).unwrap();
    let url = format!("sqlite://{}/migrated.db", making.path().display());
    let db = Db::open(&url).await.unwrap();
    let copy = making.path().join("copy");
    let reader = Database::connect(&url).await.unwrap();
    reader.execute_unprepared(&format!("VACUUM INTO '{}'", copy.display())).await.unwrap();
    drop(db);
    fs::rename(copy, template).unwrap();
}

/// A database on this server that nobody is connected to. `admin` may make databases.
pub(crate) async fn postgres(server: &str, admin: &DatabaseConnection) -> String {
    let (template, making) = (format!("template_{}", build()), format!("making_{}", build()));
    // The lock is this one connection's; the databases are made by others.
    let mut alone = ConnectOptions::new(format!("{server}/postgres"));
    alone.max_connections(1);
    let lock = Database::connect(alone).await.unwrap();
    lock.execute_unprepared("SELECT pg_advisory_lock(4711)").await.unwrap();
    let there = format!("SELECT 1 FROM pg_database WHERE datname = '{template}'");
    let there = sea_orm::Statement::from_string(sea_orm::DbBackend::Postgres, there);
    if lock.query_one_raw(there).await.unwrap().is_none() {
        let run = async |sql: String| admin.execute_unprepared(&sql).await.unwrap();
        run(format!("DROP DATABASE IF EXISTS {making} WITH (FORCE)")).await;
        run(format!("CREATE DATABASE {making}")).await;
        drop(Db::open(&format!("{server}/{making}")).await.unwrap());
        // One in use can neither be renamed nor copied.
        let sessions = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname";
        run(format!("{sessions} = '{making}'")).await;
        run(format!("ALTER DATABASE {making} RENAME TO {template}")).await;
    }
    lock.close().await.unwrap();
    template
}

/// Names this build of the tests.
fn build() -> String {
    let program = std::env::current_exe().unwrap().metadata().unwrap();
    let built = program.modified().unwrap().duration_since(UNIX_EPOCH).unwrap();
    format!("{:x}_{:x}", built.as_nanos(), program.len())
}
