//! `cargo xtask pictures`: every page and state at 1280 and 390 pixels, light and dark, beside how it looked before.
//!
//! No part of `cargo xtask test`: fonts differ from one machine to the next, and a change of looks is for eyes to judge.

use anyhow::Result;

use super::e2e;
use crate::{setup::chromium, shell, step::step};

/// The command's arguments.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Keep what the pages look like now as what they should look like
    #[arg(long)]
    update: bool,
    /// Take the README's picture instead, of the demo organisation
    #[arg(long, conflicts_with = "update")]
    readme: bool,
}

/// Takes the pictures and compares them, or keeps them.
pub(crate) fn run(args: &Args) -> Result<()> {
    chromium::typeface_ready()?;
    let mut playwright = e2e::alone("pictures.config.ts")?;
    if args.readme {
        playwright.args(["readme.spec.ts", "--project", "light"]);
        return step("Taking the README's picture in Chromium", "half a minute", || {
            shell::run(&mut playwright)
        });
    }
    playwright.arg("pages.spec.ts");
    if args.update {
        playwright.arg("--update-snapshots=all");
    }
    step("Taking pictures in Chromium", "about 3 min", || shell::run(&mut playwright))?;
    println!(
        "They are in end2end/pictures/goldens; where one differs, `npx playwright show-report` in end2end shows how."
    );
    Ok(())
}
