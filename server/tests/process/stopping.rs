//! SIGTERM: streams end, runs are released, the process exits, and the next one continues at once.

use std::time::{Duration, Instant};

use domain::run::RunKind;
use nix::sys::signal::Signal;
use server::worker::REPEATED_AFTER_CRASH;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{
    database::Database,
    ledger::{self, assert_done_once, assert_gap_free, assert_slots},
    server::Server,
    test_server::TestEnvironment,
    wait_until,
};

const MAILBOXES: u32 = 400;
const STREAMS: usize = 20;
/// The limit for a stop: a little below the usual time (30 s) after which processes are killed.
const AT_MOST: Duration = Duration::from_secs(25);
/// Streams, idle clients and half requests end at once or after two seconds; a run in hand needs a moment more.
const IN_TIME: Duration = Duration::from_secs(10);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_is_handed_to_the_next_process_whatever_its_clients_do() {
    let env = TestEnvironment::start(MAILBOXES).await;
    let database = Database::postgres().await;
    // The lease lasts longer than the test waits.
    let settings = env.settings(&database.url, 600);
    let mut server = Server::start("stopped", &settings).await;
    let linked = env.link(&server, 1_000).await;
    env.latency([300, 600]).await;
    let (http, delegation) = (&env.console.http, linked.delegation);
    let mut streams = Vec::new();
    for _ in 0..STREAMS {
        let stream = http.get(format!("{}/live/{}?since=0", server.url, delegation)).send().await.unwrap();
        assert_eq!(stream.status(), 200);
        streams.push(stream);
    }
    let rows = env.console.connectable(&server.url, delegation).await;
    let total = rows.len();
    let (since, before) = (ledger::head(&database, delegation).await, env.last_request().await);
    let run = env.console.start(&server.url, delegation, RunKind::Connect, rows).await;
    wait_until("the run is under way", async || {
        (ledger::settled(&database, run.id).await >= 40).then_some(())
    })
    .await;
    let address = server.url.strip_prefix("http://").unwrap();
    let mut connection = TcpStream::connect(address).await.unwrap();
    // The client announces a body and never sends it, although the server waits for it.
    let form = "content-type: application/x-www-form-urlencoded\r\ncontent-length: 100";
    let head = format!("POST /enter HTTP/1.1\r\nhost: {address}\r\n{form}\r\nexpect: 100-continue\r\n\r\n");
    connection.write_all(head.as_bytes()).await.unwrap();
    let mut status = [0; 12];
    connection.read_exact(&mut status).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 100");
    // Others send half a head, or nothing at all.
    let mut half = TcpStream::connect(address).await.unwrap();
    half.write_all(b"GET / HTTP/1.1\r\nhost:").await.unwrap();
    let idle = TcpStream::connect(address).await.unwrap();

    server.program.signal(Signal::SIGTERM);
    let signalled = Instant::now();
    for stream in &mut streams {
        // The stream ends without an error.
        while stream.chunk().await.unwrap().is_some() {}
    }
    let streams_ended = signalled.elapsed();
    let status = server.program.ended(AT_MOST).await;
    let took = signalled.elapsed();
    assert!(status.success(), "{status}");
    assert!(streams_ended < Duration::from_secs(5), "the streams ended after {streams_ended:?}");
    assert!(took < IN_TIME, "it took {took:?} to end");
    assert!(!server.program.log().contains("cut off connections="));
    drop((connection, half, idle));
    assert_eq!(ledger::owner(&database, run.id).await, None, "the run was not handed back");

    let handed_back = ledger::settled(&database, run.id).await;
    env.latency([0, 10]).await;
    let next = Server::start("next", &settings).await;
    let started = Instant::now();
    wait_until("the next one continues", async || {
        (ledger::settled(&database, run.id).await > handed_back).then_some(())
    })
    .await;
    println!(
        "streams ended after {streams_ended:.1?}, the process after {took:.1?}, the next continued after {:.1?}",
        started.elapsed()
    );
    let run = env.console.over(&next.url, run.id).await;
    assert_done_once(&database, &run, total, since).await;
    assert_gap_free(&database, delegation).await;
    assert_slots(&database, &linked.workspace, total).await;
    let repeated = ledger::repeated(&env.asked(before).await, total);
    assert!(repeated <= REPEATED_AFTER_CRASH, "{repeated} requests were repeated");
    next.stop().await;
}
