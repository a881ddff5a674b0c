//! The command line.

use std::{path::Path, time::Duration};

use anyhow::Context;
use clap::{Parser, Subcommand};
use leptos::config::get_configuration;
use secrecy::ExposeSecret;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing_subscriber::EnvFilter;

use crate::{
    alerts,
    cert::CertCommand,
    config::{Config, log_credentials},
    directory::DirectoryCommand,
    doctor,
    http::{self, Counted, HostKeys, Peer},
    keys::KeyRing,
    live::{self, Hub},
    runs::Runner,
    services::demo,
    sources::Sources,
    state::AppState,
    store::{Db, Recount, Store, recount},
    webhooks::{self, Post},
};

/// Connects every mailbox of a Microsoft 365 organisation to Warmy, without a password.
#[derive(Debug, Parser)]
#[command(version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the console.
    Serve(Box<Config>),
    /// Recount the slots, and repair the accounts.
    Slots {
        #[command(subcommand)]
        command: SlotsCommand,
    },
    /// Make or show the certificate by which the server proves its identity to Microsoft.
    Cert {
        #[command(subcommand)]
        command: CertCommand,
    },
    /// Keys that encrypt secrets in the database.
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Read an organisation's directory once, store nothing, and say who is there and what it cost.
    Directory(Box<DirectoryCommand>),
    /// Check configuration, credential, database and Microsoft, and one organisation from end to end; say what to fix.
    /// Changes nothing, and works beside a running server. Exit status 1 when something is to be fixed.
    Doctor(Box<Config>),
    /// Bring the database's schema up to date and exit.
    Migrate(Box<Config>),
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// Print a new key for `DWD_KEYS`. To change keys put it first, and take the old one out after a day.
    New,
}

#[derive(Debug, Subcommand)]
enum SlotsCommand {
    /// Count every pool again from the mailboxes and say whether the account agrees. Changes nothing, and works
    /// beside a running server. Exit status 1 when a pool is off.
    Check {
        #[arg(
            long,
            env = "DWD_DATABASE_URL",
            default_value = "sqlite://data/warmy.db",
            hide_env_values = true
        )]
        database_url: String,
        /// Also put right what is off: accounts say what their mailboxes hold, and reservations of no run under way
        /// are given back. With SQLite the server must be stopped
        #[arg(long)]
        repair: bool,
    },
}

impl Cli {
    /// Does what was asked for.
    ///
    /// # Errors
    /// Whatever keeps it from being done, in words for the operator.
    pub async fn execute(self) -> anyhow::Result<()> {
        tracing_subscriber::fmt()
            .with_env_filter(
                EnvFilter::try_from_default_env()
                    .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,sea_orm_migration=warn")),
            )
            .with_writer(std::io::stderr)
            .init();
        match self.command {
            Command::Serve(config) => serve(*config).await,
            Command::Slots { command: SlotsCommand::Check { database_url, repair } } => {
                if repair {
                    repair_slots(&database_url).await
                } else {
                    check_slots(&database_url).await
                }
            }
            Command::Cert { command } => {
                print!("{}", command.execute(Sources::system().date())?);
                Ok(())
            }
            Command::Keys { command: KeysCommand::New } => {
                println!("{}", KeyRing::new_entry(&Sources::system()).expose_secret());
                Ok(())
            }
            Command::Directory(command) => {
                print!("{}", command.execute().await?);
                Ok(())
            }
            Command::Doctor(config) => {
                let findings = doctor::examine(&config).await;
                for finding in &findings {
                    println!("{finding}");
                }
                let bad = findings.iter().filter(|finding| !finding.is_good()).count();
                anyhow::ensure!(bad == 0, "{bad} of {} to be fixed", findings.len());
                Ok(())
            }
            Command::Migrate(config) => {
                Db::open(&config.database_url).await.context("opening the database")?;
                println!("schema is up to date");
                Ok(())
            }
        }
    }
}

/// Whoever asks a process to stop waits for half a minute as a rule (Kubernetes), and then kills it.
const STOP_WITHIN: Duration = Duration::from_secs(20);

async fn check_slots(database_url: &str) -> anyhow::Result<()> {
    let db = Db::open_read_only(database_url).await.context("opening the database")?;
    let pools = recount(&db).await.context("counting")?;
    for pool in &pools {
        println!("{}: {}", words(pool), if pool.is_exact() { "exact" } else { "OFF" });
    }
    let off = pools.iter().filter(|pool| !pool.is_exact()).count();
    anyhow::ensure!(
        off == 0,
        "{off} of {} pools are off; `server slots check --repair` puts them right",
        pools.len()
    );
    Ok(())
}

async fn repair_slots(database_url: &str) -> anyhow::Result<()> {
    let db = Db::open(database_url).await.context("opening the database")?;
    let found =
        Store::new(db, Hub::default(), Sources::system()).repair_slots().await.context("repairing")?;
    for pool in &found {
        println!("{}: REPAIRED", words(pool));
    }
    println!("{} pools were off; all are exact now", found.len());
    Ok(())
}

fn words(pool: &Recount) -> String {
    let ((used, reserved), (rows_used, rows_reserved)) = (pool.account, pool.rows);
    let mut words = format!(
        "{} {}: account {used} used {reserved} reserved, mailboxes {rows_used} used {rows_reserved} reserved",
        pool.workspace, pool.plan_type_id
    );
    if pool.stranded > 0 {
        words += &format!(", {} of them by no run under way", pool.stranded);
    }
    words
}

async fn serve(mut config: Config) -> anyhow::Result<()> {
    let listener =
        TcpListener::bind(config.listen).await.with_context(|| format!("listening on {}", config.listen))?;
    // With port 0 the system has chosen one.
    config.listen = listener.local_addr()?;
    let (sources, shutdown, tasks) = (Sources::system(), CancellationToken::new(), TaskTracker::new());
    let db = Db::open(&config.database_url).await.context("opening the database")?;
    let lease = Duration::from_secs(config.lease_seconds.into());
    let keys = keys(&config, &sources)?;
    let store = Store::new(db, Hub::default(), sources.clone())
        .with_lease(lease)
        .with_grace(config.leaver_days)
        .with_keys(keys);
    store.clear_stale_leases().await.context("clearing leases of an earlier process")?;
    let microsoft = crate::state::microsoft(&config).context("setting up the Microsoft client")?;
    tracing::info!(cloud = microsoft.cloud().name, "Microsoft");
    log_credentials(&microsoft.credentials());
    let leptos = get_configuration(None).context("reading the LEPTOS_ settings")?.leptos_options;
    if config.demo {
        println!("open: {}", demo::link(&store, &config.public()).await?);
    }
    let owner = sources.id().to_string();
    tracing::info!(%owner, "works on runs");
    let runner = Runner::new(store.clone(), microsoft.clone(), owner, shutdown.clone());
    // Ends after the runner, so that other replicas hear of what it hands back.
    let done = CancellationToken::new();
    tasks.spawn(live::keep(store.clone(), live::Options::default(), done.clone()));
    let post = Post::new(config.webhook_targets()).context("setting up the webhooks")?;
    tasks.spawn(webhooks::keep(store.clone(), post, shutdown.clone()));
    if let Some(mailer) = config.mail.mailer(&config.public()).context("setting up e-mail")? {
        tasks.spawn(alerts::keep(store.clone(), mailer, shutdown.clone()));
    }
    tasks.spawn(async move {
        let _done = done.drop_guard();
        runner.run().await;
    });
    let public = config.public();
    if let Some(token) = store.new_setup_token().await? {
        println!("nobody is here yet; make the first workspace once, at {public}/welcome/{token}");
    }
    let keys = config.host_jwks.as_deref().map(HostKeys::open).transpose().context("DWD_HOST_JWKS")?;
    let state = AppState::new(store, microsoft, config, leptos, shutdown.clone())
        .with_host_keys(keys.unwrap_or_default());
    println!("listening on http://{}", state.config.listen);
    tasks.close();
    let (listener, connections) = Counted::new(listener);
    let serving = axum::serve(listener, http::router(state).into_make_service_with_connect_info::<Peer>())
        .with_graceful_shutdown(stop_signal(shutdown.clone()));
    let ended = async {
        let served = serving.await;
        tasks.wait().await;
        served
    };
    let deadline = async {
        shutdown.cancelled().await;
        tokio::time::sleep(STOP_WITHIN).await;
    };
    tokio::select! {
        served = ended => served?,
        () = deadline => tracing::warn!(
            connections = connections.open(),
            runs_in_hand = !tasks.is_empty(),
            "not everything has ended in {STOP_WITHIN:?}: cut off"
        ),
    }
    Ok(())
}

/// The keys of the configuration; beside an SQLite database a file keeps them.
fn keys(config: &Config, sources: &Sources) -> anyhow::Result<KeyRing> {
    if let Some(keys) = &config.keys {
        return KeyRing::parse(keys, sources.clone()).context("DWD_KEYS");
    }
    let Some(database) = config.database_url.strip_prefix("sqlite://") else {
        anyhow::bail!(
            "with PostgreSQL the keys for secrets must be given, the same to every server: put what `server keys new` \
             prints into DWD_KEYS"
        );
    };
    KeyRing::in_file(Path::new(&format!("{database}.keys")), sources.clone()).context("keys for secrets")
}

/// Ends when the process is asked to stop; everything that lives long ends with it.
async fn stop_signal(shutdown: CancellationToken) {
    let interrupt = tokio::signal::ctrl_c();
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = interrupt => {}
        () = terminate => {}
    }
    tracing::info!("stopping: streams end, runs are handed back");
    shutdown.cancel();
}
