//! The database schema, one file per step, the same for SQLite and PostgreSQL.
//!
//! Rules: times are Unix milliseconds (`bigint`), ids are UUIDs bound as values, states are short texts with a
//! `CHECK`, every table of a workspace has the key `(workspace_id, id)` and composite foreign keys, so a row of
//! one workspace cannot refer to a row of another. Replicas overlap during a rollout: expand, backfill, contract.

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;

mod columns;
mod m20261123_000001_create_workspaces;
mod m20261123_000002_create_delegations;
mod m20261123_000003_create_mailboxes;
mod m20261123_000004_create_runs;
mod m20261123_000005_create_events;
mod m20261124_000006_exclude_and_pause;
mod m20261124_000007_history_and_invitations;
mod m20261124_000008_search_mailboxes;
mod m20261124_000009_where_items_come_from;
mod m20261127_000010_sign_in;
mod m20261128_000011_rows_of_a_workspace;
mod m20261128_000012_watch;
mod m20261129_000013_index_addresses;
mod m20261129_000014_webhooks;
mod m20261129_000015_alerts;
mod m20261129_000016_rules;
mod m20261129_000017_attach_account;
mod m20261130_000018_leases;
mod m20261130_000019_evidence;
mod m20261130_000020_purposes;
mod m20261130_000021_write_check;
mod m20261201_000022_who_asked;
mod m20261201_000023_confirmed_alerts;
mod m20261201_000024_rate_limits;
mod m20261201_000025_suspended_keys;
mod m20261201_000026_removed_accounts;
mod m20261201_000027_folded_names;

/// All migrations, in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_000001_create_workspaces::Migration),
            Box::new(m20261123_000002_create_delegations::Migration),
            Box::new(m20261123_000003_create_mailboxes::Migration),
            Box::new(m20261123_000004_create_runs::Migration),
            Box::new(m20261123_000005_create_events::Migration),
            Box::new(m20261124_000006_exclude_and_pause::Migration),
            Box::new(m20261124_000007_history_and_invitations::Migration),
            Box::new(m20261124_000008_search_mailboxes::Migration),
            Box::new(m20261124_000009_where_items_come_from::Migration),
            Box::new(m20261127_000010_sign_in::Migration),
            Box::new(m20261128_000011_rows_of_a_workspace::Migration),
            Box::new(m20261128_000012_watch::Migration),
            Box::new(m20261129_000013_index_addresses::Migration),
            Box::new(m20261129_000014_webhooks::Migration),
            Box::new(m20261129_000015_alerts::Migration),
            Box::new(m20261129_000016_rules::Migration),
            Box::new(m20261129_000017_attach_account::Migration),
            Box::new(m20261130_000018_leases::Migration),
            Box::new(m20261130_000019_evidence::Migration),
            Box::new(m20261130_000020_purposes::Migration),
            Box::new(m20261130_000021_write_check::Migration),
            Box::new(m20261201_000022_who_asked::Migration),
            Box::new(m20261201_000023_confirmed_alerts::Migration),
            Box::new(m20261201_000024_rate_limits::Migration),
            Box::new(m20261201_000025_suspended_keys::Migration),
            Box::new(m20261201_000026_removed_accounts::Migration),
            Box::new(m20261201_000027_folded_names::Migration),
        ]
    }
}
