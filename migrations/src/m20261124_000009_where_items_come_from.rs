//! Where a run found each of its mailboxes: cancelled ones go back there.

use sea_orm_migration::prelude::*;

use crate::columns::text_null;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// State and reason of the mailbox when the run took it. One column a statement: SQLite adds no more at a time.
fn columns() -> [ColumnDef; 2] {
    [text_null("found_connection"), text_null("found_reason")]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in columns() {
            manager.alter_table(Table::alter().table("run_item").add_column(column).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in columns() {
            let name = column.get_column_name();
            manager.alter_table(Table::alter().table("run_item").drop_column(name).to_owned()).await?;
        }
        Ok(())
    }
}
