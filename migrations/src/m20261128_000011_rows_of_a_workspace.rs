//! The second wall between workspaces, on PostgreSQL: whoever says for which workspace it works (`warmy.workspace`, for
//! one transaction) sees and writes that workspace's rows only, whatever its statement says. What works for all of
//! them (claiming runs, sweeping, signing in) says nothing. The owner of the tables is bound as well; a superuser is
//! bound by nothing, so the server should not be one.

use sea_orm_migration::{prelude::*, sea_orm::DatabaseBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Every table with rows of a workspace, and the column that says whose.
const TABLES: [(&str, &str); 15] = [
    ("workspace", "id"),
    ("member", "workspace_id"),
    ("member_invitation", "workspace_id"),
    ("session", "workspace_id"),
    ("enter_link", "workspace_id"),
    ("api_key", "workspace_id"),
    ("slot_account", "workspace_id"),
    ("api_client", "workspace_id"),
    ("consent_attempt", "workspace_id"),
    ("delegation", "workspace_id"),
    ("mailbox", "workspace_id"),
    ("run", "workspace_id"),
    ("run_item", "workspace_id"),
    ("event", "workspace_id"),
    ("audit", "workspace_id"),
];

/// What is said: in a query of its own, so that it is asked for once a statement and not once a row. After a
/// transaction that said something it is empty, not null.
const SAID: &str = "(SELECT NULLIF(current_setting('warmy.workspace', true), ''))";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        protect(manager, &TABLES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        unprotect(manager, &TABLES).await
    }
}

/// Puts tables behind the wall; each with the column that says whose a row is.
pub(crate) async fn protect(manager: &SchemaManager<'_>, tables: &[(&str, &str)]) -> Result<(), DbErr> {
    each(manager, tables, |table, column| {
        [
            format!("ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"),
            format!("ALTER TABLE {table} FORCE ROW LEVEL SECURITY"),
            format!(
                "CREATE POLICY of_workspace ON {table} USING ({SAID} IS NULL OR {column} = {SAID}::uuid)"
            ),
        ]
    })
    .await
}

/// The way back.
pub(crate) async fn unprotect(manager: &SchemaManager<'_>, tables: &[(&str, &str)]) -> Result<(), DbErr> {
    each(manager, tables, |table, _| {
        [
            format!("DROP POLICY of_workspace ON {table}"),
            format!("ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY"),
            format!("ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"),
        ]
    })
    .await
}

async fn each(
    manager: &SchemaManager<'_>,
    tables: &[(&str, &str)],
    statements: impl Fn(&str, &str) -> [String; 3],
) -> Result<(), DbErr> {
    if manager.get_database_backend() != DatabaseBackend::Postgres {
        return Ok(());
    }
    for &(table, column) in tables {
        for statement in statements(table, column) {
            manager.get_connection().execute_unprepared(&statement).await?;
        }
    }
    Ok(())
}
