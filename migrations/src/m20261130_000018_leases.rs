//! One kind of lease for every row that a process works on: owner, epoch and end. Runs already have it; webhooks and
//! alert addresses get it here. Also the state of the background loops, for `server doctor`.

use sea_orm_migration::prelude::*;

use crate::columns::{add_columns, big_count, count, drop_columns, millis, millis_null, text, text_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Tables whose `busy_until` becomes the end of a lease.
const LEASED: [&str; 2] = ["webhook", "alert_address"];

fn lease_columns() -> [ColumnDef; 2] {
    [text_null("lease_owner"), big_count("epoch")]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in LEASED {
            let rename = Table::alter().table(table).rename_column("busy_until", "lease_until").to_owned();
            manager.alter_table(rename).await?;
            add_columns(manager, table, lease_columns()).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("background_loop")
                    .col(text("process"))
                    .col(text("name"))
                    .col(millis("period"))
                    .col(millis_null("started_at"))
                    .col(millis_null("succeeded_at"))
                    .col(count("failures"))
                    .col(count("panics"))
                    .col(text_null("last_error"))
                    .col(millis("reported_at"))
                    .primary_key(Index::create().col("process").col("name"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("background_loop").to_owned()).await?;
        for table in LEASED {
            drop_columns(manager, table, lease_columns()).await?;
            let rename = Table::alter().table(table).rename_column("lease_until", "busy_until").to_owned();
            manager.alter_table(rename).await?;
        }
        Ok(())
    }
}
