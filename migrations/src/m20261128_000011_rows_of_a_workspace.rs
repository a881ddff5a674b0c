//! Row-level security between workspaces, on PostgreSQL: a transaction that sets `warmy.workspace` sees and writes only
//! that workspace's rows, whatever its statements are. Work for all workspaces (claiming runs, sweeping, signing in)
//! does not set it. The policies bind the owner of the tables as well, but no superuser, so the server should not be
//! one.

use sea_orm_migration::{prelude::*, sea_orm::DatabaseBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Every table with rows of a workspace, and its column with the workspace's id.
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

/// The workspace that is set: in a query of its own, so that it is evaluated once per statement and not once per row.
/// After a transaction that set it, it is empty, not null.
const CURRENT_WORKSPACE: &str = "(SELECT NULLIF(current_setting('warmy.workspace', true), ''))";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        enable_row_security(manager, &TABLES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        disable_row_security(manager, &TABLES).await
    }
}

/// Enables row-level security for these tables, each with its column of the workspace's id.
pub(crate) async fn enable_row_security(
    manager: &SchemaManager<'_>,
    tables: &[(&str, &str)],
) -> Result<(), DbErr> {
    each(manager, tables, |table, column| {
        [
            format!("ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"),
            format!("ALTER TABLE {table} FORCE ROW LEVEL SECURITY"),
            format!(
                "CREATE POLICY of_workspace ON {table} \
                 USING ({CURRENT_WORKSPACE} IS NULL OR {column} = {CURRENT_WORKSPACE}::uuid)"
            ),
        ]
    })
    .await
}

/// Disables row-level security for these tables.
pub(crate) async fn disable_row_security(
    manager: &SchemaManager<'_>,
    tables: &[(&str, &str)],
) -> Result<(), DbErr> {
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
