//! Clients that open connections and never finish a request: others, and health checks above all, are answered, and a
//! stop does not wait for them.

use std::time::{Duration, Instant};

use nix::sys::{
    resource::{Resource, getrlimit, setrlimit},
    signal::Signal,
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::{database::Database, server::Server, test_server::TestEnvironment};

/// The files of the process under test: fewer than the connections.
const FILES: u32 = 256;
const CLIENTS: usize = 1_000;
/// The limit for an answer.
const AT_ONCE: Duration = Duration::from_secs(1);

/// Requests that are never finished, by turns: half a head, half a body, nothing, and large answers that nobody reads.
const HALVES: [&str; 4] = [
    "GET /livez HTTP/1.1\r\nhost: x\r\nx-slow: ",
    "POST /api/app/api/setup/load_me HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{",
    "",
    LARGE,
];
/// Asks for more than the system's buffers hold, again and again, and reads nothing.
const LARGE: &str = concat!(
    "GET /embed.js HTTP/1.1\r\nhost: x\r\n\r\n",
    "GET /embed.js HTTP/1.1\r\nhost: x\r\n\r\n",
    "GET /sign-in HTTP/1.1\r\nhost: x\r\n\r\n",
);

/// Asks `/livez` on a connection of its own. Returns how long the answer took.
async fn livez(address: &str) -> Duration {
    let start = Instant::now();
    let ask = async {
        let mut connection = TcpStream::connect(address).await.unwrap();
        connection.write_all(b"GET /livez HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    };
    tokio::time::timeout(4 * AT_ONCE, ask).await.expect("an answer of /livez");
    start.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_half_requests_keep_nobody_out() {
    let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
    setrlimit(Resource::RLIMIT_NOFILE, hard, hard).unwrap();
    let (env, folder) = (TestEnvironment::start(1).await, TempDir::new().unwrap());
    let settings = env.settings(&Database::sqlite_url(&folder), 30);
    let mut server =
        Server::start("crowded", &crate::support::server::Settings { files: Some(FILES), ..settings }).await;
    env.enter(&server, 1).await;
    let address = server.url.strip_prefix("http://").unwrap().to_owned();
    let (mut clients, mut slowest) = (Vec::new(), Duration::ZERO);
    for n in 0..CLIENTS {
        let mut client = TcpStream::connect(&address).await.unwrap();
        // The server may have cut it off already.
        _ = client.write_all(HALVES[n % HALVES.len()].as_bytes()).await;
        clients.push(client);
        if n.is_multiple_of(50) {
            slowest = slowest.max(livez(&address).await);
        }
    }
    assert!(slowest < AT_ONCE, "/livez took {slowest:?}");
    // A page, on a new connection.
    let page = reqwest::Client::new().get(format!("{}/sign-in", server.url)).send().await.unwrap();
    assert_eq!(page.status(), 200);
    // A client that has sent the half of a request is cut off before its connection is used for another minute.
    let mut half = TcpStream::connect(&address).await.unwrap();
    half.write_all(HALVES[0].as_bytes()).await.unwrap();
    let cut = tokio::time::timeout(Duration::from_secs(20), half.read(&mut [0; 1])).await;
    assert!(matches!(cut, Ok(Ok(0) | Err(_))), "half a head is still waited for: {cut:?}");

    let start = Instant::now();
    server.program.signal(Signal::SIGTERM);
    assert!(server.program.ended(Duration::from_secs(20)).await.success());
    let stopped = start.elapsed();
    println!(
        "{CLIENTS} half requests, {FILES} files: /livez at most {slowest:.0?}, stopped in {stopped:.1?}"
    );
    assert!(stopped < Duration::from_secs(5), "a stop took {stopped:?}");
    drop(clients);
}
