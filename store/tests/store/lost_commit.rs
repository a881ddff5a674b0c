//! PostgreSQL's connection breaks around a COMMIT: nobody is told that it was stored or not, and a repeated request
//! answers which.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use domain::{AppError, run::RunKind};
use store::{Db, NewRun, Signals, Store, StoreError, clock::Sources};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy},
    net::{TcpListener, TcpStream},
};

use store_testing::{
    database::TestDatabase,
    organisation::{connectable, organisation},
};

/// When the connection breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    /// The server never gets the COMMIT.
    Before,
    /// The server has answered it, and the answer is lost.
    After,
}

/// A connection between the store and PostgreSQL that breaks at the next COMMIT once it is armed.
struct Wire {
    url: String,
    armed: Arc<AtomicBool>,
}

impl Wire {
    async fn to(url: &str, cut: Cut) -> Self {
        let (scheme, rest) = url.split_once("://").unwrap();
        let (authority, name) = rest.split_once('/').unwrap();
        let (user, server) = authority.rsplit_once('@').map_or(("", authority), |(user, at)| (user, at));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let here = listener.local_addr().unwrap();
        let at = if user.is_empty() { here.to_string() } else { format!("{user}@{here}") };
        let (armed, server) = (Arc::new(AtomicBool::new(false)), server.to_owned());
        let flag = Arc::clone(&armed);
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (server, flag) = (server.clone(), Arc::clone(&flag));
                tokio::spawn(async move { carry(client, &server, &flag, cut).await });
            }
        });
        Self { url: format!("{scheme}://{at}/{name}"), armed }
    }
}

async fn carry(client: TcpStream, server: &str, armed: &AtomicBool, cut: Cut) {
    let server = TcpStream::connect(server).await.unwrap();
    let ((mut from_client, mut to_client), (mut from_server, mut to_server)) =
        (client.into_split(), server.into_split());
    let answers = tokio::spawn(async move {
        _ = copy(&mut from_server, &mut to_client).await;
    });
    let mut bytes = vec![0; 16_384];
    while let Ok(n @ 1..) = from_client.read(&mut bytes).await {
        let is_commit = bytes[..n].windows(6).any(|six| six == b"COMMIT");
        if is_commit && armed.swap(false, Ordering::SeqCst) {
            answers.abort();
            _ = answers.await;
            if cut == Cut::After {
                to_server.write_all(&bytes[..n]).await.unwrap();
                // An orderly end: the server finishes what it has read.
                to_server.shutdown().await.unwrap();
            }
            return;
        }
        if to_server.write_all(&bytes[..n]).await.is_err() {
            return;
        }
    }
    answers.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_answer_is_lost_is_neither_success_nor_failure() {
    for cut in [Cut::Before, Cut::After] {
        let database = TestDatabase::postgres().await;
        let direct = database.store().await;
        let org = organisation(&direct, Some(10), 4).await;
        let rows = connectable(&direct, &org).await;
        let wire = Wire::to(&database.url, cut).await;
        let db = Db::open(&wire.url).await.unwrap();
        let store = Store::new(db, Signals::default(), Sources::system());
        let new =
            NewRun { delegation: org.delegation, kind: RunKind::Connect, rows: &rows, key: Some("same-key") };
        wire.armed.store(true, Ordering::SeqCst);
        let lost = store.runs(&org.ctx).accept_run(&new).await.unwrap_err();
        assert!(matches!(lost, StoreError::Uncertain(_)), "{cut:?}: {lost:?}");
        assert!(matches!(AppError::from(lost), AppError::Uncertain));
        // Whether it was stored is known to the database alone, and the same request asks it.
        let before = direct.runs(&org.ctx).list(org.delegation, 10).await.unwrap();
        let connects =
            |runs: &[domain::run::RunView]| runs.iter().filter(|run| run.kind == RunKind::Connect).count();
        assert_eq!(connects(&before), usize::from(cut == Cut::After), "{cut:?}");
        let run = store.runs(&org.ctx).accept_run(&new).await.unwrap();
        let after = direct.runs(&org.ctx).list(org.delegation, 10).await.unwrap();
        assert_eq!(connects(&after), 1, "{cut:?}");
        assert!(after.iter().any(|one| one.id == run.id));
        let pool = &direct.slots(&org.ctx).pools().await.unwrap()[0];
        assert_eq!((pool.reserved, pool.used), (4, 0), "{cut:?}: slots are taken once");
    }
}
