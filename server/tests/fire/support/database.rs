//! A database of the test's own, looked at beside the processes that use it.

use sea_orm::{ConnectionTrait, Database as Connect, DatabaseConnection, DbBackend, Statement, Value};
use server::sources::Sources;
use tempfile::TempDir;

/// Everything that a run may write.
const TABLES: [&str; 7] = ["run", "run_item", "mailbox", "event", "slot_account", "delegation", "audit"];

pub(crate) struct Database {
    pub(crate) url: String,
    pub(crate) looking: DatabaseConnection,
    _folder: Option<TempDir>,
}

impl Database {
    /// A file that is not there yet: the first process makes it.
    pub(crate) fn sqlite_url(folder: &TempDir) -> String {
        format!("sqlite://{}/warmy.db", folder.path().display())
    }

    /// Looks at the file that a process has made.
    pub(crate) async fn sqlite(folder: TempDir) -> Self {
        let url = Self::sqlite_url(&folder);
        let looking = Connect::connect(format!("{url}?mode=ro")).await.unwrap();
        Self { url, looking, _folder: Some(folder) }
    }

    /// An empty one on the tests' PostgreSQL.
    pub(crate) async fn postgres() -> Self {
        let server = std::env::var("DWD_TEST_POSTGRES")
            .expect("DWD_TEST_POSTGRES names the PostgreSQL server of the tests; `cargo xtask test native` starts one");
        Self::on(server.trim_end_matches('/')).await
    }

    /// An empty one on this server.
    pub(crate) async fn on(server: &str) -> Self {
        let admin = Connect::connect(format!("{server}/postgres")).await.unwrap();
        let name = format!("fire_{}", Sources::system().id().simple());
        admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        admin.close().await.unwrap();
        let url = format!("{server}/{name}");
        let looking = Connect::connect(&url).await.unwrap();
        Self { url, looking, _folder: None }
    }

    fn backend(&self) -> DbBackend {
        self.looking.get_database_backend()
    }

    /// The first column of the only row.
    pub(crate) async fn number(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> i64 {
        let statement = Statement::from_sql_and_values(self.backend(), sql, values);
        let row = self.looking.query_one_raw(statement).await.unwrap().expect("a row");
        row.try_get_by_index(0).unwrap()
    }

    /// The first column of the first row, if there is one and something in it.
    pub(crate) async fn text(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Option<String> {
        let statement = Statement::from_sql_and_values(self.backend(), sql, values);
        self.looking.query_one_raw(statement).await.unwrap()?.try_get_by_index(0).unwrap()
    }

    /// All texts of the first column.
    pub(crate) async fn texts(&self, sql: &str, values: impl IntoIterator<Item = Value>) -> Vec<String> {
        let statement = Statement::from_sql_and_values(self.backend(), sql, values);
        let rows = self.looking.query_all_raw(statement).await.unwrap();
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
