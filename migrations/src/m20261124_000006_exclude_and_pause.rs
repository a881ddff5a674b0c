//! Excluding mailboxes and undoing that; pausing runs.

use sea_orm_migration::prelude::*;

use crate::columns::{millis_null, text_null, uuid_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// One column per statement: SQLite adds only one at a time.
fn columns() -> [(&'static str, ColumnDef); 6] {
    [
        ("run", text_null("paused_by")),
        // The directory's reason against connecting, in any state of the mailbox.
        ("mailbox", text_null("obstacle")),
        // The state before an exclusion, and the exclusion's id and time.
        ("mailbox", text_null("excluded_from")),
        ("mailbox", text_null("excluded_reason")),
        ("mailbox", uuid_null("exclusion_id")),
        ("mailbox", millis_null("excluded_at")),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in columns() {
            manager.alter_table(Table::alter().table(table).add_column(column).to_owned()).await?;
        }
        // The next full sync would set the same value.
        let known = Query::update()
            .table("mailbox")
            .value("obstacle", Expr::col("reason"))
            .and_where(Expr::col("connection").eq("ineligible"))
            .to_owned();
        manager.execute(known).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in columns() {
            let name = column.get_column_name();
            manager.alter_table(Table::alter().table(table).drop_column(name).to_owned()).await?;
        }
        Ok(())
    }
}
