//! Requests counted for all processes together: those that could guess a secret.

use sea_orm_migration::prelude::*;

use crate::columns::{count, millis, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("rate_limit")
            .col(text("bucket"))
            // The hash of a network address.
            .col(text("caller"))
            .col(millis("minute"))
            .col(count("requests"))
            .primary_key(Index::create().col("bucket").col("caller").col("minute"))
            .to_owned();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("rate_limit").to_owned()).await
    }
}
