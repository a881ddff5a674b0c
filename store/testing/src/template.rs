//! Migrated template databases that tests copy, because a migration takes longer than most tests.
//!
//! Each test runs in its own process. The first one creates the template while the others wait. It is named after this
//! build of the tests, so that no test uses a template with an older schema.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection};
use store::Db;

/// The path of a template without a write-ahead log.
pub async fn sqlite() -> PathBuf {
    let folder = folder();
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
    // Deletes the templates of older builds.
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

/// The name of a template database on this server, without connections. `admin` may create databases.
pub async fn postgres(server: &str, admin: &DatabaseConnection) -> String {
    let (template, making) = (format!("template_{}", build()), format!("making_{}", build()));
    // This connection only holds the lock; others create the databases.
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
        // A database with connections can neither be renamed nor copied.
        let sessions = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname";
        run(format!("{sessions} = '{making}'")).await;
        run(format!("ALTER DATABASE {making} RENAME TO {template}")).await;
    }
    lock.close().await.unwrap();
    template
}

/// A folder of this test program, under the target folder.
fn folder() -> PathBuf {
    let program = std::env::current_exe().unwrap();
    let name = program.file_stem().unwrap().to_string_lossy();
    let name = name.rsplit_once('-').map_or(&*name, |(name, _)| name);
    program.ancestors().nth(3).unwrap().join("tmp/templates").join(name)
}

/// Names this build of the tests.
fn build() -> String {
    let program = std::env::current_exe().unwrap().metadata().unwrap();
    let built = program.modified().unwrap().duration_since(UNIX_EPOCH).unwrap();
    format!("{:x}_{:x}", built.as_nanos(), program.len())
}
