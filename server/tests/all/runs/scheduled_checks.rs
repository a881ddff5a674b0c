//! Scheduled checks: changes in Microsoft 365 are found, and fixed states recover, without a user's action.

use std::cell::Cell;

use domain::{
    Reason,
    activity::ActivityQuery,
    connection::Connection,
    delegation::DelegationState,
    run::Found,
    schedule::{HOUR, MINUTE},
};
use serde_json::json;

use crate::support::test_server::TestServer;
use store_testing::on_both_databases;

on_both_databases! {
    async fn the_directory_is_synced_every_hour_and_only_changes_are_logged(database: TestDatabase) {
        let server = TestServer::start(database).await;
        server.tenant("h.example", 8).await;
        let (_, caller) = server.caller(20).await;
        let delegation = server.linked(&caller, "h.example").await;
        let read = async |since: i64| {
            server.advance_clock(2 * HOUR);
            server
                .wait_until("the directory is read again", async || {
                    let now = caller.mailboxes.snapshot(delegation.id).await.unwrap().delegation;
                    now.synced_at.filter(|at| *at > since && !now.syncing)
                })
                .await
        };
        let quiet = read(delegation.synced_at.unwrap()).await;
        assert_eq!(caller.mailboxes.snapshot(delegation.id).await.unwrap().runs.len(), 1);

        server.sim("tenants/h.example/users", json!({ "displayName": "Nadia Newcomer", "local_part": "nadia" })).await;
        read(quiet).await;
        let run = caller.mailboxes.snapshot(delegation.id).await.unwrap().runs.remove(0);
        let found = Found { new: 1, ..Found::default() };
        assert_eq!((run.scheduled, run.found), (true, found));
        let page = caller.activity.page(&ActivityQuery::default()).await.unwrap();
        let changes: Vec<_> = page.entries.iter().filter(|entry| entry.what == "directory.changed").collect();
        assert_eq!(changes.len(), 1);
        assert_eq!((changes[0].found, changes[0].who.as_str(), changes[0].found.words()), (found, "Warmy", "1 new".to_owned()));
    }

    async fn withdrawn_consent_is_one_state_and_recovers_without_a_click(database: TestDatabase) {
        let server = TestServer::start(database).await;
        let (caller, delegation, _) = server.connected("i.example", 30).await;
        let before = caller.mailboxes.snapshot(delegation.id).await.unwrap();
        let becomes = async |state: DelegationState| {
            server
                .wait_until("the organisation changes its state", async || {
                    let now = caller.mailboxes.snapshot(delegation.id).await.unwrap();
                    // An unfinished sync would schedule the next one by the clock at its end.
                    (now.delegation.state == state && !now.delegation.syncing).then_some(now)
                })
                .await
        };
        server.sim("tenants/i.example/consent", json!({ "granted": false })).await;
        server.advance_clock(2 * HOUR);
        let broken = becomes(DelegationState::Broken).await;
        assert_eq!(broken.delegation.reason, Some(Reason::ConsentRevoked));
        assert_eq!((&broken.counts, &broken.pools), (&before.counts, &before.pools));

        server.sim("tenants/i.example/consent", json!({ "granted": true })).await;
        server.advance_clock(10 * MINUTE);
        let healed = becomes(DelegationState::Active).await;
        assert_eq!((healed.delegation.reason, healed.counts, healed.pools), (None, before.counts, before.pools));
    }

    async fn a_broken_mailbox_is_found_within_a_day_and_recovers_once_fixed(database: TestDatabase) {
        let server = TestServer::start(database).await;
        let (caller, delegation, rows) = server.connected("j.example", 10).await;
        let row = async || caller.mailboxes.rows(delegation.id, &rows[..1]).await.unwrap().remove(0);
        let address = row().await.address;
        let mailbox = format!("tenants/j.example/mailboxes/{address}");
        let becomes = async |connection: Connection| {
            let looks = Cell::new(0);
            server
                .wait_until("the mailbox changes its state", async || {
                    // Advances the clock now and then, so that each check has time to run.
                    looks.set(looks.get() + 1);
                    if looks.get() % 60 == 0 {
                        server.advance_clock(15 * MINUTE);
                    }
                    Some(row().await).filter(|row| row.connection == connection)
                })
                .await
        };
        server.sim(&format!("{mailbox}/break"), json!({ "code": "ErrorAccessDenied:RAOP" })).await;
        server.advance_clock(30 * HOUR);
        assert_eq!(becomes(Connection::NeedsAttention).await.reason, Some(Reason::OutOfScope));
        server.sim(&format!("{mailbox}/mend"), json!({})).await;
        assert_eq!(becomes(Connection::Connected).await.reason, None);
        let now = caller.mailboxes.snapshot(delegation.id).await.unwrap();
        assert_eq!((now.counts.attention, now.pools[0].used), (0, u32::try_from(rows.len()).unwrap()));
    }
}
