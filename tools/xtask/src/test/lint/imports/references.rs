//! The paths that a file mentions: in `use` items, expressions, types, attributes, and the arguments of macros.

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Attribute, ImplItemFn, Item, ItemMod, ItemUse, Macro, Meta, Path, UseTree, VisRestricted, Visibility,
    visit::{self, Visit},
};

use super::tree::{SourceFile, is_test};

/// A path in a file, as written.
pub(super) struct Reference {
    /// The module that mentions it: the file's, or one inside the file.
    pub(super) module: Vec<String>,
    pub(super) path: Vec<String>,
    pub(super) line: usize,
    pub(super) kind: Kind,
}

/// How a path is mentioned.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// In a `use` item, which gives it a name; none for a glob. `visible` is a re-export, `pub` or `pub(…)`.
    Use { name: Option<String>, visible: bool },
    /// Anywhere else.
    Mention,
}

/// All paths of two and more names in a file, without those in tests.
pub(super) fn of(file: &SourceFile) -> Vec<Reference> {
    let mut collector = Collector { module: file.module.clone(), found: Vec::new() };
    collector.visit_file(&file.syntax);
    collector.found
}

struct Collector {
    module: Vec<String>,
    found: Vec<Reference>,
}

impl Collector {
    fn add(&mut self, path: Vec<String>, line: usize, kind: Kind) {
        self.found.push(Reference { module: self.module.clone(), path, line, kind });
    }

    /// Adds every path of a `use` tree below `prefix`.
    fn add_use(&mut self, tree: &UseTree, prefix: &[String], visible: bool) {
        let below = |name: &syn::Ident| [prefix, &[name.to_string()]].concat();
        let (path, name, line) = match tree {
            UseTree::Path(path) => return self.add_use(&path.tree, &below(&path.ident), visible),
            UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.add_use(tree, prefix, visible));
            }
            UseTree::Glob(glob) => (prefix.to_vec(), None, glob.star_token.spans[0].start().line),
            UseTree::Name(name) => (below(&name.ident), Some(name.ident.to_string()), line(&name.ident)),
            UseTree::Rename(name) => (below(&name.ident), Some(name.rename.to_string()), line(&name.ident)),
        };
        // `use a::{self}` names `a`.
        match path.split_last() {
            Some((last, rest)) if last == "self" && !rest.is_empty() => {
                let name = name.filter(|name| name != "self").or_else(|| rest.last().cloned());
                self.add(rest.to_vec(), line, Kind::Use { name, visible });
            }
            _ => self.add(path, line, Kind::Use { name, visible }),
        }
    }

    /// Adds the paths in tokens that are not parsed: those of a macro or an attribute.
    fn add_tokens(&mut self, tokens: &TokenStream) {
        let tokens: Vec<TokenTree> = tokens.clone().into_iter().collect();
        let mut next = 0;
        while let Some(token) = tokens.get(next) {
            let after_colon = next > 0 && is_colon(tokens.get(next - 1));
            next += 1;
            match token {
                TokenTree::Group(group) => self.add_tokens(&group.stream()),
                TokenTree::Ident(first) => {
                    let mut path = vec![first.to_string()];
                    while let [colon, second, TokenTree::Ident(name), ..] = &tokens[next..]
                        && is_colon(Some(colon))
                        && is_colon(Some(second))
                    {
                        path.push(name.to_string());
                        next += 3;
                    }
                    // After `::` it is the rest of a path that begins with a type, or another crate.
                    if path.len() > 1 && !after_colon {
                        self.add(path, line(first), Kind::Mention);
                    }
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
}

impl<'ast> Visit<'ast> for Collector {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        if !is_test(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if item.leading_colon.is_none() {
            self.add_use(&item.tree, &[], !matches!(item.vis, Visibility::Inherited));
        }
    }

    fn visit_path(&mut self, path: &'ast Path) {
        if let (Some(first), None, 2..) = (path.segments.first(), &path.leading_colon, path.segments.len()) {
            let names = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.add(names, line(&first.ident), Kind::Mention);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &'ast Macro) {
        self.visit_path(&item.path);
        self.add_tokens(&item.tokens);
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        match &attribute.meta {
            Meta::List(list) => self.add_tokens(&list.tokens),
            Meta::NameValue(value) => self.visit_expr(&value.value),
            Meta::Path(_) => {}
        }
    }

    /// `pub(in super::…)` imports nothing.
    fn visit_vis_restricted(&mut self, _: &'ast VisRestricted) {}
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn is_colon(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == ':')
}

fn line(ident: &syn::Ident) -> usize {
    ident.span().start().line
}
