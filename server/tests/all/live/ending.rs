//! When streams end, and that later events are not lost.

use std::time::Duration;

use domain::ids::Seq;
use sea_orm::{ConnectionTrait, Database};
use server::live::{Hub, Options};
use store::{Db, Signals, Store};

use crate::support::{
    stream::{Page, Stream, StreamEvent},
    test_server::TestServer,
};
use store_testing::{
    clock::StoppedClock,
    database::TestDatabase,
    on_both_databases,
    organisation::{arrival, connectable, organisation, start_and_cancel},
};

const BEAT: Duration = Duration::from_millis(50);
/// The beat, which also checks the session, comes every 15 s: only a signal ends a stream this soon.
const AT_ONCE: Duration = Duration::from_secs(2);

on_both_databases! {
    async fn a_stream_ends_with_its_session(database: TestDatabase) {
        let clock = StoppedClock::now();
        let sources = clock.sources();
        let store = Store::new(Db::open(&database.url).await.unwrap(), Signals::default(), sources);
        let server = TestServer::quiet_with_hub(database, store.clone(), Hub::with_beat(BEAT)).await;
        let org = organisation(&store, None, 3).await;
        let head = store.delegations(&org.ctx).delegation(org.delegation).await.unwrap().view.seq;
        let mut stream = Stream::open(&server.base, &org.session, org.delegation, head).await;
        // It continues while the session lives.
        for _ in 0..3 {
            assert!(matches!(stream.next().await, StreamEvent::Beat));
        }
        clock.advance(13 * 60 * 60 * 1_000);
        stream.end().await;
        let again = Stream::ask(&server.base, &org.session, org.delegation, head).await;
        assert_eq!(again.status(), 401);
    }

    async fn streams_end_when_the_process_stops(database: TestDatabase) {
        let store = database.store().await;
        let server = TestServer::quiet(database, store.clone(), Options::default()).await;
        let org = organisation(&store, None, 3).await;
        let open = || Stream::open(&server.base, &org.session, org.delegation, Seq(0));
        let (mut reading, idle) = (open().await, open().await);
        reading.change().await;
        server.state.shutdown.cancel();
        reading.end().await;
        idle.end().await;
    }

    async fn a_stream_ends_at_once_when_its_session_its_member_or_its_key_ends(database: TestDatabase) {
        let store = database.store().await;
        let server = TestServer::quiet(database, store.clone(), Options::default()).await;
        let org = organisation(&store, None, 3).await;
        let people = store.people(&org.ctx);
        let launch = |user: &str| store::Launch {
            jti: server.state.reference(),
            expires_at: i64::MAX,
            workspace: org.workspace,
            user: user.to_owned(),
            name: user.to_owned(),
            role: domain::Role::Owner,
            host: "https://app.example".to_owned(),
        };
        let stays = Stream::open(&server.base, &org.session, org.delegation, Seq(0)).await;
        let ends = async |stream: Stream, what: &str| {
            let ended = tokio::time::timeout(AT_ONCE, stream.end()).await;
            assert!(ended.is_ok(), "the stream goes on after {what}");
        };
        let out = store.launch(&launch("A"), arrival()).await.unwrap();
        let stream = Stream::open(&server.base, &out, org.delegation, Seq(0)).await;
        let ctx = store.session(&out).await.unwrap().unwrap().ctx;
        store.people(&ctx).end_session(ctx.session().unwrap()).await.unwrap();
        ends(stream, "a sign-out").await;
        let removed = store.launch(&launch("B"), arrival()).await.unwrap();
        let stream = Stream::open(&server.base, &removed, org.delegation, Seq(0)).await;
        let ctx = store.session(&removed).await.unwrap().unwrap().ctx;
        people.remove_member(ctx.member().unwrap()).await.unwrap();
        ends(stream, "a removal").await;
        let key = people.new_api_key("Program", &[domain::people::Scope::Read]).await.unwrap();
        let url = format!("{}/live/{}?since=0", server.base, org.delegation);
        let mut program = server.client.get(url).bearer_auth(&key.secret).send().await.unwrap();
        assert_eq!(program.status(), 200);
        people.revoke_api_key(key.key.id).await.unwrap();
        let rest = async { while program.chunk().await.unwrap().is_some() {} };
        assert!(tokio::time::timeout(AT_ONCE, rest).await.is_ok(), "the stream of a revoked key goes on");
        // Another member's stream goes on.
        assert!(tokio::time::timeout(Duration::from_millis(300), stays.end()).await.is_err());
    }
}

/// Refuses all connections to a database and ends existing ones, or allows connections again.
async fn allow(url: &str, allowed: bool) {
    let (address, name) = url.rsplit_once('/').unwrap();
    let admin = Database::connect(format!("{address}/postgres")).await.unwrap();
    admin.execute_unprepared(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}")).await.unwrap();
    if !allowed {
        let text = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        admin.execute_unprepared(&text).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn idle_streams_end_during_an_outage_of_postgresql_and_resume_completely() {
    let database = TestDatabase::postgres().await;
    let (url, store) = (database.url.clone(), database.store().await);
    let server = TestServer::quiet(database, store.clone(), Options::default()).await;
    let org = organisation(&store, None, 20).await;
    let rows = connectable(&store, &org).await;
    let head = store.delegations(&org.ctx).delegation(org.delegation).await.unwrap().view.seq;
    let idle = Stream::open(&server.base, &org.session, org.delegation, head).await;
    allow(&url, false).await;
    idle.end().await;
    // The answer is 503: no user is signed out, and nothing is reported as missing.
    let ask = || Stream::ask(&server.base, &org.session, org.delegation, head);
    assert_eq!(ask().await.status(), 503);
    allow(&url, true).await;
    server.wait_until("the server is back", async || (ask().await.status() == 200).then_some(())).await;
    let end = start_and_cancel(&store, &org, &rows).await;
    let mut page = Page::at(head);
    let mut stream = Stream::open(&server.base, &org.session, org.delegation, head).await;
    page.read_to(&mut stream, end).await;
    assert_eq!(page.rows.len(), 20);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_end_when_the_log_cannot_be_read() {
    let database = TestDatabase::sqlite().await;
    let (url, store) = (database.url.clone(), database.store().await);
    let server = TestServer::quiet(database, store.clone(), Options { listen: true, poll: None }).await;
    let org = organisation(&store, None, 3).await;
    let rows = connectable(&store, &org).await;
    let mut stream = Stream::open(&server.base, &org.session, org.delegation, Seq(0)).await;
    stream.change().await;
    let database = Database::connect(url.as_str()).await.unwrap();
    // The log can be written but not read: a trigger corrupts its rows.
    database
        .execute_unprepared(
            "CREATE TRIGGER spoil AFTER INSERT ON event BEGIN UPDATE event SET created_at = 'soon' WHERE seq = NEW.seq; END",
        )
        .await
        .unwrap();
    start_and_cancel(&store, &org, &rows).await;
    stream.end().await;
}
