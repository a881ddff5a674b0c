//! Mailboxes: the directory's people and their connection states.

use sea_orm_migration::prelude::*;

use crate::columns::{
    big_count, flag, millis, millis_null, one_of, parent_foreign_key, text, text_null, uuid, uuid_null,
    workspace_table,
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const HOLDING: [&str; 4] = ["queued", "connecting", "connected", "needs_attention"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                workspace_table("mailbox")
                    .col(uuid("delegation_id"))
                    .col(ColumnDef::new("row_no").integer().not_null())
                    // Microsoft's id of the directory user.
                    .col(text("entra_id"))
                    .col(text("name"))
                    .col(text("name_norm"))
                    .col(text("address"))
                    .col(text("address_norm"))
                    .col(text_null("department"))
                    .col(text("kind"))
                    .col(flag("licensed"))
                    .col(flag("on_premises"))
                    .col(millis_null("licensed_at"))
                    .col(text("connection"))
                    .col(text_null("reason"))
                    // The pool whose slot it holds.
                    .col(text_null("pool"))
                    // The run it is in.
                    .col(uuid_null("run_id"))
                    .col(millis_null("checked_at"))
                    .col(millis_null("connected_at"))
                    // The event that caused this state.
                    .col(big_count("rev"))
                    // The directory sync that last found it.
                    .col(big_count("seen_generation"))
                    .col(millis("created_at"))
                    .check(one_of(
                        "connection",
                        &[
                            "available",
                            "ineligible",
                            "excluded",
                            "queued",
                            "connecting",
                            "connected",
                            "needs_attention",
                            "failed",
                            "disconnected",
                            "removed",
                        ],
                    ))
                    // A mailbox has a pool if and only if it holds a slot: the counters can always be recounted.
                    .check(
                        Expr::col("pool")
                            .is_not_null()
                            .and(Expr::col("connection").is_in(HOLDING))
                            .or(Expr::col("pool").is_null().and(Expr::col("connection").is_not_in(HOLDING))),
                    )
                    .foreign_key(&mut parent_foreign_key("delegation", "delegation_id", "mailbox"))
                    .to_owned(),
            )
            .await?;
        let index = |name: &'static str, columns: &[&'static str], unique: bool| {
            let mut index = Index::create().name(name).table("mailbox").to_owned();
            for column in columns {
                index.col(*column);
            }
            if unique {
                index.unique();
            }
            index
        };
        manager.create_index(index("mailbox_entra_id", &["delegation_id", "entra_id"], true)).await?;
        manager.create_index(index("mailbox_row_no", &["delegation_id", "row_no"], true)).await?;
        manager
            .create_index(index("mailbox_state", &["delegation_id", "connection", "name_norm"], false))
            .await?;
        manager.create_index(index("mailbox_name", &["delegation_id", "name_norm"], false)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("mailbox").to_owned()).await
    }
}
