//! The tests of the store, each on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod accepting;
mod activity;
mod alerts;
mod attention_groups;
mod backups;
mod cancelling;
mod claiming;
mod clock_set_back;
mod concurrent_writes;
mod consent;
mod deliveries;
mod events;
mod excluding;
mod faults;
mod fencing;
mod history;
mod inviting;
mod isolation;
mod listing;
mod lost_commit;
mod pausing;
mod races;
mod removing;
mod repairing;
mod results;
mod retrying;
mod row_security;
mod run_events;
mod schedule;
mod select_all;
mod sequences;
mod settling;
mod undoing;
mod webhooks;
