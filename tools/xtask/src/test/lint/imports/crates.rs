//! Imports between our crates: the `[dependencies]` of each manifest against a table. `[dev-dependencies]` are exempt.

use std::collections::BTreeSet;

use crate::workspace::Package;

/// Our crates that each of our crates may import.
const TABLE: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("app", &["domain"]),
    ("frontend", &["app"]),
    ("microsoft", &[]),
    ("migrations", &[]),
    ("simulator", &[]),
    ("store", &["domain", "migrations"]),
    ("store-testing", &["domain", "store"]),
    ("server", &["app", "domain", "microsoft", "migrations", "store"]),
    ("capacity", &["domain"]),
    ("loadtest", &["domain"]),
    ("xtask", &[]),
];

/// One text for each difference between the manifests and the table.
pub(super) fn check(packages: &[Package]) -> Vec<String> {
    let crates: Vec<(&str, BTreeSet<&str>)> = packages
        .iter()
        .map(|package| {
            let ours = |name: &str| packages.iter().any(|other| other.name == name);
            let imports = package.dependencies.iter().filter(|one| one.kind.as_deref() != Some("dev"));
            (package.name.as_str(), imports.map(|one| one.name.as_str()).filter(|name| ours(name)).collect())
        })
        .collect();
    compare(TABLE, &crates)
}

fn compare(table: &[(&str, &[&str])], crates: &[(&str, BTreeSet<&str>)]) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, imports) in crates {
        let Some((_, allowed)) = table.iter().find(|(entry, _)| entry == name) else {
            problems.push(format!("crate `{name}` has no entry in the table of allowed imports"));
            continue;
        };
        let forbidden = imports.iter().filter(|import| !allowed.contains(import));
        problems.extend(forbidden.map(|import| format!("crate `{name}` must not import crate `{import}`")));
        let unused = allowed.iter().filter(|import| !imports.contains(*import));
        problems
            .extend(unused.map(|import| {
                format!("crate `{name}` does not import `{import}`: remove it from the table")
            }));
    }
    let gone = table.iter().filter(|(entry, _)| !crates.iter().any(|(name, _)| name == entry));
    problems
        .extend(gone.map(|(entry, _)| format!("the table has an entry for `{entry}`, which is no crate")));
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_permits_exactly_what_the_manifests_say() {
        let table: &[(&str, &[&str])] = &[("a", &["b"]), ("b", &[]), ("d", &[])];
        let crates = [("a", BTreeSet::from(["c"])), ("b", BTreeSet::new()), ("c", BTreeSet::new())];
        assert_eq!(
            compare(table, &crates),
            [
                "crate `a` must not import crate `c`",
                "crate `a` does not import `b`: remove it from the table",
                "crate `c` has no entry in the table of allowed imports",
                "the table has an entry for `d`, which is no crate",
            ]
        );
        assert!(
            compare(&[("a", &["b"]), ("b", &[])], &[("a", BTreeSet::from(["b"])), ("b", BTreeSet::new())])
                .is_empty()
        );
    }
}
