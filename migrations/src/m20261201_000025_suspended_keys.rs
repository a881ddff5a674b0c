//! API keys that were restored from a backup wait for an owner's confirmation.

use sea_orm_migration::prelude::*;

use crate::columns::{add_columns, drop_columns, millis_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

fn of_key() -> [ColumnDef; 1] {
    [millis_null("suspended_at")]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "api_key", of_key()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "api_key", of_key()).await
    }
}
