//! A measurement in Chromium: a file of `end2end/bench`, against the release build.

use anyhow::Result;

use crate::{shell, step::step, test::e2e};

/// Runs the measurement; `about` is its usual duration.
pub(super) fn measure(spec: &str, what: &str, about: &str) -> Result<()> {
    let mut playwright = e2e::alone("bench.config.ts")?;
    playwright.arg(spec);
    step(what, about, || shell::run(&mut playwright))
}
