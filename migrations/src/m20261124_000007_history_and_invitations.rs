//! An index to read the history of one mailbox without its organisation's whole log; consent links for administrators.

use sea_orm_migration::prelude::*;

use crate::columns::flag;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_index(
                Index::create()
                    .name("event_mailbox")
                    .table("event")
                    .col("delegation_id")
                    .col("mailbox_id")
                    .col("seq")
                    .and_where(Expr::col("mailbox_id").is_not_null())
                    .to_owned(),
            )
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("consent_attempt")
                    // Its link is to be sent to another person.
                    .add_column(flag("invited"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(Table::alter().table("consent_attempt").drop_column("invited").to_owned())
            .await?;
        manager.drop_index(Index::drop().name("event_mailbox").table("event").to_owned()).await
    }
}
