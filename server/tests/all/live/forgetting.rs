//! Events older than two weeks leave the log.

use domain::ids::{Millis, Seq};
use server::{
    live::{Hub, Options, sweep},
    store::{Db, Since, Store},
};

use crate::support::{
    clock::StoppedClock,
    on_both_databases,
    organisation::{connectable, organisation, stir},
    stream::{Page, Said, Stream},
    world::World,
};

const HOUR: Millis = 60 * 60 * 1_000;
const DAY: Millis = 24 * HOUR;

on_both_databases! {
    async fn old_events_go_and_who_comes_from_before_them_takes_a_snapshot(database: TestDatabase) {
        let clock = StoppedClock::now();
        let store = || async {
            Store::new(Db::open(&database.url).await.unwrap(), Hub::default(), clock.sources())
        };
        let one = store().await;
        let other = if database.url.starts_with("sqlite") { one.clone() } else { store().await };
        let theirs = organisation(&one, None, 900).await;
        let rows = connectable(&one, &theirs).await;
        let old = stir(&one, &theirs, &rows).await;
        clock.advance(13 * DAY);
        assert_eq!(sweep(&one).await.unwrap(), 0, "nothing is two weeks old");
        clock.advance(DAY + HOUR);
        // The session of then is over.
        let (session, ctx) = crate::support::organisation::again(&one, &theirs).await;
        let head = stir(&one, &theirs, &rows[..10]).await;

        // Two replicas at once: harmless, and between them everything is done.
        let (first, second) = tokio::join!(sweep(&one), sweep(&other));
        let gone = first.unwrap() + second.unwrap() + sweep(&one).await.unwrap();
        assert_eq!(i64::try_from(gone).unwrap(), old.0, "all old ones and no new one");
        let since = |place| one.events_since(&ctx, theirs.delegation, place);
        assert!(matches!(since(Seq(old.0 - 1)).await.unwrap(), Since::Reset { head: to } if to == head));
        assert!(matches!(since(Seq(0)).await.unwrap(), Since::Reset { head: to } if to == head));
        assert!(matches!(since(old).await.unwrap(), Since::Events(events) if events[0].seq.0 == old.0 + 1));

        let world = World::quiet(database, one.clone(), Options::default()).await;
        let open = |place| Stream::open(&world.base, &session, theirs.delegation, place);
        let (mut late, mut page) = (open(Seq(5)).await, Page::at(head));
        assert!(matches!(late.next().await, Said::Reset(place) if place == head));
        // After its snapshot it goes on from there.
        let end = stir(&one, &theirs, &rows[..10]).await;
        page.read_to(&mut late, end).await;
        Page::at(old).read_to(&mut open(old).await, end).await;
    }
}
