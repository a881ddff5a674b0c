//! Connections and transactions.

mod caller;
mod id_list;
mod names;
mod sqlite;

use std::{fs::File, sync::Arc, time::Duration};

use migrations::{Migrator, MigratorTrait};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait, Value, sqlx::PgPool,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    StoreError, WorkspaceCtx,
    row_security::{self, ScopedReader, ScopedTx},
};

pub(crate) use id_list::{read_ids, write_ids};
pub(crate) use names::{connections, in_list};
pub(crate) use sqlite::{BACKUP, lock, single, with_suffix};

/// PostgreSQL ends a transaction whose client is idle for this long: a server that was stopped or cut off in the middle
/// of one must not block the rows that it has locked.
const IDLE_TIMEOUT: &str = "5s";

/// On PostgreSQL up to 8 connections may write for bulk runs at a time; on SQLite, which has one writer, one.
const BULK_WRITERS: usize = 8;

tokio::task_local! {
    /// Set in tasks that work on a bulk run.
    static BULK: ();
}

/// Does the work of a bulk run, whose writes are limited so that interactive requests do not wait for them.
pub async fn in_bulk<F: Future>(work: F) -> F::Output {
    BULK.scope((), work).await
}

/// A database: SQLite (one writer, several readers, one process) or PostgreSQL.
#[derive(Clone, Debug)]
pub struct Db {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    /// Bulk work waits for a permit here and not for a connection, where it would delay interactive requests.
    bulk: Arc<Semaphore>,
    /// Held while the process lives: a second process on the same SQLite file is refused.
    _locks: Option<Arc<[File; 2]>>,
}

impl Db {
    /// Opens the database and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError::Folder`] when another process has the SQLite file or the folder cannot be created;
    /// [`StoreError::Database`] when the database refuses.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let db = match url.strip_prefix("sqlite://") {
            Some(path) => Self::open_sqlite(path, false).await?,
            None => Self::open_postgres(url).await?,
        };
        db.migrate().await?;
        if db.is_unbound().await? {
            tracing::warn!(
                "row-level security does not apply to the database user (a superuser, or one with BYPASSRLS), so only the filters of the statements separate workspaces. Give the server a user of its own."
            );
        }
        Ok(db)
    }

    /// Opens a copy of a backup and brings its schema up to date.
    ///
    /// # Errors
    /// As of [`open`](Self::open).
    pub(crate) async fn open_backup(path: &str) -> Result<Self, StoreError> {
        let db = Self::open_sqlite(path, true).await?;
        db.migrate().await?;
        Ok(db)
    }

    /// Opens the database read-only, beside a running server.
    ///
    /// # Errors
    /// [`StoreError::Database`] when it does not exist or refuses.
    pub async fn open_read_only(url: &str) -> Result<Self, StoreError> {
        let url = if url.starts_with("sqlite://") { format!("{url}?mode=ro") } else { url.to_owned() };
        let pool = sqlite::single(&url).await?;
        Ok(Self {
            writer: pool.clone(),
            reader: pool,
            bulk: Arc::new(Semaphore::new(BULK_WRITERS)),
            _locks: None,
        })
    }

    async fn open_sqlite(path: &str, is_backup: bool) -> Result<Self, StoreError> {
        let sqlite::Opened { writer, reader, locks } = sqlite::open(path, is_backup).await?;
        Ok(Self { writer, reader, bulk: Arc::new(Semaphore::new(1)), _locks: Some(Arc::new(locks)) })
    }

    async fn open_postgres(url: &str) -> Result<Self, StoreError> {
        let mut options = ConnectOptions::new(url);
        options
            .max_connections(12)
            .min_connections(1)
            .acquire_timeout(Duration::from_secs(5))
            .sqlx_logging(false)
            .map_sqlx_postgres_opts(|o| o.options([("idle_in_transaction_session_timeout", IDLE_TIMEOUT)]));
        let pool = Database::connect(options).await?;
        Ok(Self {
            writer: pool.clone(),
            reader: pool,
            bulk: Arc::new(Semaphore::new(BULK_WRITERS)),
            _locks: None,
        })
    }

    /// Several replicas may start together: on PostgreSQL an advisory lock lets one of them migrate.
    async fn migrate(&self) -> Result<(), StoreError> {
        const LOCK: i64 = 0x5741_524d_5944_4444;
        if self.is_postgres() {
            let tx = self.writer_begin().await?;
            tx.execute_raw(Statement::from_sql_and_values(
                DbBackend::Postgres,
                "SELECT pg_advisory_xact_lock($1)",
                [LOCK.into()],
            ))
            .await?;
            // This transaction only holds the lock while another connection migrates.
            tx.execute_unprepared("SET LOCAL idle_in_transaction_session_timeout = 0").await?;
            let done = Migrator::up(&self.reader, None).await;
            tx.commit().await?;
            return Ok(done?);
        }
        Ok(Migrator::up(&self.writer, None).await?)
    }

    #[must_use]
    pub fn is_postgres(&self) -> bool {
        self.writer.get_database_backend() == DbBackend::Postgres
    }

    /// Whether row-level security does not bind the database's user (a superuser). Never on SQLite, which has none.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn is_unbound(&self) -> Result<bool, StoreError> {
        Ok(row_security::is_unbound(&self.reader).await?)
    }

    /// Closes the connections after their last statements. A SQLite file is then complete without its log.
    ///
    /// # Errors
    /// [`StoreError::Database`] when the log cannot be copied back; it is then used by the next start.
    pub async fn close(&self) -> Result<(), StoreError> {
        let done = match self.is_postgres() {
            true => Ok(()),
            false => sqlite::checkpoint(&self.writer).await,
        };
        self.reader.close_by_ref().await?;
        self.writer.close_by_ref().await?;
        Ok(done?)
    }

    /// PostgreSQL's connections, for features that SQLite does not have; `None` on SQLite.
    #[must_use]
    pub fn postgres(&self) -> Option<&PgPool> {
        self.is_postgres().then(|| self.writer.get_postgres_connection_pool())
    }

    /// For reading within a workspace.
    pub(crate) fn read_in<'a>(&'a self, ctx: &'a WorkspaceCtx) -> ScopedReader<'a> {
        ScopedReader::new(&self.reader, ctx)
    }

    /// For reading across workspaces. Never write through it.
    #[must_use]
    pub fn read(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// The permit of bulk work to write, held until its transaction ends; `None` for other work.
    pub(crate) async fn bulk_permit(&self) -> Option<OwnedSemaphorePermit> {
        BULK.try_with(|()| ()).ok()?;
        Arc::clone(&self.bulk).acquire_owned().await.ok()
    }

    /// Starts a writing transaction. Use `in_write!`, which also commits and repeats it.
    pub(crate) async fn writer_begin(&self) -> Result<DatabaseTransaction, StoreError> {
        // On SQLite a deferred transaction fails at its first write while another one is open; an immediate one waits.
        let mode = (!self.is_postgres()).then_some(SqliteTransactionMode::Immediate);
        Ok(self
            .writer
            .begin_with_options(TransactionOptions {
                sqlite_transaction_mode: mode,
                ..TransactionOptions::default()
            })
            .await?)
    }

    /// The same, scoped to a workspace, for a caller who may still act in it.
    pub(crate) async fn writer_begin_in<'c>(
        &self,
        ctx: &'c WorkspaceCtx,
    ) -> Result<ScopedTx<'c>, StoreError> {
        let tx = ScopedTx::new(self.writer_begin().await?, ctx).await?;
        match caller::must_still_be(&tx).await {
            Ok(()) => Ok(tx),
            Err(error) => {
                _ = tx.rollback().await;
                Err(error)
            }
        }
    }

    /// The same for a workspace that the transaction creates or finds: PostgreSQL hides no rows.
    pub(crate) async fn writer_begin_for<'c>(
        &self,
        ctx: &'c WorkspaceCtx,
    ) -> Result<ScopedTx<'c>, StoreError> {
        Ok(ScopedTx::unrestricted(self.writer_begin().await?, ctx))
    }
}

/// Runs a block in one writing transaction and commits it; repeats it up to 3 times on serialisation failures,
/// deadlocks and a busy SQLite. The block must be safe to run again and must not wait for the network. With a context,
/// it is scoped to the context's workspace.
macro_rules! in_write {
    ($db:expr, |$tx:ident| $body:block) => {
        in_write!(@ $db, $db.writer_begin().await?, |$tx| $body)
    };
    ($db:expr, for $ctx:expr, |$tx:ident| $body:block) => {
        in_write!(@ $db, $db.writer_begin_for($ctx).await?, |$tx| $body)
    };
    ($db:expr, $ctx:expr, |$tx:ident| $body:block) => {
        in_write!(@ $db, $db.writer_begin_in($ctx).await?, |$tx| $body)
    };
    (@ $db:expr, $begin:expr, |$tx:ident| $body:block) => {{
        let mut tries = 0;
        loop {
            let _permit = $db.bulk_permit().await;
            let transaction = $begin;
            let outcome: Result<_, $crate::StoreError> = {
                let $tx = &transaction;
                async { $body }.await
            };
            let outcome = match outcome {
                Ok(value) => {
                    transaction.commit().await.map(|()| value).map_err($crate::StoreError::of_commit)
                }
                Err(error) => {
                    _ = transaction.rollback().await;
                    Err(error)
                }
            };
            match outcome {
                Err(error) if error.is_retryable() && tries < 3 => tries += 1,
                outcome => break outcome,
            }
        }
    }};
}
pub(crate) use in_write;

/// A statement with `$1`-style parameters, and no other dollar sign. On SQLite each becomes a plain `?`: SQLite finds a
/// named parameter by a linear search, which takes longer than the statement itself when there are thousands.
pub(crate) fn sql(
    on: &impl ConnectionTrait,
    text: &str,
    values: impl IntoIterator<Item = Value>,
) -> Statement {
    let backend = on.get_database_backend();
    if backend == DbBackend::Postgres {
        return Statement::from_sql_and_values(backend, text, values);
    }
    let (text, values) = positional(text, &values.into_iter().collect::<Vec<_>>());
    Statement::from_sql_and_values(backend, text, values)
}

/// The statement with `?` for each `$n`, and the values in the order of their use.
fn positional(text: &str, values: &[Value]) -> (String, Vec<Value>) {
    let mut parts = text.split('$');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    let mut in_order = Vec::with_capacity(values.len());
    for part in parts {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        let (number, rest) = part.split_at(end);
        let value = number.parse::<usize>().ok().and_then(|n| values.get(n.checked_sub(1)?));
        in_order.push(value.cloned().unwrap_or_else(|| unreachable!("${number} has no value in {text}")));
        plain.push('?');
        plain.push_str(rest);
    }
    (plain, in_order)
}

/// `FOR UPDATE` on PostgreSQL. SQLite's immediate transaction already locks the whole database.
pub(crate) fn for_update(on: &impl ConnectionTrait) -> &'static str {
    match on.get_database_backend() {
        DbBackend::Postgres => " FOR UPDATE",
        _ => "",
    }
}

/// A count in the form in which both databases store it.
pub(crate) fn stored(n: u32) -> i32 {
    i32::try_from(n).unwrap_or(i32::MAX)
}

/// Rows of one multi-row statement: with seven parameters each, far below the limit of either database.
pub(crate) const ROWS: usize = 500;

/// `($2, $3), ($4, $5)`: `rows` rows of `columns` parameters, numbered from `first`.
pub(crate) fn tuples(first: usize, rows: usize, columns: usize) -> String {
    let row = |n: usize| {
        let from = first + n * columns;
        format!("({})", (from..from + columns).map(|i| format!("${i}")).collect::<Vec<_>>().join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_in_the_order_of_the_text() {
        let values: Vec<Value> = vec![7.into(), "b".into(), 9.into()];
        let (text, values) = positional("VALUES ($3, $2) WHERE a = $1 AND b > $3", &values);
        assert_eq!(text, "VALUES (?, ?) WHERE a = ? AND b > ?");
        assert_eq!(values, [9.into(), "b".into(), 7.into(), 9.into()]);
        assert_eq!(positional("SELECT 1", &[]), ("SELECT 1".to_owned(), vec![]));
    }
}
