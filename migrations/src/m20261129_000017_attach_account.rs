//! A sign-in that gives a member, who came by a link, a Microsoft account to come back with.

use sea_orm_migration::prelude::*;

use crate::columns::{add_columns, drop_columns, uuid_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Who asked for it, and in which workspace.
fn of_attempt() -> [ColumnDef; 2] {
    [uuid_null("workspace_id"), uuid_null("member_id")]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "sign_in_attempt", of_attempt()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "sign_in_attempt", of_attempt()).await
    }
}
