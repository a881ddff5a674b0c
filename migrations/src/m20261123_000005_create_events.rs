//! The event log behind the live stream, and the audit log.

use sea_orm_migration::prelude::*;

use crate::columns::{
    millis, parent_foreign_key, text, text_null, uuid, uuid_null, workspace_foreign_key, workspace_table,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("event")
                    .col(uuid("workspace_id"))
                    .col(uuid("delegation_id"))
                    .col(ColumnDef::new("seq").big_integer().not_null())
                    .col(text("kind"))
                    .col(uuid_null("mailbox_id"))
                    .col(text("payload"))
                    .col(millis("created_at"))
                    .primary_key(Index::create().col("delegation_id").col("seq"))
                    .foreign_key(&mut parent_foreign_key("delegation", "delegation_id", "event"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                workspace_table("audit")
                    .col(millis("at"))
                    .col(text("who"))
                    .col(text("what"))
                    .col(text_null("target"))
                    .col(text("detail").default("{}"))
                    .foreign_key(&mut workspace_foreign_key("audit"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["audit", "event"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
