//! A client that does not read.

use domain::live::Batch;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    sync::watch,
};

use crate::support::{
    database::TestDatabase,
    organisation::{connectable, organisation, stir},
    stream::{Page, Stream},
    world::World,
};

/// What the operating system and the connection may hold back for a client, at most. What comes after that is pulled
/// when there is room again.
const HELD_BACK: usize = 4 << 20;

/// Opens a stream and does not read from it.
async fn deaf(world: &World, session: &str, path: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(65_536).unwrap();
    let host = world.base.strip_prefix("http://").unwrap();
    let mut stream = socket.connect(host.parse().unwrap()).await.unwrap();
    let request = format!("GET {path} HTTP/1.0\r\nhost: {host}\r\ncookie: sid={session}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_does_not_read_holds_up_nobody_and_nothing_is_queued_for_it() {
    let database = TestDatabase::sqlite().await;
    let store = database.store().await;
    let world = World::quiet(database, store.clone(), server::live::Options::default()).await;
    let theirs = organisation(&store, None, 200).await;
    let rows = connectable(&store, &theirs).await;
    let since = store.delegation(&theirs.ctx, theirs.delegation).await.unwrap().view.seq;
    let path = format!("/live/{}?since={}", theirs.delegation, since.0);
    let mut deaf = deaf(&world, &theirs.session, &path).await;

    let (heads, mut head) = watch::channel(since);
    let mut stream = Stream::open(&world.base, &theirs.session, theirs.delegation, since).await;
    let reading = tokio::spawn(async move {
        let mut page = Page::at(since);
        while head.changed().await.is_ok() {
            let end = *head.borrow_and_update();
            page.read_to(&mut stream, end).await;
        }
        page
    });
    // Large changes fill what the operating system holds back for a client.
    let mut written = 0;
    for n in 0..700 {
        let domain = format!("{n:020000}");
        store.name_delegation(&theirs.ctx, theirs.delegation, &domain, "admin@contoso.com").await.unwrap();
        written += domain.len();
    }
    let end = stir(&store, &theirs, &rows).await;
    heads.send_replace(end);
    drop(heads);
    let page = reading.await.unwrap();
    assert_eq!((page.seen, page.rows.len()), (end, 200), "the others have read on");

    // Now it listens: what was on its way arrives, then the newest state of everything, and no number is left out.
    let (mut said, mut bytes) = (Vec::new(), [0; 65_536]);
    let last = format!("event: change\nid: {}\n", end.0);
    while !(String::from_utf8_lossy(&said).contains(&last) && said.ends_with(b"\n\n")) {
        let n = deaf.read(&mut bytes).await.unwrap();
        assert!(n > 0, "the stream has ended");
        said.extend_from_slice(&bytes[..n]);
    }
    let told = String::from_utf8(said).unwrap();
    let mut late = Page::at(since);
    for data in told.lines().filter_map(|line| line.strip_prefix("data: ")) {
        late.apply(serde_json::from_str::<Batch>(data).unwrap());
    }
    assert_eq!((late.seen, &late.rows), (end, &page.rows));
    println!("{written} bytes changed; {} came late, in {} frames", told.len(), late.frames);
    assert!(told.len() < HELD_BACK && written > 3 * HELD_BACK, "{} bytes were queued", told.len());
}
