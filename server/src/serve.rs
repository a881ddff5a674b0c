//! `server serve`: the composition root.

use std::{io, path::Path, sync::Arc, time::Duration};

use anyhow::Context;
use leptos::config::get_configuration;
use store::{Db, Signals, Store, clock::Sources, secrets::KeyRing};
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
};
use tokio_util::sync::CancellationToken;

use crate::{
    capacity::Capacity,
    config::{Config, log_credentials},
    host_keys::HostKeys,
    http::{self, Connections, Limits},
    live,
    services::demo,
    state::AppState,
    worker::{self, Background, Deliveries, Mailer, Runner, WebhookClient},
};

/// The limit for a stop: a process is usually killed half a minute after the request to stop (Kubernetes).
const STOP_WITHIN: Duration = Duration::from_secs(20);

/// The limit for closing the database after that.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);

/// Serves until the process receives a signal to stop.
///
/// # Errors
/// The reason why the server cannot start, in words for the operator.
pub async fn serve(mut config: Config) -> anyhow::Result<()> {
    let listener =
        TcpListener::bind(config.listen).await.with_context(|| format!("listening on {}", config.listen))?;
    // With port 0 the system has chosen one.
    config.listen = listener.local_addr()?;
    let (sources, shutdown) = (Sources::system(), CancellationToken::new());
    let db = Db::open(&config.database_url).await.context("opening the database")?;
    let lease = Duration::from_secs(config.lease_seconds.into());
    let store = Store::new(db.clone(), Signals::default(), sources.clone())
        .with_lease(lease)
        .with_grace(config.leaver_days);
    let keys = keys(&config, &store).await?;
    let store = store.with_keys(keys);
    store.seal_stop_tokens().await.context("sealing the tokens of alert addresses")?;
    let refolded = store.refold_mailboxes().await.context("preparing names for the search")?;
    if refolded > 0 {
        tracing::info!(mailboxes = refolded, "names of an earlier version are prepared for the search");
    }
    store.clear_stale_leases().await.context("clearing leases of an earlier process")?;
    let microsoft = crate::state::microsoft(&config).context("setting up the Microsoft client")?;
    tracing::info!(cloud = microsoft.cloud().name, "Microsoft");
    log_credentials(&microsoft.credentials());
    let leptos = get_configuration(None).context("reading the LEPTOS_ settings")?.leptos_options;
    let public = config.public();
    if config.demo {
        println!("open: {}", demo::link(&store, &public).await?);
    }
    if let Some(token) = store.new_setup_token().await? {
        println!("there is no workspace yet; create the first one at {public}/welcome/{token}");
    }
    let host_keys = config.host_jwks.as_deref().map(HostKeys::open).transpose().context("DWD_HOST_JWKS")?;
    let host_keys = Arc::new(host_keys.unwrap_or_default());
    tokio::spawn(Arc::clone(&host_keys).keep_fresh(sources.clone(), shutdown.clone()));
    let webhooks = WebhookClient::new(config.webhook_targets()).context("setting up the webhooks")?;
    let mailer = Mailer::from_config(&config.mail, &public).context("setting up e-mail")?;

    let owner = sources.id().to_string();
    tracing::info!(%owner, "this process leases work");
    let background = Background::new(store.clone(), owner.clone(), shutdown.clone());
    worker::clock::spawn(&background, &store);
    worker::schedule::spawn(&background, &store);
    worker::retention::spawn(&background, &store);
    Deliveries::new(store.clone(), owner.clone(), webhooks, mailer).spawn(&background);
    Runner::new(store.clone(), microsoft.clone(), owner, shutdown.clone()).spawn(&background);
    background.report();

    let capacity = Capacity::of_process();
    tracing::info!(capacity.connections, capacity.streams, "room for clients");
    let state = AppState::new(store.clone(), microsoft, config, leptos, shutdown.clone())
        .with_streams(capacity.streams)
        .with_host_keys(host_keys);
    // Ends after the background work, so that other replicas are notified of the runs that it releases.
    let signals_end = CancellationToken::new();
    let signals =
        tokio::spawn(live::run(store, state.hub.clone(), live::Options::default(), signals_end.clone()));
    // Before anybody knows that it serves.
    let stop = StopSignals::new().context("receiving signals")?;
    println!("listening on http://{}", state.config.listen);
    tokio::spawn(stop.cancel(shutdown.clone()));
    let (connections, limits) = (Connections::default(), Limits::of(capacity.connections));
    let serving = http::serve(listener, http::router(state), limits, connections.clone(), shutdown.clone());
    let ended = async {
        serving.await;
        background.stopped().await;
        signals_end.cancel();
        _ = signals.await;
    };
    let deadline = async {
        shutdown.cancelled().await;
        tokio::time::sleep(STOP_WITHIN).await;
    };
    tokio::select! {
        () = ended => {}
        () = deadline => tracing::warn!(
            connections = connections.open(),
            runs_in_hand = background.is_running(),
            "not everything has ended in {STOP_WITHIN:?}: cut off"
        ),
    }
    match tokio::time::timeout(CLOSE_WITHIN, db.close()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "the database could not be closed"),
        Err(_) => tracing::warn!("the database was not closed in {CLOSE_WITHIN:?}"),
    }
    Ok(())
}

/// The keys of the configuration, or for SQLite those of a file beside the database.
async fn keys(config: &Config, store: &Store) -> anyhow::Result<KeyRing> {
    if let Some(keys) = &config.keys {
        return KeyRing::parse(keys, store.sources.clone()).context("DWD_KEYS");
    }
    let Some(database) = config.database_url.strip_prefix("sqlite://") else {
        anyhow::bail!(
            "with PostgreSQL the keys for secrets must be given, the same to every server: put what `server keys new` \
             prints into DWD_KEYS"
        );
    };
    let used = store.has_workspace().await?;
    KeyRing::in_file(Path::new(&format!("{database}.keys")), used, store.sources.clone())
        .context("keys for secrets")
}

/// SIGINT and SIGTERM, received from the moment of its creation.
struct StopSignals {
    interrupt: Signal,
    terminate: Signal,
    /// Received so that it does not end the process: a file beyond the system's limit of sizes is a failed write, like a
    /// full disk.
    _file_size: Signal,
}

impl StopSignals {
    fn new() -> io::Result<Self> {
        let file_size = SignalKind::from_raw(nix::sys::signal::Signal::SIGXFSZ as i32);
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            _file_size: signal(file_size)?,
        })
    }

    /// Waits for one of them, then cancels `shutdown`.
    async fn cancel(mut self, shutdown: CancellationToken) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
        tracing::info!("stopping: streams end, runs are handed back");
        shutdown.cancel();
    }
}
