//! Accounts of removed members, which no earlier invitation brings back; and who has added an alert address.

use sea_orm_migration::prelude::*;

use crate::{
    columns::{add_columns, drop_columns, millis, text, uuid_null, workspace_foreign_key, workspace_table},
    m20261128_000011_rows_of_a_workspace::{disable_row_security, enable_row_security},
};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: [(&str, &str); 1] = [("removed_account", "workspace_id")];

fn adder() -> [ColumnDef; 1] {
    [uuid_null("added_by_member")]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = workspace_table("removed_account")
            .col(text("tid"))
            .col(text("oid"))
            .col(millis("removed_at"))
            .foreign_key(&mut workspace_foreign_key("removed_account"))
            .to_owned();
        manager.create_table(table).await?;
        enable_row_security(manager, &TABLES).await?;
        add_columns(manager, "alert_address", adder()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "alert_address", adder()).await?;
        disable_row_security(manager, &TABLES).await?;
        manager.drop_table(Table::drop().table("removed_account").to_owned()).await
    }
}
