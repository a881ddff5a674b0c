//! Row-level security on PostgreSQL: a transaction that is scoped to a workspace sees no rows of other workspaces (the
//! policies are a migration). SQLite has no such feature: there the filters of the statements are the only protection.

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult,
    Statement, TransactionTrait,
};

use crate::WorkspaceCtx;

/// A connection that is scoped to a workspace.
pub(crate) trait InWorkspace: ConnectionTrait {
    fn ctx(&self) -> &WorkspaceCtx;
}

/// Scopes the rest of a transaction to a workspace.
async fn set_workspace(tx: &DatabaseTransaction, ctx: &WorkspaceCtx) -> Result<(), DbErr> {
    if tx.get_database_backend() == DbBackend::Postgres {
        let text = "SELECT set_config('warmy.workspace', $1, true)";
        let values = [ctx.workspace.0.to_string().into()];
        tx.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, text, values)).await?;
    }
    Ok(())
}

/// Whether row-level security policies do not apply to the database's user.
pub(crate) async fn is_unbound(on: &DatabaseConnection) -> Result<bool, DbErr> {
    if on.get_database_backend() != DbBackend::Postgres {
        return Ok(false);
    }
    let text = "SELECT rolsuper OR rolbypassrls AS unbound FROM pg_roles WHERE rolname = current_user";
    let row = on.query_one_raw(Statement::from_string(DbBackend::Postgres, text)).await?;
    row.map_or(Ok(false), |row| row.try_get("", "unbound"))
}

/// A writing transaction that is scoped to a workspace.
#[derive(Debug)]
pub(crate) struct ScopedTx<'c> {
    tx: DatabaseTransaction,
    ctx: &'c WorkspaceCtx,
}

impl<'c> ScopedTx<'c> {
    pub(crate) async fn new(tx: DatabaseTransaction, ctx: &'c WorkspaceCtx) -> Result<Self, DbErr> {
        set_workspace(&tx, ctx).await?;
        Ok(Self { tx, ctx })
    }

    /// For a workspace that this transaction creates or finds: PostgreSQL does not scope it.
    pub(crate) fn unrestricted(tx: DatabaseTransaction, ctx: &'c WorkspaceCtx) -> Self {
        Self { tx, ctx }
    }

    /// Lives as long as the context, not only as long as the transaction.
    pub(crate) fn ctx(&self) -> &'c WorkspaceCtx {
        self.ctx
    }

    pub(crate) async fn commit(self) -> Result<(), DbErr> {
        self.tx.commit().await
    }

    pub(crate) async fn rollback(self) -> Result<(), DbErr> {
        self.tx.rollback().await
    }
}

impl InWorkspace for ScopedTx<'_> {
    fn ctx(&self) -> &WorkspaceCtx {
        self.ctx
    }
}

#[async_trait]
impl ConnectionTrait for ScopedTx<'_> {
    fn get_database_backend(&self) -> DbBackend {
        self.tx.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.tx.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.tx.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.tx.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.tx.query_all_raw(statement).await
    }
}

/// Reads in a workspace. Each statement has a transaction of its own, so holding the reader holds no connection.
#[derive(Debug)]
pub(crate) struct ScopedReader<'a> {
    reader: &'a DatabaseConnection,
    ctx: &'a WorkspaceCtx,
}

impl<'a> ScopedReader<'a> {
    pub(crate) fn new(reader: &'a DatabaseConnection, ctx: &'a WorkspaceCtx) -> Self {
        Self { reader, ctx }
    }

    /// A scoped transaction; `None` on SQLite.
    #[expect(clippy::disallowed_methods, reason = "it only reads: `in_write!` is for writing transactions")]
    async fn scoped_transaction(&self) -> Result<Option<DatabaseTransaction>, DbErr> {
        if self.get_database_backend() != DbBackend::Postgres {
            return Ok(None);
        }
        let tx = self.reader.begin().await?;
        set_workspace(&tx, self.ctx).await?;
        Ok(Some(tx))
    }
}

impl InWorkspace for ScopedReader<'_> {
    fn ctx(&self) -> &WorkspaceCtx {
        self.ctx
    }
}

#[async_trait]
impl ConnectionTrait for ScopedReader<'_> {
    fn get_database_backend(&self) -> DbBackend {
        self.reader.get_database_backend()
    }

    async fn execute_raw(&self, _: Statement) -> Result<ExecResult, DbErr> {
        Err(read_only())
    }

    async fn execute_unprepared(&self, _: &str) -> Result<ExecResult, DbErr> {
        Err(read_only())
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match self.scoped_transaction().await? {
            Some(tx) => tx.query_one_raw(statement).await,
            None => self.reader.query_one_raw(statement).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match self.scoped_transaction().await? {
            Some(tx) => tx.query_all_raw(statement).await,
            None => self.reader.query_all_raw(statement).await,
        }
    }
}

fn read_only() -> DbErr {
    DbErr::Custom("this connection is read-only: write through `in_write!`".to_owned())
}
