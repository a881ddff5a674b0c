//! Columns for search and further addresses, and indexes that contain all that a list reads.

use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

use crate::columns::{add_columns, drop_columns, text_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Columns that a list reads: SQLite answers from the index alone, in the order of names. Not on PostgreSQL, whose
/// indexes accept no long entries and whose table scans are fast.
const LIST: [&str; 11] = [
    "delegation_id",
    "name_norm",
    "row_no",
    "connection",
    "workspace_id",
    "run_id",
    "kind",
    "department",
    "domain",
    "reason",
    "search_norm",
];

fn columns() -> [ColumnDef; 3] {
    [
        // The other addresses, in lower case, one per line.
        text_null("aliases"),
        // The part of the address after the @, in lower case.
        text_null("domain"),
        // Name, address, department and aliases in lower case, one per line.
        text_null("search_norm"),
    ]
}

fn index(name: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut index = Index::create().name(name).table("mailbox").to_owned();
    for column in columns {
        index.col(*column);
    }
    index
}

fn drop_statement(name: &'static str) -> IndexDropStatement {
    Index::drop().name(name).table("mailbox").to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "mailbox", columns()).await?;
        let sqlite = manager.get_database_backend() == DbBackend::Sqlite;
        let domain = match sqlite {
            true => "substr(address_norm, instr(address_norm, '@') + 1)",
            false => "split_part(address_norm, '@', 2)",
        };
        let known = "name_norm || char10 || address_norm || char10 || lower(coalesce(department, ''))";
        let known = known.replace("char10", if sqlite { "char(10)" } else { "chr(10)" });
        let on = manager.get_connection();
        on.execute_unprepared(&format!("UPDATE mailbox SET domain = {domain}, search_norm = {known}"))
            .await?;
        // Aliases come with the next sync, which must therefore read all users.
        on.execute_unprepared("UPDATE delegation SET delta_link = NULL").await?;
        if sqlite {
            manager.drop_index(drop_statement("mailbox_name")).await?;
            manager.create_index(index("mailbox_list", &LIST)).await?;
            // States are counted at every step of a run.
            manager.drop_index(drop_statement("mailbox_state")).await?;
            manager
                .create_index(index("mailbox_state", &["delegation_id", "connection", "workspace_id"]))
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DbBackend::Sqlite {
            manager.drop_index(drop_statement("mailbox_list")).await?;
            manager.create_index(index("mailbox_name", &["delegation_id", "name_norm"])).await?;
            manager.drop_index(drop_statement("mailbox_state")).await?;
            manager
                .create_index(index("mailbox_state", &["delegation_id", "connection", "name_norm"]))
                .await?;
        }
        drop_columns(manager, "mailbox", columns()).await
    }
}
