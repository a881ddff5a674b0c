//! The state of each mailbox before its run: cancelled mailboxes return to it.

use sea_orm_migration::prelude::*;

use crate::columns::{add_columns, drop_columns, text_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// State and reason of the mailbox when the run took it. One column per statement: SQLite adds only one at a time.
fn columns() -> [ColumnDef; 2] {
    [text_null("found_connection"), text_null("found_reason")]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "run_item", columns()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "run_item", columns()).await
    }
}
