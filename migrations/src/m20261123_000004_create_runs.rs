//! Runs and their result for each mailbox.

use sea_orm_migration::prelude::*;

use crate::columns::{
    big_count, count, flag, millis, millis_null, one_of, parent_foreign_key, text, text_null, uuid,
    workspace_table,
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
                workspace_table("run")
                    .col(uuid("delegation_id"))
                    .col(text("kind"))
                    .col(text("state"))
                    .col(text_null("reason"))
                    .col(millis_null("waiting_until"))
                    .col(text_null("pool"))
                    .col(count("priority"))
                    .col(count("total"))
                    .col(count("succeeded"))
                    .col(count("failed"))
                    .col(count("skipped"))
                    .col(count("cancelled"))
                    .col(flag("cancel_requested"))
                    // Position of a directory sync: Microsoft's link to the next page.
                    .col(text_null("cursor"))
                    .col(count("attempt"))
                    .col(millis("next_wake_at"))
                    // The lease: owner and end; the epoch fences out a process that lost it.
                    .col(text_null("lease_owner"))
                    .col(millis_null("lease_until"))
                    .col(big_count("epoch"))
                    .col(text_null("idempotency_key"))
                    .col(text_null("request_hash"))
                    .col(text("started_by"))
                    .col(millis("created_at"))
                    .col(millis_null("started_at"))
                    .col(millis_null("finished_at"))
                    .check(one_of("kind", &["connect", "reconnect", "disconnect", "verify", "sync"]))
                    .check(one_of(
                        "state",
                        &[
                            "queued",
                            "running",
                            "waiting",
                            "paused",
                            "completed",
                            "completed_with_errors",
                            "cancelled",
                            "failed",
                        ],
                    ))
                    .foreign_key(&mut parent_foreign_key("delegation", "delegation_id", "run"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("run_idempotency_key")
                    .table("run")
                    .col("workspace_id")
                    .col("idempotency_key")
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("run_due")
                    .table("run")
                    .col("next_wake_at")
                    .and_where(Expr::col("state").is_in(["queued", "running", "waiting", "paused"]))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("run_of_delegation")
                    .table("run")
                    .col("delegation_id")
                    .col("created_at")
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("run_item")
                    .col(uuid("workspace_id"))
                    .col(uuid("run_id"))
                    .col(uuid("mailbox_id"))
                    .col(text("state"))
                    .col(text_null("reason"))
                    .col(count("attempt"))
                    .col(millis_null("retry_at"))
                    .col(millis_null("settled_at"))
                    .primary_key(Index::create().col("workspace_id").col("run_id").col("mailbox_id"))
                    .check(one_of("state", &["pending", "succeeded", "skipped", "failed", "cancelled"]))
                    .foreign_key(&mut parent_foreign_key("run", "run_id", "run_item"))
                    .foreign_key(&mut parent_foreign_key("mailbox", "mailbox_id", "run_item"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("run_item_state")
                    .table("run_item")
                    .col("run_id")
                    .col("state")
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["run_item", "run"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
