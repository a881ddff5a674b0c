//! Imports between the top modules of a crate, against a table for each crate that has one.

use std::collections::BTreeSet;

use super::{resolve::Import, tree::Tree};

/// The modules that each top module of a crate may import.
pub(super) type Table = &'static [(&'static str, &'static [&'static str])];

/// The tables, by crate. An entry that no code uses is a violation too, so a table always says what the code does.
pub(super) const TABLES: &[(&str, Table)] = &[("server", SERVER), ("store", STORE), ("app", APP)];

const SERVER: Table = &[
    ("capacity", &[]),
    ("cli", &["config", "redirects", "serve", "state", "tenant", "worker"]),
    ("config", &[]),
    ("host_keys", &[]),
    ("http", &["config", "host_keys", "live", "rate_limits", "redirects", "services", "state"]),
    ("live", &[]),
    ("rate_limits", &[]),
    ("redirects", &["config"]),
    ("serve", &["capacity", "config", "host_keys", "http", "live", "services", "state", "worker"]),
    ("services", &["redirects", "state", "tenant"]),
    ("state", &["config", "host_keys", "live", "rate_limits"]),
    ("tenant", &[]),
    ("worker", &["config", "tenant"]),
];

const STORE: Table = &[
    ("background", &["db", "entity", "error"]),
    ("backup", &["db", "error"]),
    ("clock", &[]),
    ("consent", &["clock", "ctx", "db", "entity", "error", "events", "row_security", "scoped"]),
    ("ctx", &["error"]),
    ("db", &["ctx", "entity", "error", "row_security"]),
    (
        "delegations",
        &["ctx", "db", "entity", "error", "events", "notifications", "row_security", "runs", "scoped"],
    ),
    ("due_times", &["consent", "db", "error", "notifications", "people", "sessions"]),
    ("entity", &[]),
    ("error", &["clock", "secrets"]),
    ("events", &["ctx", "db", "entity", "error", "row_security", "scoped"]),
    ("leases", &["db", "error"]),
    ("mailboxes", &["ctx", "db", "entity", "error", "events", "notifications", "row_security", "scoped"]),
    ("notifications", &["clock", "ctx", "db", "entity", "error", "leases", "row_security", "scoped"]),
    ("people", &["clock", "consent", "ctx", "db", "entity", "error", "events", "row_security", "scoped"]),
    ("rate_limits", &["clock", "db", "error"]),
    ("ready", &["db", "error"]),
    ("restored", &["db", "error"]),
    ("row_security", &["ctx"]),
    (
        "runs",
        &[
            "clock",
            "ctx",
            "db",
            "entity",
            "error",
            "events",
            "leases",
            "mailboxes",
            "notifications",
            "row_security",
            "schedule",
            "scheduled_check",
            "scoped",
        ],
    ),
    (
        "schedule",
        &["ctx", "db", "entity", "error", "events", "leases", "row_security", "scheduled_check", "scoped"],
    ),
    ("scheduled_check", &["entity"]),
    ("scoped", &["ctx", "scheduled_check"]),
    ("secrets", &["clock"]),
    ("sessions", &["clock", "ctx", "db", "entity", "error", "row_security", "scoped"]),
    ("signals", &[]),
    (
        "slots",
        &["ctx", "db", "entity", "error", "events", "mailboxes", "row_security", "scoped", "workspaces"],
    ),
    ("workspaces", &["db", "entity", "error", "scoped"]),
];

const APP: Table = &[
    ("api", &["ports"]),
    ("ports", &[]),
    ("root", &["ui"]),
    ("shell", &["root", "ui"]),
    ("startup", &["root"]),
    ("styleguide", &["ui"]),
    ("ui", &["api"]),
];

/// The table of a crate.
pub(super) fn table(name: &str) -> Option<Table> {
    TABLES.iter().find(|(crate_name, _)| *crate_name == name).map(|(_, table)| *table)
}

/// One text for each difference between the imports and the table of the crate `name`.
pub(super) fn check(name: &str, table: &[(&str, &[&str])], tree: &Tree, imports: &[Import]) -> Vec<String> {
    let mut problems = Vec::new();
    let modules: BTreeSet<&str> = tree.modules.keys().filter_map(|path| top(path)).collect();
    let missing = modules.iter().filter(|module| !table.iter().any(|(entry, _)| entry == *module));
    problems.extend(missing.map(|module| format!("`{name}`: module `{module}` has no entry in the table")));
    let gone = table.iter().filter(|(entry, _)| !modules.contains(entry));
    problems.extend(
        gone.map(|(entry, _)| format!("`{name}`: the table has an entry for `{entry}`, which is no module")),
    );

    let mut used: BTreeSet<(&str, &str)> = BTreeSet::new();
    let mut reported: BTreeSet<(usize, &str)> = BTreeSet::new();
    for import in imports {
        let module = |file: usize| top(&tree.files[file].module);
        let (Some(from), Some(to)) = (module(import.from), module(import.to)) else { continue };
        if from == to {
            continue;
        }
        used.insert((from, to));
        let forbidden = table.iter().any(|(entry, allowed)| *entry == from && !allowed.contains(&to));
        // One report for a file and a module is enough.
        if forbidden && reported.insert((import.from, to)) {
            let file = tree.files[import.from].path.display();
            let Import { line, path, .. } = import;
            problems.push(format!("{file}:{line}: `{path}`: in `{name}`, `{from}` must not import `{to}`"));
        }
    }
    for (from, allowed) in table.iter().filter(|(entry, _)| modules.contains(entry)) {
        let unused = allowed.iter().filter(|to| !used.contains(&(*from, **to)));
        problems.extend(
            unused.map(|to| format!("`{name}`: `{from}` does not import `{to}`: remove it from the table")),
        );
    }
    problems
}

/// The first name of a module's path.
fn top(module: &[String]) -> Option<&str> {
    module.first().map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_have_no_cycle_and_name_only_their_own_modules() {
        for (name, table) in TABLES {
            let mut open: Vec<_> = table.iter().collect();
            while !open.is_empty() {
                let is_open = |module: &&str| open.iter().any(|(entry, _)| entry == module);
                let (left, done): (Vec<_>, Vec<_>) =
                    open.iter().partition(|(_, allowed)| allowed.iter().any(&is_open));
                assert!(!done.is_empty(), "`{name}`: a cycle in {left:?}");
                open = left;
            }
            for to in table.iter().flat_map(|(_, allowed)| *allowed) {
                assert!(table.iter().any(|(entry, _)| entry == to), "`{name}` has no module `{to}`");
            }
        }
    }
}
