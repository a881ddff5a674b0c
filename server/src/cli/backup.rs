//! `server backup`: a complete copy of a SQLite database, beside a running server.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};
use store::{
    BackupFacts, KEYS_PLACE,
    clock::Sources,
    secrets::{KeyRing, keys_in_file},
    write_backup,
};

/// Write a backup of a SQLite database to a new file. Works beside a running server. For PostgreSQL use `pg_dump`
/// (docs/backup.md).
#[derive(Debug, Args)]
pub struct BackupCommand {
    /// The new file.
    file: PathBuf,

    #[arg(long, env = "DWD_DATABASE_URL", default_value = "sqlite://data/warmy.db", hide_env_values = true)]
    database_url: String,

    /// The key under which the file of keys beside the database is sealed into the backup. `server keys new` prints
    /// one. Keep it elsewhere than the backups: a restore needs it.
    #[arg(long, env = "DWD_BACKUP_KEY", hide_env_values = true)]
    backup_key: Option<SecretString>,
}

impl BackupCommand {
    /// Executes the command. Returns what it did.
    ///
    /// # Errors
    /// Why there is no backup, in words for the operator.
    pub async fn execute(&self) -> anyhow::Result<String> {
        let database = sqlite_path(&self.database_url, "pg_dump")?;
        let sources = Sources::system();
        let keys = format!("{database}.keys");
        let sealed_keys = match keys_in_file(keys.as_ref()).with_context(|| format!("reading {keys}"))? {
            Some(text) => {
                let key = self.backup_key.as_ref().context(
                    "DWD_BACKUP_KEY is needed, because the keys beside the database go into the backup sealed. Put what \
                     `server keys new` prints into it, and keep it elsewhere than the backups",
                )?;
                let ring = KeyRing::parse(key, sources.clone()).context("DWD_BACKUP_KEY")?;
                Some(ring.seal(text.expose_secret(), KEYS_PLACE))
            }
            None => None,
        };
        let has_keys = sealed_keys.is_some();
        let facts = BackupFacts { made_at: sources.now(), sealed_keys };
        write_backup(database, &self.file, &facts).await?;
        let keys = match has_keys {
            true => "with its keys, sealed under DWD_BACKUP_KEY",
            false => "without keys: keep DWD_KEYS",
        };
        Ok(format!("{} is a complete copy of {database}, {keys}\n", self.file.display()))
    }
}

/// The file of a SQLite database.
///
/// # Errors
/// Which program is for PostgreSQL.
pub(super) fn sqlite_path<'u>(url: &'u str, instead: &str) -> anyhow::Result<&'u str> {
    url.strip_prefix("sqlite://")
        .with_context(|| format!("this is for SQLite; use {instead} for PostgreSQL (docs/backup.md)"))
}
