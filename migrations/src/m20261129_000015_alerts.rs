//! Alert e-mails: addresses of a workspace, and the alerts that wait for each.

use sea_orm_migration::prelude::*;

use crate::{
    columns::{
        millis, millis_null, parent_foreign_key, text, text_null, uuid, workspace_foreign_key,
        workspace_table,
    },
    m20261128_000011_rows_of_a_workspace::{disable_row_security, enable_row_security},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [(&str, &str); 2] = [("alert_address", "workspace_id"), ("alert", "workspace_id")];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                workspace_table("alert_address")
                    .col(text("address"))
                    .col(text("added_by"))
                    .col(millis("created_at"))
                    // Its holder can end the alerts, and nothing else.
                    .col(text("stop_token"))
                    // When the next e-mail is due; null when no alert waits.
                    .col(millis_null("next_at"))
                    // Until when a process has claimed it.
                    .col(millis_null("busy_until"))
                    .col(millis_null("failing_since"))
                    .col(text_null("answer"))
                    .foreign_key(&mut workspace_foreign_key("alert_address"))
                    .to_owned(),
            )
            .await?;
        for (name, column, unique) in
            [("alert_address_next", "next_at", false), ("alert_address_stop", "stop_token", true)]
        {
            let mut index = Index::create().name(name).table("alert_address").col(column).to_owned();
            if unique {
                index.unique();
            }
            manager.create_index(index).await?;
        }
        manager
            .create_table(
                workspace_table("alert")
                    .col(uuid("address_id"))
                    .col(text("topic"))
                    .col(text("data"))
                    .col(millis("created_at"))
                    .foreign_key(&mut parent_foreign_key("alert_address", "address_id", "alert"))
                    .to_owned(),
            )
            .await?;
        let order = Index::create().name("alert_of").table("alert").col("address_id").to_owned();
        manager.create_index(order).await?;
        enable_row_security(manager, &TABLES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        disable_row_security(manager, &TABLES).await?;
        manager.drop_table(Table::drop().table("alert").to_owned()).await?;
        manager.drop_table(Table::drop().table("alert_address").to_owned()).await
    }
}
