//! `server restore`: a database from a backup, in which nothing works that must not.

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use secrecy::{ExposeSecret as _, SecretString};
use store::{
    Db, KEYS_PLACE, RestoredFile, Signals, Store,
    clock::Sources,
    secrets::{KeyRing, keys_in_file, write_keys},
};
use time::OffsetDateTime;

use super::backup::sqlite_path;

/// Put a backup in the place of a SQLite database that does not exist, and end what must not come back to life: all
/// sessions, one-time links, invitations and approvals in progress; API keys wait for an owner's confirmation. With
/// PostgreSQL restore with `pg_restore` first, and run this without a file.
#[derive(Debug, Args)]
pub struct RestoreCommand {
    /// The backup. Not with PostgreSQL.
    file: Option<PathBuf>,

    #[arg(long, env = "DWD_DATABASE_URL", default_value = "sqlite://data/warmy.db", hide_env_values = true)]
    database_url: String,

    /// The key under which the backup was made.
    #[arg(long, env = "DWD_BACKUP_KEY", hide_env_values = true)]
    backup_key: Option<SecretString>,
}

impl RestoreCommand {
    /// Executes the command. Returns what it did.
    ///
    /// # Errors
    /// Why nothing was restored, in words for the operator.
    pub async fn execute(&self) -> anyhow::Result<String> {
        match (&self.file, self.database_url.starts_with("sqlite://")) {
            (Some(file), _) => self.restore(file).await,
            (None, true) => anyhow::bail!("with SQLite the backup is needed: `server restore FILE`"),
            (None, false) => {
                let db = Db::open(&self.database_url).await.context("opening the database")?;
                Ok(format!("restored the database{}", end(&db).await?))
            }
        }
    }

    /// Puts the backup and its keys in their places, once everything in it is ended that must not come back to life.
    async fn restore(&self, file: &Path) -> anyhow::Result<String> {
        let database = sqlite_path(&self.database_url, "pg_restore, and this command without a file,")?;
        let copy = RestoredFile::copy(file, database).await?;
        let made_at = OffsetDateTime::from_unix_timestamp(copy.facts.made_at / 1_000)?;
        let db = copy.open().await.context("opening the copy")?;
        let ended = end(&db).await;
        db.close().await?;
        let ended = ended?;
        if let Some(sealed) = &copy.facts.sealed_keys {
            self.restore_keys(sealed, &PathBuf::from(format!("{database}.keys")))?;
        }
        copy.publish().await?;
        let (date, hour, minute) = (made_at.date(), made_at.hour(), made_at.minute());
        Ok(format!("restored {} of {date} {hour:02}:{minute:02} UTC{ended}", file.display()))
    }

    fn restore_keys(&self, sealed: &str, path: &Path) -> anyhow::Result<()> {
        let key = self.backup_key.as_ref();
        let key = key.context("DWD_BACKUP_KEY is needed: the keys in the backup are sealed under it")?;
        let ring = KeyRing::parse(key, Sources::system()).context("DWD_BACKUP_KEY")?;
        let keys = ring
            .open(sealed, KEYS_PLACE)
            .map_err(|_| anyhow::anyhow!("DWD_BACKUP_KEY is not the key under which this backup was made"))?;
        match keys_in_file(path)? {
            Some(there) if there.expose_secret() == keys.expose_secret() => Ok(()),
            Some(_) => anyhow::bail!("{} has other keys than the backup: move it away first", path.display()),
            None => write_keys(path, &keys).with_context(|| format!("writing {}", path.display())),
        }
    }
}

/// Ends what must not come back to life. Returns what that was, in words.
async fn end(db: &Db) -> anyhow::Result<String> {
    let store = Store::new(db.clone(), Signals::default(), Sources::system());
    let ended = store.end_after_restore().await.context("ending sessions and links")?;
    store.bound_due_times().await.context("checking due times")?;
    let members = store.restored_members().await?;
    let members: String =
        members.iter().map(|one| format!("  {}: {} ({})\n", one.workspace, one.name, one.role)).collect();
    Ok(format!(
        ". Ended: {} sessions, {} one-time links and sign-ins, {} invitations, {} approvals in progress. \
         {} API keys wait until an owner confirms them in Settings, {} webhooks until the host enables them.\n\
         These members can sign in again; remove whoever has left since:\n{members}",
        ended.sessions, ended.links, ended.invitations, ended.approvals, ended.keys, ended.webhooks
    ))
}
