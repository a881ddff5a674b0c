//! Evidence of single failures: Microsoft's answer about a mailbox, users that cannot be read, and the first time that
//! a directory failed or shrank, which a second sync has to confirm.

use sea_orm_migration::prelude::*;

use crate::columns::{add_columns, count, drop_columns, millis_null, text_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Tables that store Microsoft's answer.
const ANSWERED: [&str; 2] = ["mailbox", "run_item"];

fn answer_columns() -> [ColumnDef; 2] {
    [text_null("answer_code"), text_null("answer_request")]
}

fn delegation_columns() -> [ColumnDef; 3] {
    [millis_null("suspected_at"), millis_null("shrunk_at"), text_null("unreadable")]
}

fn run_columns() -> [ColumnDef; 2] {
    [count("found_unreadable"), text_null("unreadable")]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ANSWERED {
            add_columns(manager, table, answer_columns()).await?;
        }
        add_columns(manager, "delegation", delegation_columns()).await?;
        add_columns(manager, "run", run_columns()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "run", run_columns()).await?;
        drop_columns(manager, "delegation", delegation_columns()).await?;
        for table in ANSWERED {
            drop_columns(manager, table, answer_columns()).await?;
        }
        Ok(())
    }
}
