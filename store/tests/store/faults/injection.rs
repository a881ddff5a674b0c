//! Faults from outside: triggers that fail a statement, end its transaction or break its connection.

use std::{collections::BTreeMap, time::Duration};

use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbBackend, Statement};

/// How a statement or a COMMIT fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The statement fails, and its transaction goes on.
    Statement,
    /// The database ends the transaction itself, as SQLite does on a full disk; on PostgreSQL the connection breaks.
    Transaction,
    /// COMMIT fails.
    Commit,
    /// The connection breaks in COMMIT.
    CommitBreaks,
}

impl Fault {
    /// The faults of a database. A statement is also failed after a broken transaction, because a connection that counts
    /// its transactions wrongly shows it only then.
    pub(super) const fn of(postgres: bool) -> &'static [Self] {
        match postgres {
            true => &[Self::Statement, Self::Transaction, Self::Commit, Self::CommitBreaks],
            false => &[Self::Statement, Self::Transaction, Self::Statement, Self::Commit],
        }
    }
}

/// A change of a table: `INSERT`, `UPDATE` or `DELETE`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Change {
    table: String,
    event: String,
}

/// A connection of its own to the database.
pub(super) struct Outside {
    on: DatabaseConnection,
    tables: Vec<String>,
}

impl Outside {
    pub(super) async fn connect(url: &str) -> Self {
        let on = Database::connect(url).await.unwrap();
        let mut outside = Self { on, tables: Vec::new() };
        let tables = match outside.is_postgres() {
            true => "SELECT tablename AS t FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
            false => {
                "SELECT name AS t FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY 1"
            }
        };
        outside.tables = outside.texts(tables).await;
        let helpers: &[&str] = match outside.is_postgres() {
            true => &[
                "CREATE TABLE fault_record (change_of TEXT)",
                "CREATE FUNCTION fault_statement() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN RAISE EXCEPTION 'fault'; END $$",
                "CREATE FUNCTION fault_connection() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$",
                "CREATE FUNCTION fault_record() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN INSERT INTO fault_record VALUES (TG_OP || ' ' || TG_TABLE_NAME); RETURN NULL; END $$",
            ],
            false => &[
                "CREATE TABLE fault_record (change_of TEXT)",
                "CREATE TABLE fault_parent (id INTEGER PRIMARY KEY)",
                "CREATE TABLE fault_child (id INTEGER REFERENCES fault_parent (id) DEFERRABLE INITIALLY DEFERRED)",
            ],
        };
        for helper in helpers {
            outside.run(helper).await;
        }
        outside
    }

    pub(super) fn is_postgres(&self) -> bool {
        self.on.get_database_backend() == DbBackend::Postgres
    }

    async fn run(&self, text: &str) {
        self.on.execute_unprepared(text).await.unwrap_or_else(|error| panic!("{text}: {error}"));
    }

    async fn texts(&self, query: &str) -> Vec<String> {
        let statement = Statement::from_string(self.on.get_database_backend(), query);
        let rows = self.on.query_all_raw(statement).await.unwrap();
        rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }

    fn every_change(&self) -> impl Iterator<Item = Change> {
        let events = ["INSERT", "UPDATE", "DELETE"];
        self.tables.iter().flat_map(move |table| {
            events.map(|event| Change { table: table.clone(), event: event.to_owned() })
        })
    }

    /// Records the changes of committed transactions from now on.
    pub(super) async fn record(&self) {
        for Change { table, event } in self.every_change() {
            let action = match self.is_postgres() {
                true => "EXECUTE FUNCTION fault_record()".to_owned(),
                false => format!("BEGIN INSERT INTO fault_record VALUES ('{event} {table}'); END"),
            };
            self.run(&format!(
                "CREATE TRIGGER record_{table}_{event} AFTER {event} ON {table} FOR EACH ROW {action}"
            ))
            .await;
        }
    }

    /// The changes since the last call.
    pub(super) async fn recorded(&self) -> Vec<Change> {
        let changes = self.texts("SELECT DISTINCT change_of FROM fault_record ORDER BY 1").await;
        self.run("DELETE FROM fault_record").await;
        let change = |text: &String| {
            let (event, table) = text.split_once(' ').unwrap();
            Change { table: table.to_owned(), event: event.to_owned() }
        };
        changes.iter().map(change).collect()
    }

    pub(super) async fn stop_recording(&self) {
        for Change { table, event } in self.every_change() {
            self.drop_trigger(&format!("record_{table}_{event}"), &table).await;
        }
    }

    async fn drop_trigger(&self, name: &str, table: &str) {
        match self.is_postgres() {
            true => self.run(&format!("DROP TRIGGER {name} ON {table}")).await,
            false => self.run(&format!("DROP TRIGGER {name}")).await,
        }
    }

    /// Lets this change fail from now on.
    pub(super) async fn arm(&self, Change { table, event }: &Change, fault: Fault) {
        let trigger = match (self.is_postgres(), fault) {
            (true, Fault::Statement | Fault::Transaction) => {
                format!("CREATE TRIGGER fault BEFORE {event} ON {table}")
            }
            (true, _) => {
                format!(
                    "CREATE CONSTRAINT TRIGGER fault AFTER {event} ON {table} DEFERRABLE INITIALLY DEFERRED"
                )
            }
            (false, Fault::Commit) => format!("CREATE TRIGGER fault AFTER {event} ON {table}"),
            (false, _) => format!("CREATE TRIGGER fault BEFORE {event} ON {table}"),
        };
        let action = match (self.is_postgres(), fault) {
            (true, Fault::Statement | Fault::Commit) => "EXECUTE FUNCTION fault_statement()",
            (true, _) => "EXECUTE FUNCTION fault_connection()",
            (false, Fault::Statement) => "BEGIN SELECT RAISE(ABORT, 'fault'); END",
            (false, Fault::Commit) => "BEGIN INSERT INTO fault_child VALUES (1); END",
            (false, _) => "BEGIN SELECT RAISE(ROLLBACK, 'fault'); END",
        };
        self.run(&format!("{trigger} FOR EACH ROW {action}")).await;
    }

    pub(super) async fn disarm(&self, change: &Change) {
        self.drop_trigger("fault", &change.table).await;
    }

    /// All rows of all tables, as text.
    pub(super) async fn all(&self) -> BTreeMap<String, Vec<String>> {
        let mut all = BTreeMap::new();
        for table in &self.tables {
            let row = match self.is_postgres() {
                true => format!("to_jsonb({table})::text"),
                false => {
                    let columns = self.texts(&format!("SELECT name FROM pragma_table_info('{table}')")).await;
                    let quoted: Vec<String> =
                        columns.iter().map(|column| format!("quote(\"{column}\")")).collect();
                    quoted.join(" || ', ' || ")
                }
            };
            all.insert(
                table.clone(),
                self.texts(&format!("SELECT {row} AS r FROM {table} ORDER BY 1")).await,
            );
        }
        all
    }

    /// Asserts that no transaction of the store stays open. On PostgreSQL a transaction that was dropped is rolled back
    /// when its connection returns to the pool, a moment after the error: the server is asked until then.
    pub(super) async fn assert_unlocked(&self) {
        match self.is_postgres() {
            true => {
                let open = "SELECT query FROM pg_stat_activity WHERE datname = current_database() \
                            AND state LIKE 'idle in transaction%'";
                let ended = async { while !self.texts(open).await.is_empty() {} };
                tokio::time::timeout(Duration::from_secs(10), ended).await.expect("a transaction stays open");
            }
            false => self.run("BEGIN IMMEDIATE; ROLLBACK").await,
        }
    }
}
