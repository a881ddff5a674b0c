//! A sign-in that gives a member, who came by a link, a Microsoft account to come back with.

use sea_orm_migration::prelude::*;

use crate::columns::{add_columns, drop_columns, uuid_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// In which workspace, and who asked for it. Until somebody comes back the row is no workspace's.
fn of_attempt() -> [ColumnDef; 2] {
    [uuid_null("attach_workspace"), uuid_null("attach_member")]
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
