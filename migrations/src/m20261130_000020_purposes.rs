//! Exchange's answer about a mailbox whose kind the directory does not show, and the time of the next request.

use sea_orm_migration::prelude::*;

use crate::columns::{add_columns, drop_columns, millis_null, text_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const DUE: &str = "ix_mailbox_purpose_due";

fn columns() -> [ColumnDef; 2] {
    [text_null("purpose"), millis_null("purpose_due_at")]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "mailbox", columns()).await?;
        // The next sync reads every user again, and finds those of whom Exchange has to be asked.
        let db = manager.get_connection();
        db.execute_unprepared("UPDATE delegation SET delta_link = NULL").await?;
        db.execute_unprepared("UPDATE run SET cursor = NULL WHERE kind = 'sync' AND finished_at IS NULL")
            .await?;
        db.execute_unprepared(&format!(
            "CREATE INDEX {DUE} ON mailbox (workspace_id, delegation_id, purpose_due_at) WHERE purpose_due_at IS NOT NULL"
        ))
        .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(&format!("DROP INDEX {DUE}")).await?;
        drop_columns(manager, "mailbox", columns()).await
    }
}
