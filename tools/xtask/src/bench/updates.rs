//! `cargo xtask bench updates`: the mailbox list in Chromium while runs of 1,000 mailboxes each change it.

use anyhow::Result;

use super::browser;

pub(crate) fn run() -> Result<()> {
    browser::measure("updates.spec.ts", "Searching, scrolling and resting while rows change", "about 2 min")
}
