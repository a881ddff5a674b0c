//! What must run beside the streams.

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use super::{doorbell, net, retention, rings::Rings};
use crate::store::Store;

/// How streams learn of changes that another process has made. The default is for life; less is for tests.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether to listen to other replicas (PostgreSQL).
    pub listen: bool,
    /// How often to look how far the logs go.
    pub poll: Option<Duration>,
}

impl Default for Options {
    fn default() -> Self {
        Self { listen: true, poll: Some(Duration::from_secs(2)) }
    }
}

/// Keeps streams and runners awake and the log short, until `stop`. Cancel that after the last change: what rang up
/// to then is still passed on to the other replicas.
pub async fn keep(store: Store, options: Options, stop: CancellationToken) {
    let named = Arc::new(Rings::default());
    named.open();
    let Some(pool) = store.db.postgres() else {
        tokio::select! {
            () = net::watch(&store, &named, options.poll) => {}
            () = retention::keep(&store) => {}
            () = stop.cancelled() => {}
        }
        return;
    };
    let (me, elsewhere) = (store.sources.id(), &store.hub.elsewhere);
    let missed = || {
        named.add(|heard| {
            heard.moved.extend(store.hub.watched().into_iter().map(|(_, id)| id));
            heard.work = true;
        });
    };
    let listen = async {
        if options.listen {
            doorbell::listen(pool, &named, me, missed).await;
        } else {
            std::future::pending().await
        }
    };
    elsewhere.open();
    tokio::select! {
        () = net::watch(&store, &named, options.poll) => {}
        () = retention::keep(&store) => {}
        () = listen => {}
        () = doorbell::send(pool, elsewhere, me, &stop) => {}
    }
    elsewhere.close();
}
