//! What a first visit downloads, against the budget.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::{Session, release};
use crate::bundle::precompress::with_suffix;

/// Kilobytes (1,000 bytes) of Brotli, by kind of file. The glue has no budget of its own yet.
const BUDGETS: &[(&str, Option<u64>)] = &[("wasm", Some(200)), ("css", Some(20)), ("js", None)];

pub(crate) fn run(session: &Session) -> Result<()> {
    let site = &release::ready(session)?.site;
    let mut over = Vec::new();
    println!("{:<6} {:>10} {:>10} {:>10}", "file", "plain", "Brotli", "budget");
    for (kind, budget) in BUDGETS {
        let file = site.file(kind)?;
        let (plain, small) = (size(&file)?, size(&with_suffix(&file, "br")).or_else(|_| size(&file))?);
        let limit = budget.map_or_else(|| "–".to_owned(), |kilobytes| format!("{kilobytes} kB"));
        println!("{kind:<6} {:>10} {:>10} {limit:>10}", kilobytes(plain), kilobytes(small));
        if budget.is_some_and(|budget| small > budget * 1000) {
            over.push(*kind);
        }
    }
    if !over.is_empty() {
        bail!("over budget: {}", over.join(", "));
    }
    Ok(())
}

fn size(file: &Path) -> Result<u64> {
    Ok(file.metadata().with_context(|| format!("no {}", file.display()))?.len())
}

fn kilobytes(bytes: u64) -> String {
    format!("{}.{} kB", bytes / 1000, bytes % 1000 / 100)
}
