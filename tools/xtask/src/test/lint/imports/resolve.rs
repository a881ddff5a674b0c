//! From the paths that files mention to the files they lead to.

use std::collections::BTreeMap;

use super::{
    references::{self, Kind, Reference},
    tree::Tree,
};

/// An import of one file of a crate by another, by their indexes in [`Tree::files`].
pub(super) struct Import {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) line: usize,
    /// The path as written.
    pub(super) path: String,
    /// Whether the path names a re-export of the library's root, and so not the file with the definition.
    pub(super) through_root: bool,
}

/// All imports between the files of a crate. A path through a re-export counts twice: for the file that the path names,
/// and for the file with the definition.
///
/// Not counted: items that a library's root defines, and re-exports of a file's own descendants.
pub(super) fn imports(tree: &Tree) -> Vec<Import> {
    let references: Vec<Vec<Reference>> = tree.files.iter().map(references::of).collect();
    let resolver = Resolver { tree, names: names(&references) };
    let mut imports = Vec::new();
    for (from, references) in references.iter().enumerate().filter(|(from, _)| tree.is_checked(*from)) {
        for reference in references {
            let Some(path) = resolver.absolute(&reference.module, &reference.path) else { continue };
            if matches!(reference.kind, Kind::Use { visible: true, .. }) && tree.is_below(from, &path) {
                continue;
            }
            for (to, through_root) in resolver.files(path) {
                if to != from && tree.is_checked(to) {
                    let (line, path) = (reference.line, reference.path.join("::"));
                    imports.push(Import { from, to, line, path, through_root });
                }
            }
        }
    }
    imports
}

/// The paths behind the names that `use` items give, by module and name.
type Names<'a> = BTreeMap<(&'a [String], &'a str), &'a [String]>;

fn names(references: &[Vec<Reference>]) -> Names<'_> {
    let named = references.iter().flatten().filter_map(|reference| match &reference.kind {
        Kind::Use { name: Some(name), .. } => {
            Some(((reference.module.as_slice(), name.as_str()), reference.path.as_slice()))
        }
        Kind::Use { name: None, .. } | Kind::Mention => None,
    });
    named.collect()
}

/// The maximum number of re-exports followed from one path: some are cyclic, such as a crate that imports its own name.
const MAX_REEXPORTS: usize = 8;

struct Resolver<'a> {
    tree: &'a Tree,
    names: Names<'a>,
}

impl Resolver<'_> {
    /// The path from the crate's root, or nothing if it leads to another crate.
    fn absolute(&self, module: &[String], path: &[String]) -> Option<Vec<String>> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some(rest.to_vec()),
            "self" => Some([module, rest].concat()),
            "super" => {
                let up = path.iter().take_while(|name| *name == "super").count();
                let parent = &module[..module.len().checked_sub(up)?];
                Some([parent, &path[up..]].concat())
            }
            name => {
                let child = [module, &path[..1]].concat();
                let known =
                    self.tree.modules.contains_key(&child) || self.names.contains_key(&(module, name));
                known.then(|| [module, path].concat())
            }
        }
    }

    /// The file that a path from the root names, and the file with the definition if that is another one; each with
    /// whether a re-export of the library's root leads to it.
    fn files(&self, path: Vec<String>) -> Vec<(usize, bool)> {
        let (named, _) = self.tree.file_of(&path);
        let (definition, through_root) = self.definition(path);
        let mut files = vec![(named, false)];
        if definition != named {
            files.push((definition, through_root));
        }
        files
    }

    /// The file at the end of all re-exports, and whether one of them is in the library's root.
    fn definition(&self, mut path: Vec<String>) -> (usize, bool) {
        let mut through_root = false;
        for _ in 0..MAX_REEXPORTS {
            let (file, length) = self.tree.file_of(&path);
            let (module, rest) = path.split_at(length);
            let target = rest.first().and_then(|name| self.names.get(&(module, name.as_str())));
            let next = target.and_then(|target| self.absolute(module, target));
            let Some(next) = next else { return (file, through_root) };
            through_root |= !self.tree.is_checked(file);
            path = [next.as_slice(), &rest[1..]].concat();
        }
        (self.tree.file_of(&path).0, through_root)
    }
}
