//! The command line: `server serve` and the commands for operators, one file each.

mod backup;
pub mod cert;
pub mod directory;
pub mod doctor;
mod reference;
mod restore;
mod slots;

use anyhow::Context;
use clap::{Parser, Subcommand};
use secrecy::ExposeSecret;
use store::{Db, clock::Sources, secrets::KeyRing};
use tracing_subscriber::EnvFilter;

use crate::{
    config::{Config, HostApiKey},
    serve::serve,
};
use backup::BackupCommand;
use cert::CertCommand;
use directory::DirectoryCommand;
use restore::RestoreCommand;
use slots::SlotsCommand;

/// Modules that log whole addresses, with tokens and codes: they are silent at every level of the log.
const QUIET: [&str; 1] = ["tower_http::csrf=warn"];

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
    /// Print a new key for the host, and its entry for `DWD_HOST_API_KEYS`. The key is shown only now.
    HostKey {
        /// Says in the log whose key it is: letters, digits, `-`, `_` and `.`.
        name: String,
    },
    /// Read an organisation's directory once, store nothing, and report its people and the cost.
    Directory(Box<DirectoryCommand>),
    /// Check configuration, credential, database, background loops and Microsoft, and one organisation from end to end;
    /// say what to fix. Changes nothing, and works beside a running server. Exit status 1 when something is to be
    /// fixed.
    Doctor(Box<Config>),
    Backup(BackupCommand),
    Restore(RestoreCommand),
    /// Bring the database's schema up to date and exit.
    Migrate(Box<Config>),
    /// Print docs/configuration.md: all settings, as Markdown.
    #[command(hide = true)]
    Configuration,
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// Print a new key for `DWD_KEYS`. To change keys put it first, and take the old one out after a day.
    New,
}

impl Cli {
    /// Executes the command.
    ///
    /// # Errors
    /// Why it failed, in words for the operator.
    pub async fn execute(self) -> anyhow::Result<()> {
        let mut filter = EnvFilter::try_from_default_env()
            .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,sea_orm_migration=warn"));
        for quiet in QUIET {
            filter = filter.add_directive(quiet.parse().context("a directive of the log")?);
        }
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
        match self.command {
            Command::Serve(config) => serve(*config).await,
            Command::Slots { command } => command.execute().await,
            Command::Cert { command } => {
                print!("{}", command.execute(Sources::system().date())?);
                Ok(())
            }
            Command::Keys { command: KeysCommand::New } => {
                println!("{}", KeyRing::new_entry(&Sources::system()).expose_secret());
                Ok(())
            }
            Command::HostKey { name } => {
                let (key, entry) = HostApiKey::make(&name, &Sources::system());
                entry.parse::<HostApiKey>().map_err(anyhow::Error::msg)?;
                println!("key: {}\nentry: {entry}", key.expose_secret());
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
            Command::Backup(command) => {
                print!("{}", command.execute().await?);
                Ok(())
            }
            Command::Restore(command) => {
                print!("{}", command.execute().await?);
                Ok(())
            }
            Command::Configuration => {
                print!("{}", reference::markdown());
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
