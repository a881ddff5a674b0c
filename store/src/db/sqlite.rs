//! Opens a SQLite file: one writer, several readers, and one process.

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
};

use sea_orm::{ConnectOptions, Database, sqlx::Connection as _};
use tokio::sync::Semaphore;

use super::Db;
use crate::StoreError;

pub(super) async fn open(path: &str) -> Result<Db, StoreError> {
    let lock = lock(Path::new(path))?;
    let url = format!("sqlite://{path}?mode=rwc");
    let writer = Database::connect(options(&url, 1)).await?;
    let reader = Database::connect(options(&url, 4)).await?;
    Ok(Db { writer, reader, bulk: Arc::new(Semaphore::new(1)), _lock: Some(Arc::new(lock)) })
}

fn options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(|o| {
            o.pragma("journal_mode", "WAL")
                .pragma("synchronous", "NORMAL")
                .pragma("busy_timeout", "5000")
                .pragma("foreign_keys", "ON")
                .pragma("cache_size", "-16384")
                .pragma("temp_store", "MEMORY")
                // In pages of 4 KiB: all writers wait while the log is copied back. With half of this they wait too
                // often, with four times as much too long (`bench fair`).
                .pragma("wal_autocheckpoint", "4000")
                .pragma("journal_size_limit", "67108864")
        })
        // SQLite ends a transaction itself when the disk is full, for example; the ROLLBACK then fails, and sqlx still
        // counts the transaction: later ones would be parts of one that is never committed. Such a connection is
        // closed, and another one takes its place.
        .map_sqlx_sqlite_before_acquire(|connection, _| {
            let ended = !connection.is_in_transaction();
            if !ended {
                tracing::warn!("a transaction could not be ended; its connection is replaced");
            }
            Box::pin(async move { Ok(ended) })
        });
    options
}

fn lock(database: &Path) -> Result<File, StoreError> {
    let folder = database.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let fail = |what: String| StoreError::Folder(what);
    std::fs::create_dir_all(folder)
        .map_err(|e| fail(format!("{} cannot be created: {e}", folder.display())))?;
    // Named after the whole file name: each database in a folder has its own lock.
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    let path = PathBuf::from(name);
    let file = File::create(&path).map_err(|e| fail(format!("{} cannot be opened: {e}", path.display())))?;
    file.try_lock().map_err(|_| {
        fail(format!(
            "another process already uses {}. SQLite serves one process: stop the other one, or use PostgreSQL for several.",
            database.display()
        ))
    })?;
    Ok(file)
}
