//! Backups of a SQLite file: a complete copy, made beside a running server, with the sealed keys in a table of its own.
//! The server refuses to open it as its database: `server restore` ends first what must not come back to life.

use std::{
    fs::{self, File},
    io,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use domain::ids::Millis;
use sea_orm::{ConnectionTrait as _, DbBackend, DbErr, Statement, Value};

use crate::{
    Db, StoreError,
    db::{BACKUP, lock, single, with_suffix},
};

/// What a backup says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupFacts {
    pub made_at: Millis,
    /// The keys of the server's file, sealed for [`KEYS_PLACE`]; `None` when they were given by the configuration.
    pub sealed_keys: Option<String>,
}

/// The place for which the keys in a backup are sealed.
pub const KEYS_PLACE: &str = "backup.keys";

/// Writes a backup of a database to a new file that only its owner can read.
///
/// # Errors
/// [`StoreError::Folder`] when the file exists or cannot be written; [`StoreError::Database`].
pub async fn write_backup(database: &str, file: &Path, facts: &BackupFacts) -> Result<(), StoreError> {
    if file.exists() {
        return Err(refused(file, "exists already; a backup overwrites nothing"));
    }
    let part = with_suffix(file, ".part");
    let done = async {
        new_file(&part)?;
        let source = single(&format!("sqlite://{database}?mode=ro")).await?;
        // One consistent state, while others write; an empty file is accepted as the target.
        let copied = source.execute_raw(text("VACUUM INTO ?", [part.display().to_string().into()])).await;
        source.close().await?;
        copied?;
        let copy = single(&format!("sqlite://{}?mode=rw", part.display())).await?;
        copy.execute_unprepared(&format!("CREATE TABLE {BACKUP} (made_at INTEGER NOT NULL, keys TEXT)"))
            .await?;
        let values = [facts.made_at.into(), facts.sealed_keys.clone().into()];
        copy.execute_raw(text(&format!("INSERT INTO {BACKUP} VALUES (?, ?)"), values)).await?;
        copy.close().await?;
        publish(&part, file)
    };
    let done = done.await;
    if done.is_err() {
        remove(&part);
    }
    done
}

/// A backup that was copied beside the place of its database, and is no database yet.
#[derive(Debug)]
pub struct RestoredFile {
    part: PathBuf,
    target: PathBuf,
    pub facts: BackupFacts,
    /// No server can start on the place meanwhile.
    _lock: File,
}

impl RestoredFile {
    /// Copies a backup beside the place of a database, and checks it.
    ///
    /// # Errors
    /// [`StoreError::Folder`] when there is a database already, a process uses the place, or the file is no backup or is
    /// damaged.
    pub async fn copy(file: &Path, database: &str) -> Result<Self, StoreError> {
        let target = PathBuf::from(database);
        if let Some(folder) = target.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
        }
        let lock = lock(&target)?;
        // Its own files too: SQLite would apply a log or a journal of another database to this one.
        for suffix in ["", "-wal", "-shm", "-journal"] {
            let there = with_suffix(&target, suffix);
            if there.exists() {
                return Err(refused(&there, "exists: a restore overwrites no database. Move it away first"));
            }
        }
        let part = with_suffix(&target, ".part");
        let copied = async {
            let mut from = File::open(file).map_err(|error| failed(file, &error))?;
            io::copy(&mut from, &mut new_file(&part)?).map_err(|error| failed(&part, &error))?;
            read_facts(&part, file).await
        };
        match copied.await {
            Ok(facts) => Ok(Self { part, target, facts, _lock: lock }),
            Err(error) => {
                remove(&part);
                Err(error)
            }
        }
    }

    /// Opens the copy and brings its schema up to date, to end in it what must not come back to life. It stays marked as
    /// a backup, on which no server starts. Close it before [`publish`](Self::publish).
    ///
    /// # Errors
    /// [`StoreError::Folder`], [`StoreError::Database`].
    pub async fn open(&self) -> Result<Db, StoreError> {
        Db::open_backup(&self.part.display().to_string()).await
    }

    /// Puts it in its place: from now on it is a database.
    ///
    /// # Errors
    /// [`StoreError::Folder`], [`StoreError::Database`].
    pub async fn publish(self) -> Result<(), StoreError> {
        let copy = single(&format!("sqlite://{}?mode=rw", self.part.display())).await?;
        copy.execute_unprepared("PRAGMA journal_mode = DELETE").await?;
        copy.execute_unprepared(&format!("DROP TABLE {BACKUP}")).await?;
        copy.close().await?;
        publish(&self.part, &self.target)
    }
}

/// Of a copy that was not published, nothing stays.
impl Drop for RestoredFile {
    fn drop(&mut self) {
        remove(&self.part);
    }
}

/// Removes a copy, with what SQLite and our lock have put beside it.
fn remove(part: &Path) {
    for suffix in ["", "-wal", "-shm", "-journal", ".lock"] {
        _ = fs::remove_file(with_suffix(part, suffix));
    }
}

async fn read_facts(copy: &Path, named: &Path) -> Result<BackupFacts, StoreError> {
    let none = || refused(named, "is no backup, or it is damaged: `server backup` writes one");
    // Fails for a file that is no database at all.
    let on = single(&format!("sqlite://{}?mode=ro", copy.display())).await.map_err(|_| none())?;
    let found = async {
        let known =
            on.query_one_raw(text("SELECT 1 FROM sqlite_master WHERE name = ?", [BACKUP.into()])).await?;
        if known.is_none() {
            return Ok(None);
        }
        let whole = on.query_one_raw(text("PRAGMA integrity_check", [])).await?;
        if whole.map(|row| row.try_get_by_index::<String>(0)).transpose()?.as_deref() != Some("ok") {
            return Ok(None);
        }
        let row = on.query_one_raw(text(&format!("SELECT made_at, keys FROM {BACKUP}"), [])).await?;
        row.map(|row| {
            Ok(BackupFacts { made_at: row.try_get("", "made_at")?, sealed_keys: row.try_get("", "keys")? })
        })
        .transpose()
    };
    let facts: Result<Option<BackupFacts>, DbErr> = found.await;
    on.close().await?;
    facts.ok().flatten().ok_or_else(none)
}

fn text(sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(DbBackend::Sqlite, sql, values)
}

/// A new file, in the place of one that an interrupted command has left.
fn new_file(path: &Path) -> Result<File, StoreError> {
    remove(path);
    let mut options = File::options();
    options.write(true).create_new(true).mode(0o600).open(path).map_err(|error| failed(path, &error))
}

/// Gives a complete file its name, once it is on the disk.
fn publish(part: &Path, file: &Path) -> Result<(), StoreError> {
    let done = || {
        File::open(part)?.sync_all()?;
        fs::rename(part, file)?;
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    };
    done().map_err(|error| failed(file, &error))
}

fn failed(path: &Path, error: &io::Error) -> StoreError {
    StoreError::Folder(format!("{}: {error}", path.display()))
}

fn refused(path: &Path, why: &str) -> StoreError {
    StoreError::Folder(format!("{} {why}", path.display()))
}
