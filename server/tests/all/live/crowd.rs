//! Many streams of one delegation while a run is under way.

use std::sync::Arc;

use domain::{
    ids::{RowNumber, Seq},
    list::Tab,
    run::RunKind,
};
use rand::{Rng, SeedableRng, rngs::StdRng};
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use tokio::{spawn, sync::watch, task::JoinSet};

use crate::support::{
    stream::{Page, Stream},
    test_server::TestServer,
};
use store_testing::{
    database::TestDatabase,
    on_both_databases,
    organisation::{connectable, organisation, start_and_cancel},
};

const CLIENTS: u64 = 100;

/// A client that reconnects at random until it has read everything. After the run it stays connected.
async fn client(
    server: Arc<TestServer>,
    session: String,
    delegation: domain::ids::DelegationId,
    since: Seq,
    (mut end, seed): (watch::Receiver<Option<Seq>>, u64),
) -> Page {
    let mut random = StdRng::seed_from_u64(seed);
    let mut page = Page::at(since);
    let restless = seed % 2 == 0;
    loop {
        let mut stream = Stream::open(&server.base, &session, delegation, page.seen).await;
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
    async fn clients_that_reconnect_at_random_miss_no_event(database: TestDatabase) {
        let server = Arc::new(TestServer::start(database).await);
        let (session, ctx, caller) = server.session(400).await;
        server.tenant("crowd.example", 300).await;
        let delegation = server.linked(&caller, "crowd.example").await;
        let since = caller.mailboxes.snapshot(delegation.id).await.unwrap().delegation.seq;
        let (over, end) = watch::channel(None);
        let mut clients = JoinSet::new();
        for seed in 0..CLIENTS {
            clients.spawn(client(Arc::clone(&server), session.clone(), delegation.id, since, (end.clone(), seed)));
        }
        for (kind, tab) in [(RunKind::Connect, Tab::Available), (RunKind::Disconnect, Tab::Connected)] {
            let rows = server.rows(&caller, &delegation, tab).await;
            assert!(rows.len() > 250, "{}", rows.len());
            server.run_over(&caller, &delegation, kind, rows).await;
        }
        let head = server.state.store.delegations(&ctx).delegation(delegation.id).await.unwrap().view.seq;
        over.send_replace(Some(head));
        let all: Vec<RowNumber> = server.rows(&caller, &delegation, Tab::All).await;
        let stored = server.state.store.mailboxes(&ctx).rows(delegation.id, &all[..200]).await.unwrap();
        let mut frames = 0;
        while let Some(page) = clients.join_next().await {
            let page = page.unwrap();
            assert_eq!(page.seen, head);
            assert!(page.rows.len() > 250, "{}", page.rows.len());
            for row in stored.iter().filter(|row| row.rev > since) {
                assert_eq!(page.rows[&row.id], *row, "a page differs from the store");
            }
            frames += page.frames;
        }
        let events = usize::try_from(head.0 - since.0).unwrap();
        println!("{CLIENTS} clients read {events} events in {frames} frames");
    }
}

/// How often PostgreSQL has scanned the log.
async fn log_reads(url: &str) -> i64 {
    let database = Database::connect(url).await.unwrap();
    let text = "SELECT (seq_scan + COALESCE(idx_scan, 0))::bigint AS n FROM pg_stat_user_tables WHERE relname = 'event'";
    let row =
        database.query_one_raw(Statement::from_string(DbBackend::Postgres, text)).await.unwrap().unwrap();
    row.try_get("", "n").unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_of_one_delegation_share_reads_of_the_log() {
    let database = TestDatabase::postgres().await;
    let (url, store) = (database.url.clone(), database.store().await);
    let server = TestServer::quiet(database, store.clone(), server::live::Options::default()).await;
    let org = organisation(&store, None, 20).await;
    let rows = connectable(&store, &org).await;
    let since = store.delegations(&org.ctx).delegation(org.delegation).await.unwrap().view.seq;
    let (heads, head) = watch::channel(since);
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let mut stream = Stream::open(&server.base, &org.session, org.delegation, since).await;
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
        heads.send_replace(start_and_cancel(&store, &org, &rows).await);
    }
    drop(heads);
    let mut frames = 0;
    while let Some(page) = clients.join_next().await {
        frames += page.unwrap().frames;
    }
    // Idle backends report their counts within a second: wait until the number is stable.
    let reads = server
        .wait_until("PostgreSQL has counted", async || {
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
    println!("{CLIENTS} streams read {frames} frames; the log was read {reads} times");
    assert!(frames >= 200 && reads < 100, "{frames} frames, {reads} reads");
}
