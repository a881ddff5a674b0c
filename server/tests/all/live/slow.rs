//! A client that does not read.

use domain::live::Batch;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    sync::watch,
};

use crate::support::{
    stream::{Page, Stream},
    test_server::TestServer,
};
use store_testing::{
    database::TestDatabase,
    organisation::{connectable, organisation, start_and_cancel},
};

/// The most bytes that the operating system and the connection may buffer for a client. Later data is produced only
/// when there is room again.
const BUFFERED: usize = 4 << 20;

/// Opens a stream without reading from it.
async fn open_unread(server: &TestServer, session: &str, path: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(65_536).unwrap();
    let host = server.base.strip_prefix("http://").unwrap();
    let mut stream = socket.connect(host.parse().unwrap()).await.unwrap();
    let request = format!("GET {path} HTTP/1.0\r\nhost: {host}\r\ncookie: sid={session}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    stream
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_does_not_read_delays_no_other_and_nothing_is_queued_for_it() {
    let database = TestDatabase::sqlite().await;
    let store = database.store().await;
    let server = TestServer::quiet(database, store.clone(), server::live::Options::default()).await;
    let org = organisation(&store, None, 200).await;
    let rows = connectable(&store, &org).await;
    let since = store.delegations(&org.ctx).delegation(org.delegation).await.unwrap().view.seq;
    let path = format!("/live/{}?since={}", org.delegation, since.0);
    let mut unread = open_unread(&server, &org.session, &path).await;

    let (heads, mut head) = watch::channel(since);
    let mut stream = Stream::open(&server.base, &org.session, org.delegation, since).await;
    let reading = tokio::spawn(async move {
        let mut page = Page::at(since);
        while head.changed().await.is_ok() {
            let end = *head.borrow_and_update();
            page.read_to(&mut stream, end).await;
        }
        page
    });
    // Large changes fill the buffers of the operating system.
    let mut written = 0;
    for n in 0..700 {
        let domain = format!("{n:020000}");
        store
            .delegations(&org.ctx)
            .name_delegation(org.delegation, &domain, "admin@contoso.com")
            .await
            .unwrap();
        written += domain.len();
    }
    let end = start_and_cancel(&store, &org, &rows).await;
    heads.send_replace(end);
    drop(heads);
    let page = reading.await.unwrap();
    assert_eq!((page.seen, page.rows.len()), (end, 200), "the other stream has read everything");

    // Now it reads: first the buffered data arrives, then the newest state of everything, without a gap.
    let (mut received, mut bytes) = (Vec::new(), [0; 65_536]);
    let last = format!("event: change\nid: {}\n", end.0);
    while !(String::from_utf8_lossy(&received).contains(&last) && received.ends_with(b"\n\n")) {
        let n = unread.read(&mut bytes).await.unwrap();
        assert!(n > 0, "the stream has ended");
        received.extend_from_slice(&bytes[..n]);
    }
    let text = String::from_utf8(received).unwrap();
    let mut late = Page::at(since);
    for data in text.lines().filter_map(|line| line.strip_prefix("data: ")).filter(|data| *data != "{}") {
        late.apply(serde_json::from_str::<Batch>(data).unwrap());
    }
    assert_eq!((late.seen, &late.rows), (end, &page.rows));
    println!("{written} bytes changed; {} came late, in {} frames", text.len(), late.frames);
    assert!(text.len() < BUFFERED && written > 3 * BUFFERED, "{} bytes were queued", text.len());
}
