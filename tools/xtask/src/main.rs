//! The project's commands: `cargo xtask` lists them, `README.md` explains the two main ones.
//!
//! xtask is compiled by the active toolchain into its own target folder. It first chooses one toolchain for everything
//! else ([`setup::toolchain`]) and then runs cargo, npm, Debian's packages and our own binaries. Nothing here is needed
//! at run time: a deployed server is one binary and one folder of assets.

mod bench;
mod build;
mod bundle;
mod child;
mod cli;
mod docs;
mod http;
mod interrupt;
mod jobs;
mod list;
mod network;
mod nextest;
mod run;
mod server_tests;
mod setup;
mod shell;
mod simulated;
mod soak;
mod step;
mod test;
mod texts;
mod workspace;

use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
