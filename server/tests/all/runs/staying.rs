//! Staying connected: what changes in Microsoft 365 is found and healed without anybody asking.

use std::cell::Cell;

use domain::{
    Reason,
    activity::ActivityQuery,
    cadence::{HOUR, MINUTE},
    connection::Connection,
    delegation::DelegationState,
    run::Found,
};
use serde_json::json;

use crate::support::{on_both_databases, world::World};

on_both_databases! {
    async fn the_directory_is_read_every_hour_and_only_news_is_told(database: TestDatabase) {
        let world = World::start(database).await;
        world.tenant("h.example", 8).await;
        let (_, desk) = world.desk(20).await;
        let delegation = world.linked(&desk, "h.example").await;
        let read = async |since: i64| {
            world.later(2 * HOUR);
            world
                .until("the directory is read again", async || {
                    let now = desk.mailboxes.snapshot(delegation.id).await.unwrap().delegation;
                    now.synced_at.filter(|at| *at > since && !now.syncing)
                })
                .await
        };
        let quiet = read(delegation.synced_at.unwrap()).await;
        assert_eq!(desk.mailboxes.snapshot(delegation.id).await.unwrap().runs.len(), 1);

        world.sim("tenants/h.example/users", json!({ "displayName": "Nadia Newcomer", "local_part": "nadia" })).await;
        read(quiet).await;
        let told = desk.mailboxes.snapshot(delegation.id).await.unwrap().runs.remove(0);
        let found = Found { new: 1, ..Found::default() };
        assert_eq!((told.scheduled, told.found), (true, found));
        let page = desk.activity.page(&ActivityQuery::default()).await.unwrap();
        let news: Vec<_> = page.entries.iter().filter(|entry| entry.what == "directory.changed").collect();
        assert_eq!(news.len(), 1);
        assert_eq!((news[0].found, news[0].who.as_str(), news[0].found.words()), (found, "Warmy", "1 new".to_owned()));
    }

    async fn withdrawn_consent_is_one_state_and_heals_without_a_click(database: TestDatabase) {
        let world = World::start(database).await;
        let (desk, delegation, _) = world.connected("i.example", 30).await;
        let before = desk.mailboxes.snapshot(delegation.id).await.unwrap();
        let becomes = async |state: DelegationState| {
            world
                .until("the organisation changes its state", async || {
                    let now = desk.mailboxes.snapshot(delegation.id).await.unwrap();
                    // A sync that is not through yet plans the next one by the clock of its end.
                    (now.delegation.state == state && !now.delegation.syncing).then_some(now)
                })
                .await
        };
        world.sim("tenants/i.example/consent", json!({ "granted": false })).await;
        world.later(2 * HOUR);
        let broken = becomes(DelegationState::Broken).await;
        assert_eq!(broken.delegation.reason, Some(Reason::ConsentRevoked));
        assert_eq!((&broken.counts, &broken.pools), (&before.counts, &before.pools));

        world.sim("tenants/i.example/consent", json!({ "granted": true })).await;
        world.later(10 * MINUTE);
        let healed = becomes(DelegationState::Active).await;
        assert_eq!((healed.delegation.reason, healed.counts, healed.pools), (None, before.counts, before.pools));
    }

    async fn a_broken_mailbox_is_found_within_a_day_and_heals_once_it_is_mended(database: TestDatabase) {
        let world = World::start(database).await;
        let (desk, delegation, rows) = world.connected("j.example", 10).await;
        let row = async || desk.mailboxes.rows(delegation.id, &rows[..1]).await.unwrap().remove(0);
        let address = row().await.address;
        let mailbox = format!("tenants/j.example/mailboxes/{address}");
        let becomes = async |connection: Connection| {
            let looks = Cell::new(0);
            world
                .until("the mailbox changes its state", async || {
                    // Each check has its wait; in between it has the time that it needs.
                    looks.set(looks.get() + 1);
                    if looks.get() % 60 == 0 {
                        world.later(15 * MINUTE);
                    }
                    Some(row().await).filter(|row| row.connection == connection)
                })
                .await
        };
        world.sim(&format!("{mailbox}/break"), json!({ "code": "ErrorAccessDenied:RAOP" })).await;
        world.later(30 * HOUR);
        assert_eq!(becomes(Connection::NeedsAttention).await.reason, Some(Reason::OutOfScope));
        world.sim(&format!("{mailbox}/mend"), json!({})).await;
        assert_eq!(becomes(Connection::Connected).await.reason, None);
        let now = desk.mailboxes.snapshot(delegation.id).await.unwrap();
        assert_eq!((now.counts.attention, now.pools[0].used), (0, u32::try_from(rows.len()).unwrap()));
    }
}
