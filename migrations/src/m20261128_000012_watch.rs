//! Scheduled checks: when each delegation is due next, scheduled runs, and mailboxes that failed a check once.

use sea_orm_migration::prelude::*;

use crate::columns::{add_columns, drop_columns, millis_null, text_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// A counter that starts at 0, also in existing rows.
fn none_yet(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).integer().not_null().default(0).take()
}

fn of_delegation() -> [ColumnDef; 5] {
    [
        millis_null("next_sync_at"),
        // Failed syncs, and checks of mailboxes that still need attention, in succession: they delay the next one.
        none_yet("sync_failures"),
        millis_null("next_check_at"),
        none_yet("check_failures"),
        millis_null("next_sweep_at"),
    ]
}

fn of_run() -> [ColumnDef; 4] {
    [
        // The scheduled check; null for a run that a user started.
        text_null("scheduled"),
        none_yet("found_new"),
        none_yet("found_left"),
        none_yet("found_changed"),
    ]
}

fn of_mailbox() -> [ColumnDef; 2] {
    [
        // When it failed a scheduled check for the first time: a second one must confirm that.
        millis_null("suspected_at"),
        // When its person left, while it still holds a slot.
        millis_null("left_at"),
    ]
}

/// Indexes to find delegations that are due: name and column.
const INDEXES: [(&str, &str); 3] = [
    ("delegation_next_sync", "next_sync_at"),
    ("delegation_next_check", "next_check_at"),
    ("delegation_next_sweep", "next_sweep_at"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_columns(manager, "delegation", of_delegation()).await?;
        add_columns(manager, "run", of_run()).await?;
        add_columns(manager, "mailbox", of_mailbox()).await?;
        for (name, column) in INDEXES {
            let index = Index::create().name(name).table("delegation").col(column).to_owned();
            manager.create_index(index).await?;
        }
        // A delegation that was synced is due again an hour after that, and its mailboxes a day after that.
        let due = "UPDATE delegation SET next_sync_at = synced_at + 3600000, next_sweep_at = synced_at + 86400000 \
                   WHERE synced_at IS NOT NULL";
        manager.get_connection().execute_unprepared(due).await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, _) in INDEXES {
            manager.drop_index(Index::drop().name(name).table("delegation").to_owned()).await?;
        }
        drop_columns(manager, "mailbox", of_mailbox()).await?;
        drop_columns(manager, "run", of_run()).await?;
        drop_columns(manager, "delegation", of_delegation()).await
    }
}
