//! `server slots`: recounts the slots, and repairs the accounts.

use anyhow::Context;
use clap::Subcommand;
use store::{Db, Recount, Signals, Store, clock::Sources, recount};

#[derive(Debug, Subcommand)]
pub enum SlotsCommand {
    /// Recount every pool from the mailboxes and report whether its account agrees. Changes nothing, and works beside
    /// a running server. Exit status 1 when a pool is off.
    Check {
        #[arg(
            long,
            env = "DWD_DATABASE_URL",
            default_value = "sqlite://data/warmy.db",
            hide_env_values = true
        )]
        database_url: String,
        /// Also repair wrong pools: slot accounts are set to the recounted numbers, and reservations without an
        /// unfinished run are released. With SQLite the server must be stopped
        #[arg(long)]
        repair: bool,
    },
}

impl SlotsCommand {
    /// Executes the command.
    ///
    /// # Errors
    /// Pools that are off, or why they could not be counted, in words for the operator.
    pub async fn execute(&self) -> anyhow::Result<()> {
        let Self::Check { database_url, repair } = self;
        if *repair { repair_slots(database_url).await } else { check_slots(database_url).await }
    }
}

async fn check_slots(database_url: &str) -> anyhow::Result<()> {
    let db = Db::open_read_only(database_url).await.context("opening the database")?;
    let pools = recount(&db).await.context("counting")?;
    for pool in &pools {
        println!("{}: {}", describe(pool), if pool.is_exact() { "exact" } else { "OFF" });
    }
    let off = pools.iter().filter(|pool| !pool.is_exact()).count();
    anyhow::ensure!(
        off == 0,
        "{off} of {} pools are off; `server slots check --repair` repairs them",
        pools.len()
    );
    Ok(())
}

async fn repair_slots(database_url: &str) -> anyhow::Result<()> {
    let db = Db::open(database_url).await.context("opening the database")?;
    let store = Store::new(db, Signals::default(), Sources::system());
    let found = store.repair_slots().await.context("repairing")?;
    for pool in &found {
        println!("{}: REPAIRED", describe(pool));
    }
    println!("{} pools were off; all are exact now", found.len());
    Ok(())
}

fn describe(pool: &Recount) -> String {
    let ((used, reserved), (rows_used, rows_reserved)) = (pool.account, pool.rows);
    let mut text = format!(
        "{} {}: account {used} used {reserved} reserved, mailboxes {rows_used} used {rows_reserved} reserved",
        pool.workspace, pool.plan_type_id
    );
    if pool.stranded > 0 {
        text += &format!(", {} of them reserved without an unfinished run", pool.stranded);
    }
    text
}
