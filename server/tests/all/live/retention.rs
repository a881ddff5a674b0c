//! Events older than two weeks are deleted from the log.

use domain::ids::{Millis, Seq};
use server::{live::Options, worker::retention::prune_events};
use store::{Db, Signals, Since, Store};

use crate::support::{
    stream::{Page, Stream, StreamEvent},
    test_server::TestServer,
};
use store_testing::{
    clock::StoppedClock,
    on_both_databases,
    organisation::{connectable, organisation, start_and_cancel},
};

const HOUR: Millis = 60 * 60 * 1_000;
const DAY: Millis = 24 * HOUR;

on_both_databases! {
    async fn old_events_are_deleted_and_older_positions_take_a_snapshot(database: TestDatabase) {
        let clock = StoppedClock::now();
        let store = || async {
            Store::new(Db::open(&database.url).await.unwrap(), Signals::default(), clock.sources())
        };
        let one = store().await;
        let other = if database.url.starts_with("sqlite") { one.clone() } else { store().await };
        let org = organisation(&one, None, 900).await;
        let rows = connectable(&one, &org).await;
        let old = start_and_cancel(&one, &org, &rows).await;
        clock.advance(13 * DAY);
        assert_eq!(prune_events(&one).await.unwrap(), 0, "nothing is two weeks old");
        clock.advance(DAY + HOUR);
        // The first session has expired.
        let (session, ctx) = store_testing::organisation::sign_in_again(&one, &org).await;
        let head = start_and_cancel(&one, &org, &rows[..10]).await;

        // Two replicas at once: together they delete everything.
        let (first, second) = tokio::join!(prune_events(&one), prune_events(&other));
        let deleted = first.unwrap() + second.unwrap() + prune_events(&one).await.unwrap();
        assert_eq!(i64::try_from(deleted).unwrap(), old.0, "exactly the old events are deleted");
        let since = |position| one.delegations(&ctx).events_since(org.delegation, position);
        assert!(matches!(since(Seq(old.0 - 1)).await.unwrap(), Since::Reset { head: to } if to == head));
        assert!(matches!(since(Seq(0)).await.unwrap(), Since::Reset { head: to } if to == head));
        assert!(matches!(since(old).await.unwrap(), Since::Events(events) if events[0].seq.0 == old.0 + 1));

        let server = TestServer::quiet(database, one.clone(), Options::default()).await;
        let open = |position| Stream::open(&server.base, &session, org.delegation, position);
        let (mut late, mut page) = (open(Seq(5)).await, Page::at(head));
        assert!(matches!(late.next().await, StreamEvent::Reset(position) if position == head));
        // After its snapshot the stream continues from there.
        let end = start_and_cancel(&one, &org, &rows[..10]).await;
        page.read_to(&mut late, end).await;
        Page::at(old).read_to(&mut open(old).await, end).await;
    }
}
