//! `docs/configuration.md`: written from what the server prints, and compared with it by the lint part of the tests.

use std::{fs, path::Path, process::Command};

use anyhow::{Context as _, Result, bail};

use crate::{build, shell, workspace::Workspace};

/// The generated file.
const FILE: &str = "docs/configuration.md";

/// Writes the file. Builds the server as the tests do.
pub(crate) fn run() -> Result<()> {
    let workspace = Workspace::ready()?;
    let server = build::tests(&workspace)?.server;
    fs::write(FILE, printed(&server)?).with_context(|| format!("cannot write {FILE}"))?;
    println!("{FILE} is written");
    Ok(())
}

/// Compares the file with what the program `server` prints.
///
/// # Errors
/// A difference, with its first line and the command that rewrites the file.
pub(crate) fn check(server: &Path) -> Result<()> {
    let stored = fs::read_to_string(FILE).with_context(|| format!("cannot read {FILE}"))?;
    match difference(&stored, &printed(server)?) {
        None => Ok(()),
        Some(difference) => bail!("{FILE}, {difference}\n`cargo xtask docs` rewrites the file"),
    }
}

fn printed(server: &Path) -> Result<String> {
    shell::quiet(Command::new(server).arg("configuration"))
}

/// The first line that differs.
fn difference(stored: &str, printed: &str) -> Option<String> {
    if stored == printed {
        return None;
    }
    let (mut stored, mut printed) = (stored.split('\n'), printed.split('\n'));
    for number in 1.. {
        let (file, server) = (stored.next(), printed.next());
        if file != server {
            let shown =
                |line: Option<&str>| line.map_or_else(|| "ends".to_owned(), |line| format!("has `{line}`"));
            return Some(format!("line {number}: the file {}, the server {}", shown(file), shown(server)));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_named() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(
            difference("a\nb\n", "a\nc\n").as_deref(),
            Some("line 2: the file has `b`, the server has `c`")
        );
        assert_eq!(
            difference("a\n", "a\nb\n").as_deref(),
            Some("line 2: the file has ``, the server has `b`")
        );
        assert_eq!(difference("a", "a\n").as_deref(), Some("line 2: the file ends, the server has ``"));
    }
}
