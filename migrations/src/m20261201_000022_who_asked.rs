//! The member who made a link, an invitation or a key, and the browser that began an approval.

use sea_orm_migration::prelude::*;

use crate::columns::{add_columns, drop_columns, millis_null, text_null, uuid_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const MADE: [&str; 3] = ["consent_attempt", "member_invitation", "api_key"];

/// `null` for what the server itself or a program has made, and for rows from before.
fn maker() -> [ColumnDef; 1] {
    [uuid_null("created_by_member")]
}

fn of_approval() -> [ColumnDef; 2] {
    // The hash of the token in the browser's cookie; when Microsoft has confirmed the approval.
    [text_null("browser_hash"), millis_null("consented_at")]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in MADE {
            add_columns(manager, table, maker()).await?;
        }
        add_columns(manager, "consent_attempt", of_approval()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_columns(manager, "consent_attempt", of_approval()).await?;
        for table in MADE {
            drop_columns(manager, table, maker()).await?;
        }
        Ok(())
    }
}
