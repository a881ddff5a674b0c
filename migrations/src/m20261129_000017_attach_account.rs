//! A sign-in that attaches a Microsoft account to a member who signed in with a link.

use sea_orm_migration::prelude::*;

use crate::columns::{add_columns, drop_columns, uuid_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The workspace and the member of the request. The row itself belongs to no workspace until the sign-in is completed.
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
