//! Checks of the dependencies: licences, banned crates, sources and known vulnerabilities (`deny.toml`).

use std::{path::Path, process::Command, time::Duration};

use anyhow::Result;

use super::session::Session;
use crate::{setup::tools::Tools, shell, step::step};

/// Limit for fetching the database of advisories, a repository outside the registries that not every machine reaches.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) fn run(session: &Session) -> Result<()> {
    let program = Tools::ready(&session.workspace.toolchain, &session.workspace.target)?.deny;
    step("Checking licences, banned crates and sources", "a few seconds", || {
        shell::run(check(&program).args(["bans", "licenses", "sources"]))
    })?;
    let mut fetch = Command::new(&program);
    fetch.args(["--log-level", "off", "fetch", "db"]);
    if shell::succeeds_within(&mut fetch, PATIENCE) {
        step("Checking for known vulnerabilities", "a few seconds", || {
            shell::run(check(&program).args(["--disable-fetch", "advisories"]))
        })
    } else {
        println!(
            "  NOT CHECKED for known vulnerabilities: the database of advisories cannot be reached from here"
        );
        Ok(())
    }
}

fn check(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(["--log-level", "warn", "check", "--hide-inclusion-graph"]);
    command
}
