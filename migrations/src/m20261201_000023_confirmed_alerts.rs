//! An alert address gets alerts once its owner has confirmed it; its token is stored sealed, and found by its hash.

use sea_orm_migration::prelude::*;

use crate::columns::{add_columns, drop_columns, millis, millis_null, text, text_null, uuid};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

fn of_address() -> [ColumnDef; 2] {
    // `stop_token` is sealed where there is a hash. The server seals those from before at its next start.
    [millis_null("confirmed_at"), text_null("stop_hash")]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "alert_address", of_address()).await?;
        // They have been receiving alerts, with a link that stops them.
        let confirmed = "UPDATE alert_address SET confirmed_at = created_at";
        manager.get_connection().execute_unprepared(confirmed).await?;
        let by_hash = Index::create()
            .name("alert_address_stop_hash")
            .table("alert_address")
            .col("stop_hash")
            .unique()
            .to_owned();
        manager.create_index(by_hash).await?;
        // No workspace in the key: an address is asked once a day for all workspaces together.
        let sent = Table::create()
            .table("confirmation_sent")
            .col(text("address_hash").primary_key())
            .col(uuid("alert"))
            .col(uuid("asked_by"))
            .col(millis("sent_at"))
            .to_owned();
        manager.create_table(sent).await?;
        let by_time =
            Index::create().name("confirmation_sent_at").table("confirmation_sent").col("sent_at").to_owned();
        manager.create_index(by_time).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("confirmation_sent").to_owned()).await?;
        manager
            .drop_index(Index::drop().name("alert_address_stop_hash").table("alert_address").to_owned())
            .await?;
        drop_columns(manager, "alert_address", of_address()).await
    }
}
