//! Files that import each other, directly or through others.

use std::collections::{BTreeMap, BTreeSet};

use super::{resolve::Import, tree::Tree};

/// One text for each group of files of which every one reaches every other, with an example for every import. A path
/// through the root of a library is no import here: the root is the crate's interface, and re-exports from every file.
pub(super) fn check(name: &str, tree: &Tree, imports: &[Import]) -> Vec<String> {
    let mut examples: BTreeMap<(usize, usize), &Import> = BTreeMap::new();
    for import in imports.iter().filter(|import| !import.through_root) {
        examples.entry((import.from, import.to)).or_insert(import);
    }
    let groups = groups(tree.files.len(), &examples.keys().copied().collect());
    groups.iter().map(|group| describe(name, tree, group, &examples)).collect()
}

/// The groups of more than one file, out of the indexes below `count`.
fn groups(count: usize, edges: &BTreeSet<(usize, usize)>) -> Vec<BTreeSet<usize>> {
    let reached: Vec<BTreeSet<usize>> = (0..count).map(|file| reached(file, edges)).collect();
    let mut groups: Vec<BTreeSet<usize>> = Vec::new();
    for file in 0..count {
        if !reached[file].contains(&file) || groups.iter().any(|group| group.contains(&file)) {
            continue;
        }
        groups.push(reached[file].iter().copied().filter(|other| reached[*other].contains(&file)).collect());
    }
    groups
}

/// Everything that a file imports, directly or through others.
fn reached(file: usize, edges: &BTreeSet<(usize, usize)>) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut open = vec![file];
    while let Some(file) = open.pop() {
        for (_, to) in edges.range((file, 0)..(file + 1, 0)) {
            if reached.insert(*to) {
                open.push(*to);
            }
        }
    }
    reached
}

fn describe(
    name: &str,
    tree: &Tree,
    group: &BTreeSet<usize>,
    examples: &BTreeMap<(usize, usize), &Import>,
) -> String {
    let mut text = format!("`{name}` has a cycle of {} files:", group.len());
    let within =
        examples.values().filter(|import| group.contains(&import.from) && group.contains(&import.to));
    for Import { from, to, line, path, .. } in within {
        let (from, to) = (tree.files[*from].path.display(), tree.files[*to].path.display());
        text.push_str(&format!("\n  {from}:{line} imports {to} (`{path}`)"));
    }
    text
}
