//! Streams end when they must, and what comes after is not lost.

use std::time::Duration;

use domain::ids::Seq;
use sea_orm::{ConnectionTrait, Database};
use server::{
    live::{Hub, Options},
    store::{Db, Store},
};

use crate::support::{
    clock::StoppedClock,
    database::TestDatabase,
    on_both_databases,
    organisation::{connectable, organisation, stir},
    stream::{Page, Said, Stream},
    world::World,
};

const BEAT: Duration = Duration::from_millis(50);

on_both_databases! {
    async fn a_stream_ends_with_its_session(database: TestDatabase) {
        let clock = StoppedClock::now();
        let sources = clock.sources();
        let store = Store::new(Db::open(&database.url).await.unwrap(), Hub::beating(BEAT), sources);
        let world = World::quiet(database, store.clone(), Options::default()).await;
        let theirs = organisation(&store, None, 3).await;
        let head = store.delegation(&theirs.ctx, theirs.delegation).await.unwrap().view.seq;
        let mut stream = Stream::open(&world.base, &theirs.session, theirs.delegation, head).await;
        // It goes on as long as the session does, and busy streams are looked at as well.
        for _ in 0..3 {
            assert!(matches!(stream.next().await, Said::Beat));
        }
        clock.advance(13 * 60 * 60 * 1_000);
        stream.end().await;
        let again = Stream::ask(&world.base, &theirs.session, theirs.delegation, head).await;
        assert_eq!(again.status(), 401);
    }

    async fn streams_end_when_the_process_stops(database: TestDatabase) {
        let store = database.store().await;
        let world = World::quiet(database, store.clone(), Options::default()).await;
        let theirs = organisation(&store, None, 3).await;
        let open = || Stream::open(&world.base, &theirs.session, theirs.delegation, Seq(0));
        let (mut reading, idle) = (open().await, open().await);
        reading.change().await;
        world.state.shutdown.cancel();
        reading.end().await;
        idle.end().await;
    }
}

/// Locks everybody out of a database, or lets them in again.
async fn allow(url: &str, allowed: bool) {
    let (server, name) = url.rsplit_once('/').unwrap();
    let admin = Database::connect(format!("{server}/postgres")).await.unwrap();
    admin.execute_unprepared(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}")).await.unwrap();
    if !allowed {
        let text = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        admin.execute_unprepared(&text).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_streams_end_when_postgresql_is_gone_and_come_again_with_everything() {
    let database = TestDatabase::postgres().await;
    let (url, store) = (database.url.clone(), database.store().await);
    let world = World::quiet(database, store.clone(), Options::default()).await;
    let theirs = organisation(&store, None, 20).await;
    let rows = connectable(&store, &theirs).await;
    let head = store.delegation(&theirs.ctx, theirs.delegation).await.unwrap().view.seq;
    let idle = Stream::open(&world.base, &theirs.session, theirs.delegation, head).await;
    allow(&url, false).await;
    idle.end().await;
    // Nobody is signed out by it, and nothing is said not to exist.
    let ask = || Stream::ask(&world.base, &theirs.session, theirs.delegation, head);
    assert_eq!(ask().await.status(), 503);
    allow(&url, true).await;
    world.until("the server is back", async || (ask().await.status() == 200).then_some(())).await;
    let end = stir(&store, &theirs, &rows).await;
    let mut page = Page::at(head);
    let mut stream = Stream::open(&world.base, &theirs.session, theirs.delegation, head).await;
    page.read_to(&mut stream, end).await;
    assert_eq!(page.rows.len(), 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_end_when_the_log_cannot_be_read() {
    let database = TestDatabase::sqlite().await;
    let (url, store) = (database.url.clone(), database.store().await);
    let world = World::quiet(database, store.clone(), Options { listen: true, poll: None }).await;
    let theirs = organisation(&store, None, 3).await;
    let rows = connectable(&store, &theirs).await;
    let mut stream = Stream::open(&world.base, &theirs.session, theirs.delegation, Seq(0)).await;
    stream.change().await;
    let beside = Database::connect(url.as_str()).await.unwrap();
    // The log can be written but not read: its rows are not what they should be.
    beside
        .execute_unprepared(
            "CREATE TRIGGER spoil AFTER INSERT ON event BEGIN UPDATE event SET created_at = 'soon' WHERE seq = NEW.seq; END",
        )
        .await
        .unwrap();
    stir(&store, &theirs, &rows).await;
    stream.end().await;
}
