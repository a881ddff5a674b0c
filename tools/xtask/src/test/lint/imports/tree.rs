//! The modules of a crate and the files they are in, found from the crate's root by its `mod` items.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use syn::{Attribute, Item, Meta, Token, punctuated::Punctuated};

/// What the root file of a crate is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Root {
    /// `lib.rs`: the interface of the crate, which re-exports. Importing from it is not an import of a file.
    Library,
    /// `main.rs`: a file like the others.
    Binary,
}

/// A file of a crate.
pub(super) struct SourceFile {
    /// The path of its module; empty for the root.
    pub(super) module: Vec<String>,
    pub(super) path: PathBuf,
    pub(super) syntax: syn::File,
}

/// A crate without its tests.
pub(super) struct Tree {
    pub(super) root: Root,
    /// The first is the root.
    pub(super) files: Vec<SourceFile>,
    /// Every module, also one that has no file of its own, with the index of the file it is in.
    pub(super) modules: BTreeMap<Vec<String>, usize>,
}

impl Tree {
    /// Parses the crate with the root file `path`; `read` returns the text of a file.
    ///
    /// # Errors
    /// A file that cannot be read or parsed.
    pub(super) fn read(path: &Path, root: Root, read: &dyn Fn(&Path) -> Result<String>) -> Result<Self> {
        let mut tree = Self { root, files: Vec::new(), modules: BTreeMap::new() };
        let folder = path.parent().context("a root file is in a folder")?;
        tree.add(path.to_owned(), folder, Vec::new(), read)?;
        Ok(tree)
    }

    /// The index of the file of the longest prefix of `path` that is a module, with the length of the prefix.
    pub(super) fn file_of(&self, path: &[String]) -> (usize, usize) {
        let known = |length: &usize| self.modules.get(&path[..*length]).map(|file| (*file, *length));
        (0..=path.len()).rev().find_map(|length| known(&length)).unwrap_or_default()
    }

    /// Whether a path from the root leads to a module below the one of the file with this index.
    pub(super) fn is_below(&self, file: usize, path: &[String]) -> bool {
        let module = &self.files[file].module;
        path.starts_with(module) && self.file_of(path).1 > module.len()
    }

    /// Whether the file with this index takes part in the check.
    pub(super) fn is_checked(&self, file: usize) -> bool {
        file != 0 || self.root == Root::Binary
    }

    fn add(
        &mut self,
        path: PathBuf,
        folder: &Path,
        module: Vec<String>,
        read: &dyn Fn(&Path) -> Result<String>,
    ) -> Result<()> {
        let syntax = syn::parse_file(&read(&path)?)
            .map_err(|error| anyhow::anyhow!("{}:{}: {error}", path.display(), error.span().start().line))?;
        let index = self.files.len();
        let mut children = Vec::new();
        self.modules.insert(module.clone(), index);
        self.add_inline(&syntax.items, folder, &module, index, &mut children);
        self.files.push(SourceFile { module, path, syntax });
        for (module, folder) in children {
            let name = module.last().context("a child module has a name")?;
            self.add(folder.join(format!("{name}.rs")), &folder.join(name), module, read)?;
        }
        Ok(())
    }

    /// Adds the modules inside a file; collects those in files of their own, with the folders of these files.
    fn add_inline(
        &mut self,
        items: &[Item],
        folder: &Path,
        module: &[String],
        file: usize,
        children: &mut Vec<(Vec<String>, PathBuf)>,
    ) {
        for item in items {
            let Item::Mod(item) = item else { continue };
            if is_test(&item.attrs) {
                continue;
            }
            let name = item.ident.to_string();
            let path = [module, std::slice::from_ref(&name)].concat();
            if let Some((_, items)) = &item.content {
                self.modules.insert(path.clone(), file);
                self.add_inline(items, &folder.join(name), &path, file, children);
            } else {
                children.push((path, folder.to_owned()));
            }
        }
    }
}

/// Whether an item is compiled only for tests.
pub(super) fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<Meta>().is_ok_and(|condition| needs_test(&condition))
    })
}

fn needs_test(condition: &Meta) -> bool {
    let all = |list: &syn::MetaList| {
        list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            .is_ok_and(|conditions| conditions.iter().any(needs_test))
    };
    match condition {
        Meta::Path(path) => path.is_ident("test"),
        Meta::List(list) => list.path.is_ident("all") && all(list),
        Meta::NameValue(_) => false,
    }
}
