//! Two replicas at one PostgreSQL: what one changes, the other's streams and runners hear of.

use std::time::Duration;

use domain::{ids::Seq, run::RunKind};
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use server::{
    live::{Options, keep},
    store::{NewRun, Store},
};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::support::{
    database::TestDatabase,
    organisation::{Organisation, claim, connectable, organisation, plan, stir},
    stream::{Page, Stream},
    world::World,
};

const DOORBELL_ONLY: Options = Options { listen: true, poll: None };
const NET_ONLY: Options = Options { listen: false, poll: Some(Duration::from_millis(200)) };

/// A server with streams, and another replica's store.
struct Pair {
    here: World,
    there: Store,
    theirs: Organisation,
    url: String,
    _stop: DropGuard,
}

impl Pair {
    async fn start(here: Options) -> Self {
        let database = TestDatabase::postgres().await;
        let (url, store, there) = (database.url.clone(), database.store().await, database.store().await);
        let theirs = organisation(&there, None, 50).await;
        let here = World::quiet(database, store, here).await;
        let stop = CancellationToken::new();
        tokio::spawn(keep(there.clone(), Options::default(), stop.clone()));
        Self { here, there, theirs, url, _stop: stop.drop_guard() }
    }

    async fn head(&self) -> Seq {
        self.there.delegation(&self.theirs.ctx, self.theirs.delegation).await.unwrap().view.seq
    }

    /// A stream of the one replica that has everything so far, and shows it by having read the newest change.
    async fn follow(&self) -> (Stream, Page) {
        let mut page = Page::at(Seq(self.head().await.0 - 1));
        let mut stream =
            Stream::open(&self.here.base, &self.theirs.session, self.theirs.delegation, page.seen).await;
        page.apply(stream.change().await);
        (stream, page)
    }

    /// Changes every mailbox in the other replica. Returns the head of the log.
    async fn stir(&self) -> Seq {
        let rows = connectable(&self.there, &self.theirs).await;
        stir(&self.there, &self.theirs, &rows).await
    }

    /// The connections that listen, of this database.
    async fn listeners(&self) -> Vec<i32> {
        let database = Database::connect(self.url.as_str()).await.unwrap();
        let text =
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'";
        let rows = database.query_all_raw(Statement::from_string(DbBackend::Postgres, text)).await.unwrap();
        rows.iter().map(|row| row.try_get("", "pid").unwrap()).collect()
    }

    async fn both_listen(&self) -> Vec<i32> {
        self.here
            .until("both listen", async || {
                let listeners = self.listeners().await;
                (listeners.len() == 2).then_some(listeners)
            })
            .await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doorbell_alone_carries_changes_to_streams_of_another_replica() {
    let pair = Pair::start(DOORBELL_ONLY).await;
    pair.both_listen().await;
    let (mut stream, mut page) = pair.follow().await;
    for _ in 0..5 {
        let head = pair.stir().await;
        page.read_to(&mut stream, head).await;
    }
    assert_eq!(page.rows.len(), 50);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_the_listener_cut_off_the_net_finds_them() {
    let pair = Pair::start(NET_ONLY).await;
    let (mut stream, mut page) = pair.follow().await;
    for _ in 0..2 {
        let head = pair.stir().await;
        page.read_to(&mut stream, head).await;
    }
    assert_eq!(pair.listeners().await.len(), 1, "only the other one listens");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_both_nothing_comes_so_the_tests_above_can_fail() {
    let pair = Pair::start(Options { listen: false, poll: None }).await;
    let (mut stream, mut page) = pair.follow().await;
    let head = pair.stir().await;
    // Its own change wakes the reader, which then finds the other's as well.
    assert!(tokio::time::timeout(Duration::from_millis(700), stream.change()).await.is_err());
    let more = pair.here.state.store.clone();
    let rows = connectable(&more, &pair.theirs).await;
    let head = stir(&more, &pair.theirs, &rows).await.max(head);
    page.read_to(&mut stream, head).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_missed_while_the_listener_was_away_is_found_when_it_is_back() {
    let pair = Pair::start(DOORBELL_ONLY).await;
    let (mut stream, mut page) = pair.follow().await;
    let admin = Database::connect(pair.url.as_str()).await.unwrap();
    for _ in 0..3 {
        let listeners = pair.both_listen().await;
        for pid in listeners {
            admin.execute_unprepared(&format!("SELECT pg_terminate_backend({pid})")).await.unwrap();
        }
        let head = pair.stir().await;
        page.read_to(&mut stream, head).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_accepted_cancelled_or_woken_in_one_replica_wakes_the_runner_of_another() {
    let pair = Pair::start(DOORBELL_ONLY).await;
    pair.both_listen().await;
    let (there, theirs, here) = (&pair.there, &pair.theirs, &pair.here.state.store);
    // The listener rings once by itself, when it begins.
    here.work.notified().await;
    let rows = connectable(there, theirs).await;
    let new = NewRun { delegation: theirs.delegation, kind: RunKind::Connect, rows: &rows, key: None };
    let run = there.accept_run(&theirs.ctx, &new).await.unwrap();
    here.work.notified().await;
    there.cancel_run(&theirs.ctx, run.id).await.unwrap();
    here.work.notified().await;
    let lease = claim(there).await;
    there.wake_paused(&lease).await.unwrap();
    here.work.notified().await;
    there.push_slots(theirs.workspace, &plan(5, 0, 1)).await.unwrap();
    here.work.notified().await;
}
