//! Many streams of one delegation while a run is under way.

use std::sync::Arc;

use domain::{
    ids::{RowNo, Seq},
    list::Tab,
    run::RunKind,
};
use rand::{Rng, SeedableRng, rngs::StdRng};
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use tokio::{spawn, sync::watch, task::JoinSet};

use crate::support::{
    database::TestDatabase,
    on_both_databases,
    organisation::{connectable, organisation, stir},
    stream::{Page, Stream},
    world::World,
};

const CROWD: u64 = 100;

/// A client that leaves and comes again at random until it has everything. Once the run is over it stays.
async fn client(
    world: Arc<World>,
    session: String,
    delegation: domain::ids::DelegationId,
    since: Seq,
    (mut end, seed): (watch::Receiver<Option<Seq>>, u64),
) -> Page {
    let mut random = StdRng::seed_from_u64(seed);
    let mut page = Page::at(since);
    let restless = seed % 2 == 0;
    loop {
        let mut stream = Stream::open(&world.base, &session, delegation, page.seen).await;
        let frames = if restless { random.random_range(1..4) } else { usize::MAX };
        for _ in 0..frames {
            let over = async { *end.wait_for(Option::is_some).await.unwrap() };
            let over = tokio::select! {
                batch = stream.change() => {
                    page.apply(batch);
                    None
                }
                over = over => over,
            };
            if let Some(end) = over {
                page.read_to(&mut stream, end).await;
                return page;
            }
        }
    }
}

on_both_databases! {
    async fn nobody_misses_anything_however_often_they_leave_and_come_again(database: TestDatabase) {
        let world = Arc::new(World::start(database).await);
        let (session, ctx, desk) = world.session(400).await;
        world.tenant("crowd.example", 300).await;
        let delegation = world.linked(&desk, "crowd.example").await;
        let since = desk.mailboxes.snapshot(delegation.id).await.unwrap().delegation.seq;
        let (over, end) = watch::channel(None);
        let mut clients = JoinSet::new();
        for seed in 0..CROWD {
            clients.spawn(client(Arc::clone(&world), session.clone(), delegation.id, since, (end.clone(), seed)));
        }
        for (kind, tab) in [(RunKind::Connect, Tab::Available), (RunKind::Disconnect, Tab::Connected)] {
            let rows = world.rows(&desk, &delegation, tab).await;
            assert!(rows.len() > 250, "{}", rows.len());
            world.run_over(&desk, &delegation, kind, rows).await;
        }
        let head = world.state.store.delegation(&ctx, delegation.id).await.unwrap().view.seq;
        over.send_replace(Some(head));
        let all: Vec<RowNo> = world.rows(&desk, &delegation, Tab::All).await;
        let truth = world.state.store.rows(&ctx, delegation.id, &all[..200]).await.unwrap();
        let mut frames = 0;
        while let Some(page) = clients.join_next().await {
            let page = page.unwrap();
            assert_eq!(page.seen, head);
            assert!(page.rows.len() > 250, "{}", page.rows.len());
            for row in truth.iter().filter(|row| row.rev > since) {
                assert_eq!(page.rows[&row.id], *row, "what a page shows is not what is stored");
            }
            frames += page.frames;
        }
        let events = usize::try_from(head.0 - since.0).unwrap();
        println!("{CROWD} clients read {events} events in {frames} frames");
    }
}

/// How often PostgreSQL has looked into the log.
async fn log_reads(url: &str) -> i64 {
    let database = Database::connect(url).await.unwrap();
    let text = "SELECT (seq_scan + COALESCE(idx_scan, 0))::bigint AS n FROM pg_stat_user_tables WHERE relname = 'event'";
    let row =
        database.query_one_raw(Statement::from_string(DbBackend::Postgres, text)).await.unwrap().unwrap();
    row.try_get("", "n").unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crowd_of_streams_reads_the_log_once() {
    let database = TestDatabase::postgres().await;
    let (url, store) = (database.url.clone(), database.store().await);
    let world = World::quiet(database, store.clone(), server::live::Options::default()).await;
    let theirs = organisation(&store, None, 20).await;
    let rows = connectable(&store, &theirs).await;
    let since = store.delegation(&theirs.ctx, theirs.delegation).await.unwrap().view.seq;
    let (heads, head) = watch::channel(since);
    let mut clients = JoinSet::new();
    for _ in 0..CROWD {
        let mut stream = Stream::open(&world.base, &theirs.session, theirs.delegation, since).await;
        let mut head = head.clone();
        clients.spawn(async move {
            let mut page = Page::at(since);
            while head.changed().await.is_ok() {
                let end = *head.borrow_and_update();
                page.read_to(&mut stream, end).await;
            }
            page
        });
    }
    let before = log_reads(&url).await;
    for _ in 0..20 {
        heads.send_replace(stir(&store, &theirs, &rows).await);
    }
    drop(heads);
    let mut frames = 0;
    while let Some(page) = clients.join_next().await {
        frames += page.unwrap().frames;
    }
    // Backends tell their counts when they are idle, within a second: wait until the last one has.
    let reads = world
        .until("PostgreSQL has counted", async || {
            let now = log_reads(&url).await - before;
            (now > 0
                && spawn({
                    let url = url.clone();
                    async move { log_reads(&url).await }
                })
                .await
                .unwrap()
                    - before
                    == now)
                .then_some(now)
        })
        .await;
    println!("{CROWD} streams read {frames} frames; the log was read {reads} times");
    assert!(frames >= 200 && reads < 100, "{frames} frames, {reads} reads");
}
