//! Carries signals between replicas and into the feeds of this process.

use std::{sync::Arc, time::Duration};

use store::{Pending, Store};
use tokio_util::sync::CancellationToken;

use super::{Hub, pg_notify, poll};

/// The sources of signals about changes that another process has made. Tests switch them off.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether to listen to other replicas (PostgreSQL).
    pub listen: bool,
    /// How often to compare the heads of the logs; `None` for never.
    pub poll: Option<Duration>,
}

impl Default for Options {
    fn default() -> Self {
        Self { listen: true, poll: Some(Duration::from_secs(2)) }
    }
}

/// Runs until `stop`. Cancel that after the last commit: signals up to then still reach the other replicas.
pub async fn run(store: Store, hub: Hub, options: Options, stop: CancellationToken) {
    let received = Arc::new(Pending::default());
    received.open();
    let Some(pool) = store.db.postgres() else {
        tokio::select! {
            () = poll::run(&store, &hub, &received, options.poll) => {}
            () = stop.cancelled() => {}
        }
        return;
    };
    let (replica, remote) = (store.sources.id(), store.signals.remote());
    let missed = || {
        received.add(|signals| {
            signals.delegations.extend(store.signals.watched().into_iter().map(|(_, id)| id));
            signals.work = true;
        });
    };
    let listen = async {
        if options.listen {
            pg_notify::listen(pool, &received, replica, missed).await;
        } else {
            std::future::pending().await
        }
    };
    remote.open();
    tokio::select! {
        () = poll::run(&store, &hub, &received, options.poll) => {}
        () = listen => {}
        () = pg_notify::send(pool, remote, replica, &stop) => {}
    }
    remote.close();
}
