//! Rules that connect newcomers, and the runs that they have started.

use sea_orm_migration::prelude::*;

use crate::{
    columns::{
        add_columns, count, drop_columns, millis, millis_null, one_of, parent_foreign_key, text, text_null,
        uuid, uuid_null, workspace_table,
    },
    m20261128_000011_rows_of_a_workspace::{disable_row_security, enable_row_security},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [(&str, &str); 1] = [("rule", "workspace_id")];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                workspace_table("rule")
                    .col(uuid("delegation_id"))
                    .col(text("kind"))
                    .col(text("value"))
                    .col(count("ceiling"))
                    // People who joined after it are connected; null is off.
                    .col(millis_null("on_since"))
                    .col(text_null("held_up"))
                    .col(text("created_by"))
                    .col(millis("created_at"))
                    .check(one_of("kind", &["department", "domain", "group"]))
                    .foreign_key(&mut parent_foreign_key("delegation", "delegation_id", "rule"))
                    .to_owned(),
            )
            .await?;
        let of = Index::create().name("rule_of").table("rule").col("delegation_id").to_owned();
        manager.create_index(of).await?;
        enable_row_security(manager, &TABLES).await?;
        add_columns(manager, "run", [uuid_null("rule_id")]).await?;
        let runs = Index::create().name("run_rule").table("run").col("rule_id").to_owned();
        manager.create_index(runs).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("run_rule").table("run").to_owned()).await?;
        drop_columns(manager, "run", [uuid_null("rule_id")]).await?;
        disable_row_security(manager, &TABLES).await?;
        manager.drop_table(Table::drop().table("rule").to_owned()).await
    }
}
