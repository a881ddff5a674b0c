//! Webhooks of a workspace, and their messages.

use sea_orm_migration::prelude::*;

use crate::{
    columns::{
        big_count, count, millis, millis_null, one_of, parent_foreign_key, text, text_null, uuid,
        workspace_foreign_key, workspace_table,
    },
    m20261128_000011_rows_of_a_workspace::{disable_row_security, enable_row_security},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [(&str, &str); 2] = [("webhook", "workspace_id"), ("webhook_message", "workspace_id")];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                workspace_table("webhook")
                    .col(text("url"))
                    // Topics, separated by spaces; empty for all.
                    .col(text("topics"))
                    // Encrypted.
                    .col(text("secret"))
                    // During a rotation: the old secret, and until when both sign.
                    .col(text_null("old_secret"))
                    .col(millis_null("old_until"))
                    .col(millis("created_at"))
                    .col(big_count("last_seq"))
                    // When its oldest message is due; null when none waits.
                    .col(millis_null("next_at"))
                    // Until when a process has claimed it.
                    .col(millis_null("busy_until"))
                    .col(millis_null("failing_since"))
                    .col(millis_null("disabled_at"))
                    .col(text_null("disabled_why"))
                    .foreign_key(&mut workspace_foreign_key("webhook"))
                    .to_owned(),
            )
            .await?;
        let due = Index::create().name("webhook_next").table("webhook").col("next_at").to_owned();
        manager.create_index(due).await?;
        manager
            .create_table(
                workspace_table("webhook_message")
                    .col(uuid("webhook_id"))
                    .col(ColumnDef::new("seq").big_integer().not_null())
                    .col(text("topic"))
                    .col(text("payload"))
                    .col(text("state"))
                    .col(count("attempts"))
                    .col(millis("created_at"))
                    .col(millis_null("first_tried_at"))
                    .col(millis_null("next_at"))
                    .col(millis_null("settled_at"))
                    .col(text_null("answer"))
                    .check(one_of("state", &["pending", "delivered", "failed"]))
                    .foreign_key(&mut parent_foreign_key("webhook", "webhook_id", "webhook_message"))
                    .to_owned(),
            )
            .await?;
        let order = Index::create()
            .name("webhook_message_order")
            .table("webhook_message")
            .col("webhook_id")
            .col("state")
            .col("seq")
            .to_owned();
        manager.create_index(order).await?;
        let age =
            Index::create().name("webhook_message_age").table("webhook_message").col("created_at").to_owned();
        manager.create_index(age).await?;
        enable_row_security(manager, &TABLES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        disable_row_security(manager, &TABLES).await?;
        manager.drop_table(Table::drop().table("webhook_message").to_owned()).await?;
        manager.drop_table(Table::drop().table("webhook").to_owned()).await
    }
}
