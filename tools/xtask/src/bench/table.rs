//! `cargo xtask bench table`: the mailbox table with 100,000 rows in Chromium, beside React with TanStack Virtual.

use std::process::Command;

use anyhow::Result;

use super::browser;
use crate::{setup::npm, shell, step::step};

pub(crate) fn run() -> Result<()> {
    npm::ready()?;
    npm::peers_ready()?;
    let mut build = Command::new("npm");
    build.args(["run", "--silent", "build"]).current_dir("end2end/peers");
    step("Bundling the table on React", "a second", || shell::run(&mut build))?;
    browser::measure("table.spec.ts", "Scrolling, selecting and searching in Chromium", "about 5 min")
}
