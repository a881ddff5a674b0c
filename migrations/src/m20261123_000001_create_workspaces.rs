//! Workspaces, their people, sessions, one-time links and slot accounts.

use sea_orm_migration::prelude::*;

use crate::columns::{
    big_count, count, flag, millis, millis_null, one_of, parent_foreign_key, text, uuid,
    workspace_foreign_key, workspace_table,
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
                    .table("workspace")
                    .col(uuid("id").primary_key())
                    .col(text("name"))
                    .col(millis("created_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                workspace_table("member")
                    .col(text("name"))
                    .col(text("role"))
                    .col(millis("created_at"))
                    .check(one_of("role", &["owner", "member", "viewer"]))
                    .foreign_key(&mut workspace_foreign_key("member"))
                    .to_owned(),
            )
            .await?;
        // Tokens are stored only as SHA-256, in hexadecimal: a stolen database gives access to no session.
        manager
            .create_table(
                Table::create()
                    .table("session")
                    .col(text("token_hash").primary_key())
                    .col(uuid("workspace_id"))
                    .col(uuid("member_id"))
                    .col(millis("created_at"))
                    .col(millis("expires_at"))
                    .foreign_key(&mut parent_foreign_key("member", "member_id", "session"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("enter_link")
                    .col(text("token_hash").primary_key())
                    .col(uuid("workspace_id"))
                    .col(uuid("member_id"))
                    .col(millis("created_at"))
                    .col(millis("expires_at"))
                    .col(millis_null("used_at"))
                    .foreign_key(&mut parent_foreign_key("member", "member_id", "enter_link"))
                    .to_owned(),
            )
            .await?;
        // No check keeps `used` below the limit: a downgrade may put it above, and then no mailbox is disconnected by
        // force.
        manager
            .create_table(
                Table::create()
                    .table("slot_account")
                    .col(uuid("workspace_id"))
                    .col(text("plan_type_id"))
                    .col(text("name"))
                    .col(ColumnDef::new("slot_limit").integer().null())
                    .col(count("used_elsewhere"))
                    .col(count("used"))
                    .col(count("reserved"))
                    .col(big_count("version"))
                    .col(flag("inactive"))
                    .primary_key(Index::create().col("workspace_id").col("plan_type_id"))
                    .check(Expr::col("used").gte(0))
                    .check(Expr::col("reserved").gte(0))
                    .foreign_key(&mut workspace_foreign_key("slot_account"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["slot_account", "enter_link", "session", "member", "workspace"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}
