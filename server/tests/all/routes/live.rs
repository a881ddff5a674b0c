//! `/live/{delegation}`: who gets the stream, and what it says.

use domain::{ids::Seq, live::Change, run::RunKind};

use server::live::Options;

use crate::support::{
    database::TestDatabase,
    on_both_databases,
    organisation::{connectable, organisation, stir},
    stream::{Page, Said, Stream},
    world::World,
};

on_both_databases! {
    async fn a_page_that_was_away_gets_exactly_what_it_has_missed(database: TestDatabase) {
        let world = World::start(database).await;
        let (session, ctx, desk) = world.session(100).await;
        world.tenant("live.example", 60).await;
        let delegation = world.linked(&desk, "live.example").await;
        let since = desk.mailboxes.snapshot(delegation.id).await.unwrap().delegation.seq;
        let open = |since| Stream::open(&world.base, &session, delegation.id, since);

        let (mut stream, mut page) = (open(since).await, Page::at(since));
        let rows = world.rows(&desk, &delegation, domain::list::Tab::Available).await;
        let run = world.run_over(&desk, &delegation, RunKind::Connect, rows).await;
        let head = world.state.store.delegation(&ctx, delegation.id).await.unwrap().view.seq;
        let mut ended = 0;
        while page.seen < head {
            let batch = stream.change().await;
            ended += batch.changes.iter().filter(|c| matches!(c, Change::Run(r) if r.id == run.id && r.state.is_over())).count();
            page.apply(batch);
        }
        assert_eq!((ended, page.rows.len()), (1, usize::try_from(run.counts.succeeded).unwrap()));
        // From any place, it ends in the same state.
        for place in [since, Seq(since.0 + 1), Seq((since.0 + head.0) / 2), Seq(head.0 - 1)] {
            let mut late = Page::at(place);
            late.read_to(&mut open(place).await, head).await;
            assert!(late.rows.iter().all(|(id, row)| page.rows[id] == *row));
        }
        // A place that this log never had.
        assert!(matches!(open(Seq(head.0 + 5)).await.next().await, Said::Reset(place) if place == head));
    }
}

#[tokio::test]
async fn only_a_session_of_the_workspace_gets_the_stream() {
    let database = TestDatabase::sqlite().await;
    let store = database.store().await;
    // Without a runner, which would claim the test's own runs.
    let world = World::quiet(database, store, Options::default()).await;
    let store = &world.state.store;
    let theirs = organisation(store, None, 3).await;
    let (mine, ..) = world.session(10).await;
    let ask = |session| Stream::ask(&world.base, session, theirs.delegation, Seq(0));
    assert_eq!(ask("nonsense").await.status(), 401);
    assert_eq!(ask(&mine).await.status(), 404);
    assert_eq!(ask(&theirs.session).await.status(), 200);
}

#[tokio::test]
async fn who_is_too_far_behind_takes_a_snapshot() {
    let database = TestDatabase::sqlite().await;
    let store = database.store().await;
    let world = World::quiet(database, store.clone(), server::live::Options::default()).await;
    let theirs = organisation(&store, None, 1_000).await;
    let rows = connectable(&store, &theirs).await;
    let mut head = Seq(0);
    while head.0 <= 5_001 {
        head = stir(&store, &theirs, &rows).await;
    }
    let mut far = Stream::open(&world.base, &theirs.session, theirs.delegation, Seq(0)).await;
    assert!(matches!(far.next().await, Said::Reset(place) if place == head));
    let near = Seq(head.0 - 5_000);
    let mut page = Page::at(near);
    page.read_to(&mut Stream::open(&world.base, &theirs.session, theirs.delegation, near).await, head).await;
    assert!(page.frames <= 11, "{} frames", page.frames);
}
