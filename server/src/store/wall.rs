//! The second wall between workspaces, on PostgreSQL: a transaction that says for which workspace it works sees no other
//! rows (row-level security; the policies are a migration). SQLite has no such thing: there the statements' own filters
//! are the only wall.

use async_trait::async_trait;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult,
    Statement, TransactionTrait,
};

use super::WorkspaceCtx;

/// Says for which workspace the rest of a transaction works.
pub(super) async fn raise(tx: &DatabaseTransaction, ctx: &WorkspaceCtx) -> Result<(), DbErr> {
    if tx.get_database_backend() == DbBackend::Postgres {
        let said = "SELECT set_config('warmy.workspace', $1, true)";
        let values = [ctx.workspace.0.to_string().into()];
        tx.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, said, values)).await?;
    }
    Ok(())
}

/// Whether policies do not bind the database's user.
pub(super) async fn is_unbound(on: &DatabaseConnection) -> Result<bool, DbErr> {
    if on.get_database_backend() != DbBackend::Postgres {
        return Ok(false);
    }
    let text = "SELECT rolsuper OR rolbypassrls AS unbound FROM pg_roles WHERE rolname = current_user";
    let row = on.query_one_raw(Statement::from_string(DbBackend::Postgres, text)).await?;
    row.map_or(Ok(false), |row| row.try_get("", "unbound"))
}

/// Reads within a workspace. Each statement has a transaction of its own, so whoever holds this holds no connection.
#[derive(Debug)]
pub(in crate::store) struct Within<'a> {
    reader: &'a DatabaseConnection,
    ctx: &'a WorkspaceCtx,
}

impl<'a> Within<'a> {
    pub(super) fn new(reader: &'a DatabaseConnection, ctx: &'a WorkspaceCtx) -> Self {
        Self { reader, ctx }
    }

    /// A transaction behind the wall; `None` where there is none.
    #[expect(clippy::disallowed_methods, reason = "it reads: `in_write!` is for what writes")]
    async fn walled(&self) -> Result<Option<DatabaseTransaction>, DbErr> {
        if self.get_database_backend() != DbBackend::Postgres {
            return Ok(None);
        }
        let tx = self.reader.begin().await?;
        raise(&tx, self.ctx).await?;
        Ok(Some(tx))
    }
}

#[async_trait]
impl ConnectionTrait for Within<'_> {
    fn get_database_backend(&self) -> DbBackend {
        self.reader.get_database_backend()
    }

    async fn execute_raw(&self, _: Statement) -> Result<ExecResult, DbErr> {
        Err(writes())
    }

    async fn execute_unprepared(&self, _: &str) -> Result<ExecResult, DbErr> {
        Err(writes())
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match self.walled().await? {
            Some(tx) => tx.query_one_raw(statement).await,
            None => self.reader.query_one_raw(statement).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match self.walled().await? {
            Some(tx) => tx.query_all_raw(statement).await,
            None => self.reader.query_all_raw(statement).await,
        }
    }
}

fn writes() -> DbErr {
    DbErr::Custom("this connection only reads: what writes goes through `in_write!`".to_owned())
}
