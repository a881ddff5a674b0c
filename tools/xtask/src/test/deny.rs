//! Checks of the dependencies: licences, banned crates and sources (`deny.toml`), versions that were yanked, and known
//! vulnerabilities.

mod advisories;
mod yanked;

use std::{path::Path, process::Command, time::Duration};

use anyhow::Result;

use super::session::Session;
use crate::{setup::tools::Tools, shell, step::step, workspace};

/// Limit for fetching the database of advisories, a repository outside the registries that not every machine reaches.
const PATIENCE: Duration = Duration::from_secs(60);
/// Names a folder with a copy of that database, for machines that do not reach it.
const COPY: &str = "DWD_ADVISORY_DB";

pub(super) fn run(session: &Session) -> Result<()> {
    let program = Tools::ready(&session.workspace.toolchain, &session.workspace.target)?.deny;
    step("Checking licences, banned crates and sources", "a few seconds", || {
        shell::run(check(&program).args(["bans", "licenses", "sources"]))
    })?;
    let root = &workspace::root()?;
    step("Checking for yanked versions", "a few seconds", || {
        yanked::check(&root.join("Cargo.lock"), || session.workspace.toolchain.cargo())
    })?;
    if let Some(copy) = std::env::var_os(COPY) {
        return step(
            "Checking for known vulnerabilities, in a copy of the database",
            "a few seconds",
            || advisories::check(Path::new(&copy), root),
        );
    }
    let mut fetch = Command::new(&program);
    fetch.args(["--log-level", "off", "fetch", "db"]);
    if shell::succeeds_within(&mut fetch, PATIENCE) {
        step("Checking for known vulnerabilities", "a few seconds", || {
            shell::run(check(&program).arg("advisories"))
        })
    } else {
        println!(
            "  NOT CHECKED for known vulnerabilities: the database of advisories cannot be reached from here, and {COPY} \
             names no folder with a copy of it"
        );
        Ok(())
    }
}

fn check(program: &Path) -> Command {
    let mut command = Command::new(program);
    command.args(["--log-level", "warn", "check", "--hide-inclusion-graph"]);
    command
}
