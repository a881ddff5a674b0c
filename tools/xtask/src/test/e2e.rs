//! Runs Playwright, whose fixtures start the release build's programs (`end2end/fixtures`).

use std::process::Command;

use anyhow::Result;

use super::{postgres::Postgres, recording, release, session::Session, slowest};
use crate::{
    setup::{chromium, npm},
    shell,
    step::step,
    workspace::Workspace,
};

pub(super) fn run(session: &Session) -> Result<()> {
    let mut playwright = playwright(session)?;
    playwright.args(&session.rest);
    // One test cuts the connection to its database.
    let postgres = step("Starting a private PostgreSQL", "about 3 s", Postgres::start)?;
    playwright.env("E2E_POSTGRES", postgres.database());
    // The simulator's answers to the server are recorded and checked afterwards.
    let recordings = recording::folder(&session.workspace.target, "e2e-recording")?;
    playwright.env("E2E_SIMULATOR_RECORD", &recordings);
    let report = std::path::absolute(session.workspace.target.join("e2e-report.json"))?;
    playwright.env("PLAYWRIGHT_JSON_OUTPUT_FILE", &report);
    let passed = step("Playwright in Chromium", "about 8 min", || shell::run(&mut playwright));
    session.keep_times(passed, slowest::of_playwright(&report))?;
    drop(postgres);
    // A selection of tests may send no request to Microsoft, and an empty recording is a failure.
    if session.rest.is_empty() { recording::check(&recordings) } else { Ok(()) }
}

/// Playwright's command with another configuration, for commands outside the tests.
pub(crate) fn alone(config: &str) -> Result<Command> {
    let session = Session::new(Workspace::ready()?, Vec::new());
    let mut playwright = playwright(&session)?;
    playwright.args(["--config", config]);
    Ok(playwright)
}

/// Playwright's test runner with the paths of the release build, without a selection of tests.
fn playwright(session: &Session) -> Result<Command> {
    npm::ready()?;
    let chromium = chromium::ready()?;
    let release = release::ready(session)?;
    let mut playwright = Command::new(npm::absolute("playwright")?);
    playwright.current_dir("end2end").arg("test");
    playwright.env("CHROMIUM", chromium).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    playwright.env("E2E_SERVER_BIN", &release.programs.server);
    playwright.env("E2E_SIMULATOR_BIN", &release.programs.simulator);
    // Site and names for the server, as `run` passes them in development.
    playwright.envs(release.site.environment());
    Ok(playwright)
}
