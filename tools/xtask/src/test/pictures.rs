//! `cargo xtask pictures`: every page and state at 1280 and 390 pixels, light and dark, compared with the stored one.
//!
//! Not part of `cargo xtask test`: fonts differ from one machine to the next, and a person must judge a changed look.

use anyhow::Result;

use super::e2e;
use crate::{setup::chromium, shell, step::step};

/// The command's arguments.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Store the new screenshots as the expected ones
    #[arg(long)]
    update: bool,
    /// Take only the README's screenshot, of the demo organisation
    #[arg(long, conflicts_with = "update")]
    readme: bool,
}

/// Takes the screenshots and compares or stores them.
pub(crate) fn run(args: &Args) -> Result<()> {
    chromium::typeface_ready()?;
    let mut playwright = e2e::alone("pictures.config.ts")?;
    if args.readme {
        playwright.args(["readme.spec.ts", "--project", "light"]);
        return step("Taking the README's screenshot in Chromium", "half a minute", || {
            shell::run(&mut playwright)
        });
    }
    playwright.arg("pages.spec.ts");
    if args.update {
        playwright.arg("--update-snapshots=all");
    }
    step("Taking screenshots in Chromium", "about 3 min", || shell::run(&mut playwright))?;
    println!(
        "Stored in end2end/pictures/goldens; `npx playwright show-report` in end2end shows the differences."
    );
    Ok(())
}
