//! The command line.

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::{bundle, docs, jobs, list, run, setup, test, texts, workspace};

#[derive(Parser)]
#[command(name = "cargo xtask", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Install what is missing, build, start the simulator and the console on SQLite
    Run(run::Args),
    /// Run every check, or one part of them
    Test(test::Args),
    /// Take a screenshot of every page and state, and compare it with the stored one
    Pictures(test::pictures::Args),
    /// Build the browser's files: WebAssembly, CSS and assets
    Bundle(bundle::Args),
    /// Write the documentation that is generated from code: docs/configuration.md
    Docs,
    /// Print every text that users can read, numbered, with its places in the code
    Texts,
    /// Install everything that the other commands need
    Setup,
    /// Run one long measurement
    Bench(jobs::Args),
    /// Run one long endurance test
    Soak(jobs::Args),
}

/// Runs the command that the arguments name, from the workspace's root; without one lists them all.
pub(crate) fn run() -> Result<()> {
    let cli = Cli::parse();
    std::env::set_current_dir(workspace::root()?)?;
    match cli.command {
        None => {
            list::print();
            Ok(())
        }
        Some(Command::Run(args)) => run::run(&args),
        Some(Command::Test(args)) => test::run(&args),
        Some(Command::Pictures(args)) => test::pictures::run(&args),
        Some(Command::Bundle(args)) => bundle::run(&args),
        Some(Command::Docs) => docs::run(),
        Some(Command::Texts) => texts::run(),
        Some(Command::Setup) => setup::everything(),
        Some(Command::Bench(args)) => jobs::run(jobs::BENCH, &args),
        Some(Command::Soak(args)) => jobs::run(jobs::SOAK, &args),
    }
}
