//! Two replicas on one PostgreSQL: changes in one reach the streams and runners of the other.

use std::time::Duration;

use domain::{ids::Seq, run::RunKind};
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use server::live::{Hub, Options, run};
use store::{NewRun, Store};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::support::{
    stream::{Page, Stream},
    test_server::TestServer,
};
use store_testing::{
    database::TestDatabase,
    organisation::{Organisation, claim, connectable, organisation, plan, start_and_cancel},
};

const NOTIFY_ONLY: Options = Options { listen: true, poll: None };
const POLL_ONLY: Options = Options { listen: false, poll: Some(Duration::from_millis(200)) };

/// A server with streams, and the store of another replica.
struct Pair {
    server: TestServer,
    other: Store,
    org: Organisation,
    url: String,
    _stop: DropGuard,
}

impl Pair {
    async fn start(options: Options) -> Self {
        let database = TestDatabase::postgres().await;
        let (url, store, other) = (database.url.clone(), database.store().await, database.store().await);
        let org = organisation(&other, None, 50).await;
        let server = TestServer::quiet(database, store, options).await;
        let stop = CancellationToken::new();
        tokio::spawn(run(other.clone(), Hub::default(), Options::default(), stop.clone()));
        Self { server, other, org, url, _stop: stop.drop_guard() }
    }

    async fn head(&self) -> Seq {
        self.other.delegations(&self.org.ctx).delegation(self.org.delegation).await.unwrap().view.seq
    }

    /// Opens a stream of the server that has all events so far: it has read the newest change.
    async fn follow(&self) -> (Stream, Page) {
        let mut page = Page::at(Seq(self.head().await.0 - 1));
        let mut stream =
            Stream::open(&self.server.base, &self.org.session, self.org.delegation, page.seen).await;
        page.apply(stream.change().await);
        (stream, page)
    }

    /// Changes every mailbox by the other replica. Returns the head of the log.
    async fn start_and_cancel(&self) -> Seq {
        let rows = connectable(&self.other, &self.org).await;
        start_and_cancel(&self.other, &self.org, &rows).await
    }

    /// The process ids of the listening connections on this database.
    async fn listeners(&self) -> Vec<i32> {
        let database = Database::connect(self.url.as_str()).await.unwrap();
        let text =
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'";
        let rows = database.query_all_raw(Statement::from_string(DbBackend::Postgres, text)).await.unwrap();
        rows.iter().map(|row| row.try_get("", "pid").unwrap()).collect()
    }

    async fn both_listen(&self) -> Vec<i32> {
        self.server
            .wait_until("both listen", async || {
                let listeners = self.listeners().await;
                (listeners.len() == 2).then_some(listeners)
            })
            .await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notifications_alone_carry_changes_to_streams_of_another_replica() {
    let pair = Pair::start(NOTIFY_ONLY).await;
    pair.both_listen().await;
    let (mut stream, mut page) = pair.follow().await;
    for _ in 0..5 {
        let head = pair.start_and_cancel().await;
        page.read_to(&mut stream, head).await;
    }
    assert_eq!(page.rows.len(), 50);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn polling_alone_finds_changes() {
    let pair = Pair::start(POLL_ONLY).await;
    let (mut stream, mut page) = pair.follow().await;
    for _ in 0..2 {
        let head = pair.start_and_cancel().await;
        page.read_to(&mut stream, head).await;
    }
    assert_eq!(pair.listeners().await.len(), 1, "only the other replica listens");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_notifications_and_polling_no_change_arrives() {
    let pair = Pair::start(Options { listen: false, poll: None }).await;
    let (mut stream, mut page) = pair.follow().await;
    let head = pair.start_and_cancel().await;
    // A change of the own replica wakes the feed, which then reads the other's as well.
    assert!(tokio::time::timeout(Duration::from_millis(700), stream.change()).await.is_err());
    let own = pair.server.state.store.clone();
    let rows = connectable(&own, &pair.org).await;
    let head = start_and_cancel(&own, &pair.org, &rows).await.max(head);
    page.read_to(&mut stream, head).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_missed_by_a_disconnected_listener_are_found_after_its_reconnect() {
    let pair = Pair::start(NOTIFY_ONLY).await;
    let (mut stream, mut page) = pair.follow().await;
    let admin = Database::connect(pair.url.as_str()).await.unwrap();
    for _ in 0..3 {
        let listeners = pair.both_listen().await;
        for pid in listeners {
            admin.execute_unprepared(&format!("SELECT pg_terminate_backend({pid})")).await.unwrap();
        }
        let head = pair.start_and_cancel().await;
        page.read_to(&mut stream, head).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_accepted_cancelled_or_resumed_by_one_replica_wakes_the_runner_of_another() {
    let pair = Pair::start(NOTIFY_ONLY).await;
    pair.both_listen().await;
    let (other, org, store) = (&pair.other, &pair.org, &pair.server.state.store);
    // The listener notifies once when it starts.
    store.work.notified().await;
    let rows = connectable(other, org).await;
    let new = NewRun { delegation: org.delegation, kind: RunKind::Connect, rows: &rows, key: None };
    let run = other.runs(&org.ctx).accept_run(&new).await.unwrap();
    store.work.notified().await;
    other.runs(&org.ctx).cancel_run(run.id).await.unwrap();
    store.work.notified().await;
    let lease = claim(other).await;
    other.leased(&lease).wake_paused().await.unwrap();
    store.work.notified().await;
    other.push_slots(org.workspace, &plan(5, 0, 1)).await.unwrap();
    store.work.notified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_out_at_one_replica_ends_the_stream_at_another() {
    let pair = Pair::start(NOTIFY_ONLY).await;
    let (stream, _) = pair.follow().await;
    let session = pair.org.ctx.session().unwrap();
    pair.other.people(&pair.org.ctx).end_session(session).await.unwrap();
    assert!(tokio::time::timeout(Duration::from_secs(2), stream.end()).await.is_ok());
}
