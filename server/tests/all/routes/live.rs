//! Tests of `/live/{delegation}`: access to the stream, and its contents.

use domain::{ids::Seq, live::Change, run::RunKind};

use server::live::Options;

use crate::support::{
    stream::{Page, Stream, StreamEvent},
    test_server::TestServer,
};
use store_testing::{
    database::TestDatabase,
    on_both_databases,
    organisation::{connectable, organisation, start_and_cancel},
};

on_both_databases! {
    async fn a_page_that_reconnects_receives_exactly_the_missed_changes(database: TestDatabase) {
        let server = TestServer::start(database).await;
        let (session, ctx, caller) = server.session(100).await;
        server.tenant("live.example", 60).await;
        let delegation = server.linked(&caller, "live.example").await;
        let since = caller.mailboxes.snapshot(delegation.id).await.unwrap().delegation.seq;
        let open = |since| Stream::open(&server.base, &session, delegation.id, since);

        let (mut stream, mut page) = (open(since).await, Page::at(since));
        let rows = server.rows(&caller, &delegation, domain::list::Tab::Available).await;
        let run = server.run_over(&caller, &delegation, RunKind::Connect, rows).await;
        let head = server.state.store.delegations(&ctx).delegation(delegation.id).await.unwrap().view.seq;
        let mut ended = 0;
        while page.seen < head {
            let batch = stream.change().await;
            ended += batch.changes.iter().filter(|c| matches!(c, Change::Run(r) if r.id == run.id && r.state.is_over())).count();
            page.apply(batch);
        }
        assert_eq!((ended, page.rows.len()), (1, usize::try_from(run.counts.succeeded).unwrap()));
        // From any position, it ends in the same state.
        for position in [since, Seq(since.0 + 1), Seq((since.0 + head.0) / 2), Seq(head.0 - 1)] {
            let mut late = Page::at(position);
            late.read_to(&mut open(position).await, head).await;
            assert!(late.rows.iter().all(|(id, row)| page.rows[id] == *row));
        }
        // Where a proxy keeps back an open answer: the same changes, and the end.
        let once = async |since| Stream::once(&server.base, &session, delegation.id, since).await;
        let (mut asked, text) = (Page::at(since), once(since).await);
        for data in text.lines().filter_map(|line| line.strip_prefix("data: ")) {
            asked.apply(serde_json::from_str(data).unwrap());
        }
        assert_eq!((asked.seen, asked.rows.len()), (head, page.rows.len()));
        assert_eq!(once(head).await, "");
        // A position beyond the log.
        let (_, first) = Stream::begin(&server.base, &session, delegation.id, Seq(head.0 + 5)).await;
        assert!(matches!(first, StreamEvent::Reset(position) if position == head));
    }
}

#[tokio::test]
async fn only_a_session_of_the_workspace_gets_the_stream() {
    let database = TestDatabase::sqlite().await;
    let store = database.store().await;
    // Without a runner, which would claim the test's own runs.
    let server = TestServer::quiet(database, store, Options::default()).await;
    let store = &server.state.store;
    let org = organisation(store, None, 3).await;
    let (mine, ..) = server.session(10).await;
    let ask = |session| Stream::ask(&server.base, session, org.delegation, Seq(0));
    assert_eq!(ask("nonsense").await.status(), 401);
    assert_eq!(ask(&mine).await.status(), 404);
    assert_eq!(ask(&org.session).await.status(), 200);
}

#[tokio::test]
async fn a_stream_too_far_behind_takes_a_snapshot() {
    let database = TestDatabase::sqlite().await;
    let store = database.store().await;
    let server = TestServer::quiet(database, store.clone(), server::live::Options::default()).await;
    let org = organisation(&store, None, 1_000).await;
    let rows = connectable(&store, &org).await;
    let mut head = Seq(0);
    while head.0 <= 5_001 {
        head = start_and_cancel(&store, &org, &rows).await;
    }
    let mut far = Stream::open(&server.base, &org.session, org.delegation, Seq(0)).await;
    assert!(matches!(far.next().await, StreamEvent::Reset(position) if position == head));
    let near = Seq(head.0 - 5_000);
    let mut page = Page::at(near);
    page.read_to(&mut Stream::open(&server.base, &org.session, org.delegation, near).await, head).await;
    assert!(page.frames <= 11, "{} frames", page.frames);
}
