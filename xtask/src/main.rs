//! The project's commands: `cargo xtask` lists them, `README.md` explains the two that matter.
//!
//! Compiled by whatever toolchain is active into a target folder of its own, it first chooses one toolchain
//! for everything else ([`setup::toolchain`]) and then drives cargo, npm, Debian's packages and our own
//! binaries. Nothing here is needed at run time: a deployed server is one binary and one folder of assets.

mod bench;
mod build;
mod bundle;
mod child;
mod cli;
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
