//! Checks the download size of a first visit against the budget.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::{release, session::Session};
use crate::bundle::precompress::with_suffix;

/// Kilobytes (1,000 bytes) of Brotli, by kind of file: the goal, and the ceiling that fails the test until the goal is
/// reached. Raise a ceiling only for features, in a commit that names them; the margin above the last measurement
/// (555 kB) covers the differences between compiler versions. The glue has no budget of its own yet.
const BUDGETS: &[(&str, Option<(u64, u64)>)] =
    &[("wasm", Some((200, 565))), ("css", Some((20, 20))), ("js", None)];

pub(crate) fn run(session: &Session) -> Result<()> {
    let site = &release::ready(session)?.site;
    let mut over = Vec::new();
    println!("{:<6} {:>10} {:>10} {:>10} {:>10}", "file", "plain", "Brotli", "goal", "ceiling");
    for (kind, budget) in BUDGETS {
        let file = site.file(kind)?;
        let (plain, small) = (size(&file)?, size(&with_suffix(&file, "br")).or_else(|_| size(&file))?);
        let shown =
            |limit: Option<u64>| limit.map_or_else(|| "–".to_owned(), |kilobytes| format!("{kilobytes} kB"));
        let (goal, ceiling) = (budget.map(|(goal, _)| goal), budget.map(|(_, ceiling)| ceiling));
        println!(
            "{kind:<6} {:>10} {:>10} {:>10} {:>10}",
            kilobytes(plain),
            kilobytes(small),
            shown(goal),
            shown(ceiling)
        );
        if ceiling.is_some_and(|ceiling| small > ceiling * 1000) {
            over.push(*kind);
        }
    }
    if !over.is_empty() {
        bail!("over the ceiling: {}", over.join(", "));
    }
    Ok(())
}

fn size(file: &Path) -> Result<u64> {
    Ok(file.metadata().with_context(|| format!("no {}", file.display()))?.len())
}

fn kilobytes(bytes: u64) -> String {
    format!("{}.{} kB", bytes / 1000, bytes % 1000 / 100)
}
