//! A database for one test, with a connection beside those of the processes under test.

use sea_orm::{ConnectionTrait, Database as Connect, DatabaseConnection, DbBackend, Statement, Value};
use store::clock::Sources;
use tempfile::TempDir;

/// The tables that a run may write.
const TABLES: [&str; 7] = ["run", "run_item", "mailbox", "event", "slot_account", "delegation", "audit"];

pub(crate) struct Database {
    pub(crate) url: String,
    pub(crate) connection: DatabaseConnection,
    _folder: Option<TempDir>,
}

impl Database {
    /// The URL of a file that the first process creates.
    pub(crate) fn sqlite_url(folder: &TempDir) -> String {
        format!("sqlite://{}/warmy.db", folder.path().display())
    }

    /// Opens the file that a process has created.
    pub(crate) async fn sqlite(folder: TempDir) -> Self {
        let url = Self::sqlite_url(&folder);
        let connection = Connect::connect(format!("{url}?mode=ro")).await.unwrap();
        Self { url, connection, _folder: Some(folder) }
    }

    /// Creates an empty database on the tests' PostgreSQL.
    pub(crate) async fn postgres() -> Self {
        let server = std::env::var("DWD_TEST_POSTGRES")
            .expect("DWD_TEST_POSTGRES names the PostgreSQL server of the tests; `cargo xtask test native` starts one");
        Self::on(server.trim_end_matches('/')).await
    }

    /// Creates an empty database on this server.
    pub(crate) async fn on(server: &str) -> Self {
        let admin = Connect::connect(format!("{server}/postgres")).await.unwrap();
        let name = format!("fire_{}", Sources::system().id().simple());
        admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        admin.close().await.unwrap();
        let url = format!("{server}/{name}");
        let connection = Connect::connect(&url).await.unwrap();
        Self { url, connection, _folder: None }
    }

    fn backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    /// Executes a statement outside of the processes under test.
    pub(crate) async fn execute(&self, sql: &str) {
        self.connection.execute_unprepared(sql).await.unwrap();
    }

    /// The first column of the only row.
    pub(crate) async fn number(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> i64 {
        let statement = Statement::from_sql_and_values(self.backend(), sql, values);
        let row = self.connection.query_one_raw(statement).await.unwrap().expect("a row");
        row.try_get_by_index(0).unwrap()
    }

    /// The first column of the first row; `None` without a row or for NULL.
    pub(crate) async fn text(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Option<String> {
        let statement = Statement::from_sql_and_values(self.backend(), sql, values);
        self.connection.query_one_raw(statement).await.unwrap()?.try_get_by_index(0).unwrap()
    }

    /// All texts of the first column.
    pub(crate) async fn texts(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Vec<String> {
        let statement = Statement::from_sql_and_values(self.backend(), sql, values);
        let rows = self.connection.query_all_raw(statement).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    /// Every row that a run may write, on PostgreSQL, as text with its table.
    pub(crate) async fn everything(&self) -> Vec<(&'static str, Vec<String>)> {
        let mut tables = Vec::new();
        for table in TABLES {
            let sql = format!("SELECT to_jsonb(t)::text FROM {table} AS t ORDER BY 1");
            tables.push((table, self.texts(&sql, []).await));
        }
        tables
    }
}
