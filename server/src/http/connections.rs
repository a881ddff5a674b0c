//! Connections of clients: how long each may take, how many there are, and how they end at a stop.
//!
//! A connection waits (for its first request, the rest of one, or the next one) or is answered. What waits has a time
//! limit, and is cut off before its time when a new connection needs its place: clients that never finish a request
//! cannot keep others out, and health checks always connect. What is answered may take ten minutes and must make
//! progress; only live streams, by their address, may take longer.
//!
//! HTTP/1.1 only: a proxy in front speaks HTTP/2 and TLS with browsers.

mod body;
mod limits;
mod phase;
mod stream;

use std::{
    collections::HashMap,
    convert::Infallible,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, HttpBody as _},
    extract::{ConnectInfo, Request},
    response::Response,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep, sleep_until, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt as _;

pub use self::limits::Limits;
use self::{
    body::{Answer, Received},
    phase::{Phase, Tracked},
    stream::Progressing,
};

/// The largest head of a request, in bytes.
const HEAD: usize = 64 * 1_024;
/// The pause after a failed accept: the system has no room for another connection.
const PAUSE: Duration = Duration::from_millis(20);
/// Streams may take as long as they like.
const STREAMS: &str = "/live/";

/// The network address of the peer, for handlers.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// The open connections. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Connections(Arc<Mutex<HashMap<u64, Arc<Tracked>>>>);

impl Connections {
    /// The number of open connections.
    #[must_use]
    pub fn open(&self) -> usize {
        self.all().len()
    }

    /// Cuts off the connection that has waited longest, or else the one whose answer is read slowest. `false` when every
    /// connection is at work, or a stream.
    fn cut_longest_waiting(&self) -> bool {
        let (all, now) = (self.all(), Instant::now());
        let of = |since: fn(&Tracked, Instant) -> Option<Instant>| {
            let found = all.values().filter_map(|one| Some((since(one, now)?, one)));
            found.min_by_key(|(since, _)| *since).map(|(_, one)| one)
        };
        let longest = of(|one, _| one.waits_since()).or_else(|| of(Tracked::reads_slowly_since));
        longest.inspect(|one| one.cut.cancel()).is_some()
    }

    fn all(&self) -> MutexGuard<'_, HashMap<u64, Arc<Tracked>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves until `stop`, and then until the requests under way are answered.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    limits: Limits,
    connections: Connections,
    stop: CancellationToken,
) {
    let (tasks, places) = (TaskTracker::new(), Arc::new(Semaphore::new(limits.connections)));
    let next = async || {
        let place = free_place(&places, &connections).await;
        loop {
            match listener.accept().await {
                Ok((stream, peer)) => return (place, stream, peer),
                Err(error) => after_failed_accept(&error, &connections).await,
            }
        }
    };
    let mut ids = 0_u64..;
    while let (Some((place, stream, peer)), Some(id)) = (stop.run_until_cancelled(next()).await, ids.next()) {
        let tracked = Arc::new(Tracked::new());
        connections.all().insert(id, Arc::clone(&tracked));
        let (app, stop, connections) = (app.clone(), stop.clone(), connections.clone());
        tasks.spawn(async move {
            serve_one((stream, peer), app, limits, &tracked, &stop).await;
            connections.all().remove(&id);
            drop::<OwnedSemaphorePermit>(place);
        });
    }
    drop(listener);
    tasks.close();
    tasks.wait().await;
}

/// Waits for a place, and makes one if need be.
async fn free_place(places: &Arc<Semaphore>, connections: &Connections) -> OwnedSemaphorePermit {
    loop {
        if let Ok(place) = Arc::clone(places).try_acquire_owned() {
            return place;
        }
        connections.cut_longest_waiting();
        if let Ok(Ok(place)) = timeout(PAUSE, Arc::clone(places).acquire_owned()).await {
            return place;
        }
    }
}

async fn after_failed_accept(error: &io::Error, connections: &Connections) {
    let of_the_client = matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused | io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    );
    if !of_the_client {
        tracing::error!(%error, "no connection can be accepted");
        connections.cut_longest_waiting();
        sleep(PAUSE).await;
    }
}

/// Serves one connection until it ends, is cut off, or has taken too long.
async fn serve_one(
    (stream, peer): (TcpStream, SocketAddr),
    app: Router,
    limits: Limits,
    tracked: &Arc<Tracked>,
    stop: &CancellationToken,
) {
    // Answers are written at once: small ones need not wait for more.
    _ = stream.set_nodelay(true);
    let io = TokioIo::new(Progressing::new(stream, limits.write, Arc::clone(tracked)));
    let service = service_fn(|request| answer(app.clone(), request, peer, Arc::clone(tracked)));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        // Counted here, where the pause between two requests is no part of the second one's head.
        .header_read_timeout(None)
        .max_buf_size(HEAD)
        .serve_connection(io, service);
    tokio::pin!(connection);
    let mut stopping = None;
    loop {
        let deadline = tracked.deadline(&limits, stopping);
        tokio::select! {
            // An error is the client's: it went away, or sent no HTTP.
            _ = &mut connection => return,
            () = tracked.cut.cancelled() => return,
            () = stop.cancelled(), if stopping.is_none() => {
                stopping = Some(Instant::now());
                connection.as_mut().graceful_shutdown();
            }
            // The deadline may have moved meanwhile.
            () = sleep_until(deadline) => {
                if tracked.deadline(&limits, stopping) <= Instant::now() {
                    return;
                }
            }
        }
    }
}

async fn answer(
    app: Router,
    request: Request<Incoming>,
    peer: SocketAddr,
    tracked: Arc<Tracked>,
) -> Result<Response<Body>, Infallible> {
    let answers = Phase::Answer { is_stream: request.uri().path().starts_with(STREAMS) };
    let is_complete = request.body().is_end_stream();
    tracked.enter(if is_complete { answers } else { Phase::Body { since: Instant::now() } });
    let received = Received { then: answers, tracked: Arc::clone(&tracked) };
    let mut request = request.map(|body| Body::new(received.of(body)));
    request.extensions_mut().insert(ConnectInfo(Peer(peer)));
    let answer = app.oneshot(request).await?;
    Ok(answer.map(|body| Body::new(Answer::new(body, tracked))))
}
