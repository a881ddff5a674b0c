//! Opens a SQLite file: one writer, several readers, and one process.

use std::{
    fs::{self, File, Permissions},
    io,
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DbBackend, DbErr, Statement,
    sqlx::Connection as _,
};

use crate::StoreError;

/// The table that a backup has and a database has not.
pub(crate) const BACKUP: &str = "warmy_backup";

/// An open file.
pub(super) struct Opened {
    pub(super) writer: DatabaseConnection,
    pub(super) reader: DatabaseConnection,
    /// To be held while the file is open.
    pub(super) locks: [File; 2],
}

/// Opens a file, or makes a new one. A backup is opened only as one.
///
/// # Errors
/// [`StoreError::Folder`] when another process has it, or a part of it is missing.
pub(super) async fn open(path: &str, is_backup: bool) -> Result<Opened, StoreError> {
    let path = resolved(Path::new(path))?;
    let lock = lock(&path)?;
    let file = claim(&path)?;
    let (is_new, log) = (file.metadata().is_ok_and(|file| file.len() == 0), with_suffix(&path, "-wal"));
    let has_log = log.exists();
    // After the log was looked for: every connection makes one.
    if !is_new && !is_backup {
        refuse_backup(&path).await?;
    }
    let url = format!("sqlite://{}?mode=rwc", path.display());
    let writer = Database::connect(options(&url, 1)).await?;
    if !is_new && !has_log && !has_table(&writer, "seaql_migrations").await? {
        return Err(StoreError::Folder(format!(
            "{} is not empty and has no tables: {} is missing, which a server that was killed needs beside it. Put both \
             files back, or delete this one to start anew",
            path.display(),
            log.display()
        )));
    }
    let reader = Database::connect(options(&url, 4)).await?;
    Ok(Opened { writer, reader, locks: [lock, file] })
}

/// Copies the write-ahead log back, so that the file is complete without it.
pub(super) async fn checkpoint(writer: &DatabaseConnection) -> Result<(), DbErr> {
    writer.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await.map(drop)
}

/// Refuses a backup, on a connection that changes nothing in it.
///
/// # Errors
/// [`StoreError::Folder`] for a backup.
async fn refuse_backup(path: &Path) -> Result<(), StoreError> {
    let path = path.display();
    let on = single(&format!("sqlite://{path}?mode=ro")).await?;
    let is_backup = has_table(&on, BACKUP).await;
    on.close().await?;
    match is_backup? {
        true => Err(StoreError::Folder(format!(
            "{path} is a backup. Sessions and links that have ended since would work again: use `server restore FILE`"
        ))),
        false => Ok(()),
    }
}

/// One connection, with the settings of the database itself.
pub(crate) async fn single(url: &str) -> Result<DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await
}

async fn has_table(on: &DatabaseConnection, name: &str) -> Result<bool, DbErr> {
    let text = format!("SELECT 1 FROM sqlite_master WHERE name = '{name}'");
    Ok(on.query_one_raw(Statement::from_string(DbBackend::Sqlite, text)).await?.is_some())
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

/// The path without symbolic links, in a folder that exists.
fn resolved(database: &Path) -> Result<PathBuf, StoreError> {
    let folder = database.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)
        .map_err(|e| StoreError::Folder(format!("{} cannot be created: {e}", folder.display())))?;
    match (database.canonicalize(), database.file_name()) {
        (Ok(path), _) => Ok(path),
        (Err(error), Some(name)) if error.kind() == io::ErrorKind::NotFound => {
            folder.canonicalize().map(|folder| folder.join(name)).map_err(|e| unusable(database, &e))
        }
        (Err(error), _) => Err(unusable(database, &error)),
    }
}

/// The lock file, which is named after the whole file name: each database in a folder has its own.
pub(crate) fn lock(database: &Path) -> Result<File, StoreError> {
    let path = with_suffix(database, ".lock");
    let file = File::create(&path).map_err(|e| unusable(&path, &e))?;
    file.try_lock().map_err(|_| taken(database))?;
    Ok(file)
}

/// Locks the database file itself, which may have other names (hard links), and lets only its owner read it and its log.
/// The file must stay open: closing any handle of it ends SQLite's own locks in this process.
fn claim(database: &Path) -> Result<File, StoreError> {
    let mut options = File::options();
    let file = options.read(true).write(true).create(true).truncate(false).mode(0o600).open(database);
    let file = file.map_err(|e| unusable(database, &e))?;
    file.try_lock().map_err(|_| taken(database))?;
    for path in [database.to_owned(), with_suffix(database, "-wal"), with_suffix(database, "-shm")] {
        match fs::set_permissions(&path, Permissions::from_mode(0o600)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(unusable(&path, &error)),
            _ => {}
        }
    }
    Ok(file)
}

pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn unusable(path: &Path, error: &io::Error) -> StoreError {
    StoreError::Folder(format!("{} cannot be opened: {error}", path.display()))
}

fn taken(database: &Path) -> StoreError {
    StoreError::Folder(format!(
        "another process already uses {}. SQLite serves one process: stop the other one, or use PostgreSQL for several.",
        database.display()
    ))
}
