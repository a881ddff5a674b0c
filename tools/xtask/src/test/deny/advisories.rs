//! Known vulnerabilities, by a copy of RustSec's database in a folder.

use std::path::Path;

use anyhow::{Context, Result, bail};
use rustsec::{Database, Lockfile, Report, advisory::Id, report::Settings};

/// Fails for each package of the lockfile with an advisory that `deny.toml` does not ignore. Unmaintained and unsound
/// ones are printed.
pub(super) fn check(copy: &Path, root: &Path) -> Result<()> {
    let database = Database::open(copy).with_context(|| format!("reading {}", copy.display()))?;
    let lockfile = Lockfile::load(root.join("Cargo.lock")).context("reading Cargo.lock")?;
    let rules = std::fs::read_to_string(root.join("deny.toml")).context("reading deny.toml")?;
    let found = vulnerable(&database, &lockfile, ignored(&rules));
    if !found.is_empty() {
        bail!("{}", found.join("\n"));
    }
    println!("  {} packages, {} advisories", lockfile.packages.len(), database.iter().count());
    Ok(())
}

fn vulnerable(database: &Database, lockfile: &Lockfile, ignore: Vec<Id>) -> Vec<String> {
    let report = Report::generate(database, lockfile, &Settings { ignore, ..Settings::default() });
    for warning in report.warnings.values().flatten() {
        println!("  {} {}: {}", warning.package.name, warning.package.version, warning.kind.as_str());
    }
    let name = |one: &rustsec::Vulnerability| {
        let (package, advisory) = (&one.package, &one.advisory);
        format!("{} {}: {} ({})", package.name, package.version, advisory.title, advisory.id)
    };
    report.vulnerabilities.list.iter().map(name).collect()
}

/// The advisories that the rules name: each is ignored, with its reason there.
fn ignored(rules: &str) -> Vec<Id> {
    let words = rules.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    words.filter(|word| word.starts_with("RUSTSEC-")).filter_map(|id| id.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADVISORY: &str = "```toml\n[advisory]\nid = \"RUSTSEC-2099-0001\"\npackage = \"leaky\"\ndate = \"2099-01-01\"\n\n\
                            [versions]\npatched = [\">= 2.0.0\"]\n```\n\n# It leaks\n\nText.\n";

    #[test]
    fn a_vulnerable_version_is_found_unless_its_advisory_is_ignored() {
        let folder = tempfile::tempdir().unwrap();
        let crates = folder.path().join("crates/leaky");
        std::fs::create_dir_all(&crates).unwrap();
        std::fs::write(crates.join("RUSTSEC-2099-0001.md"), ADVISORY).unwrap();
        let database = Database::open(folder.path()).unwrap();
        let lockfile = |version: &str| -> Lockfile {
            let registry = "registry+https://github.com/rust-lang/crates.io-index";
            let package =
                format!("[[package]]\nname = \"leaky\"\nversion = \"{version}\"\nsource = \"{registry}\"\n");
            format!("version = 4\n\n{package}").parse().unwrap()
        };
        let found = vulnerable(&database, &lockfile("1.9.0"), Vec::new());
        assert_eq!(found, ["leaky 1.9.0: It leaks (RUSTSEC-2099-0001)"]);
        assert!(vulnerable(&database, &lockfile("2.0.0"), Vec::new()).is_empty());
        let rules = "ignore = [{ id = \"RUSTSEC-2099-0001\", reason = \"not reachable\" }]";
        assert!(vulnerable(&database, &lockfile("1.9.0"), ignored(rules)).is_empty());
    }
}
