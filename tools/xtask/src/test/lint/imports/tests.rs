//! The checks on small crates in memory.

use std::path::Path;

use anyhow::Context as _;

use super::{
    cycles, modules,
    resolve::{self, Import},
    tree::{Root, Tree},
};

/// A crate with a library root `src/lib.rs`, which has a `mod` item for every file beside it.
fn library(files: &[(&str, &str)]) -> Tree {
    krate("src/lib.rs", Root::Library, files)
}

fn krate(root: &str, kind: Root, files: &[(&str, &str)]) -> Tree {
    let read = |path: &Path| {
        let file = files.iter().find(|(name, _)| Path::new(name) == path);
        file.map(|(_, text)| (*text).to_owned()).with_context(|| format!("no file {}", path.display()))
    };
    Tree::read(Path::new(root), kind, &read).unwrap()
}

/// `from → to` by file names without `src/` and `.rs`, sorted, each once.
fn imports(tree: &Tree) -> Vec<String> {
    let name = |file: usize| {
        let path = tree.files[file].path.to_string_lossy();
        path.trim_start_matches("src/").trim_end_matches(".rs").to_owned()
    };
    let shown = |import: &Import| format!("{} → {}", name(import.from), name(import.to));
    let mut imports: Vec<String> = resolve::imports(tree).iter().map(shown).collect();
    imports.sort();
    imports.dedup();
    imports
}

fn cycles(tree: &Tree) -> Vec<String> {
    cycles::check("example", tree, &resolve::imports(tree))
}

#[test]
fn a_cycle_is_found_with_an_example_for_every_import() {
    let tree = library(&[
        ("src/lib.rs", "mod a; mod b; mod c;"),
        ("src/a.rs", "use crate::b::B;\npub struct A(B);"),
        ("src/b.rs", "pub struct B;\n\nfn f() { super::c::f(); }"),
        ("src/c.rs", "use crate::{a::A, b};\npub fn f() { b::g(A) }"),
    ]);
    assert_eq!(
        cycles(&tree),
        ["`example` has a cycle of 3 files:\n  \
          src/a.rs:1 imports src/b.rs (`crate::b::B`)\n  \
          src/b.rs:3 imports src/c.rs (`super::c::f`)\n  \
          src/c.rs:1 imports src/a.rs (`crate::a::A`)\n  \
          src/c.rs:1 imports src/b.rs (`crate::b`)"]
    );
}

#[test]
fn a_chain_has_no_cycle() {
    let tree = library(&[
        ("src/lib.rs", "mod a; mod b; mod c;"),
        ("src/a.rs", "use crate::b::B; use crate::c::C;"),
        ("src/b.rs", "use crate::c::*; pub struct B;"),
        ("src/c.rs", "pub struct C;"),
    ]);
    assert_eq!(imports(&tree), ["a → b", "a → c", "b → c"]);
    assert!(cycles(&tree).is_empty());
}

#[test]
fn a_child_that_imports_from_its_caller_is_a_cycle() {
    let tree = library(&[
        ("src/lib.rs", "mod a;"),
        ("src/a.rs", "mod child;\npub struct Session;\npub fn run() { child::run(&Session) }"),
        ("src/a/child.rs", "use super::Session;\npub fn run(_: &Session) {}"),
    ]);
    assert_eq!(imports(&tree), ["a → a/child", "a/child → a"]);
    assert_eq!(cycles(&tree).len(), 1);
}

#[test]
fn a_reexport_of_a_descendant_is_no_import() {
    let tree = library(&[
        ("src/lib.rs", "mod a; pub use a::B;"),
        ("src/a.rs", "mod b; pub(crate) mod c; pub use b::B; pub(crate) use self::c::C;"),
        ("src/a/b.rs", "use super::C; pub struct B(C);"),
        ("src/a/c.rs", "pub struct C;"),
    ]);
    assert_eq!(imports(&tree), ["a/b → a", "a/b → a/c"]);
    assert!(cycles(&tree).is_empty());
}

#[test]
fn a_reexport_of_another_module_is_an_import() {
    let tree = library(&[
        ("src/lib.rs", "mod a; mod b;"),
        ("src/a.rs", "pub use crate::b::B;"),
        ("src/b.rs", "use crate::a; pub struct B; fn f() -> a::B { B }"),
    ]);
    assert_eq!(imports(&tree), ["a → b", "b → a"]);
}

#[test]
fn a_path_through_a_reexport_also_leads_to_the_definition() {
    let tree = library(&[
        ("src/lib.rs", "mod a; mod z;"),
        ("src/a.rs", "mod one; mod two; pub use one::One; pub use two::Two;"),
        ("src/a/one.rs", "use super::Two; pub struct One(Two);"),
        ("src/a/two.rs", "use super::One; pub struct Two(Box<One>);"),
        ("src/z.rs", "use crate::a; fn f() { a::Two::new() }"),
    ]);
    assert_eq!(
        imports(&tree),
        ["a/one → a", "a/one → a/two", "a/two → a", "a/two → a/one", "z → a", "z → a/two"]
    );
    assert_eq!(cycles(&tree).len(), 1);
}

#[test]
fn the_root_of_a_library_is_no_file_and_that_of_a_binary_is_one() {
    let files = |root| {
        [
            (root, "mod a; pub struct Shared; fn f() { a::f() }"),
            ("src/a.rs", "use crate::Shared; pub fn f() { Shared }"),
        ]
    };
    assert!(imports(&library(&files("src/lib.rs"))).is_empty());
    let program = krate("src/main.rs", Root::Binary, &files("src/main.rs"));
    assert_eq!(imports(&program), ["a → main", "main → a"]);
}

#[test]
fn a_path_through_the_root_is_an_import_for_the_tables_but_makes_no_cycle() {
    let tree = library(&[
        ("src/lib.rs", "mod a; mod b; pub use a::A; pub use b::B;"),
        ("src/a.rs", "use crate::B; pub struct A(B);"),
        ("src/b.rs", "use crate::A; pub struct B(Box<A>);"),
    ]);
    assert_eq!(imports(&tree), ["a → b", "b → a"]);
    assert!(cycles(&tree).is_empty());
}

#[test]
fn names_that_stand_for_each_other_end_nowhere() {
    let tree = library(&[
        ("src/lib.rs", "mod a; mod b;"),
        ("src/a.rs", "pub use crate::b::X;"),
        ("src/b.rs", "pub use crate::a::X;"),
    ]);
    assert_eq!(imports(&tree), ["a → b", "b → a"]);
}

#[test]
fn tests_are_not_checked() {
    let tree = library(&[
        ("src/lib.rs", "mod a; mod b;"),
        (
            "src/a.rs",
            "#[cfg(test)] mod tests; #[cfg(test)] use crate::b::B;
             #[cfg(all(test, feature = \"ssr\"))] mod more { use crate::b::B; }
             struct A; impl A { #[cfg(test)] fn f() { crate::b::f() } }",
        ),
        ("src/b.rs", "use crate::a::A;"),
    ]);
    assert_eq!(imports(&tree), ["b → a"]);
}

#[test]
fn paths_in_macros_attributes_and_inline_modules_are_imports() {
    let tree = library(&[
        ("src/lib.rs", "mod a; mod b; mod c; mod d; mod e;"),
        ("src/a.rs", "fn f(b: B) { println!(\"{}\", crate::b::f(b.c, if c { super::c::X } else { d })) }"),
        ("src/b.rs", "#[derive(clap::Args)] struct B { #[arg(value_parser = crate::c::parse)] x: u8 }"),
        ("src/c.rs", "mod inner { use super::super::d::D; pub(in super::super) struct I; }"),
        ("src/d.rs", "macro_rules! call { () => { $crate::e::f::<u8>() } }"),
        ("src/e.rs", "pub fn f<T>() {} fn g() -> Option<std::b::B> { ::a::f(); None }"),
    ]);
    assert_eq!(imports(&tree), ["a → b", "a → c", "b → c", "c → d", "d → e"]);
}

#[test]
fn an_import_that_the_table_lacks_is_a_violation_and_so_is_an_unused_entry() {
    let tree = library(&[
        ("src/lib.rs", "mod http; mod live; mod store; mod worker;"),
        ("src/http.rs", "mod pages; use crate::store::Store;"),
        ("src/http/pages.rs", "\nuse crate::worker::{Loop, Next};"),
        ("src/live.rs", ""),
        ("src/store.rs", "pub struct Store;"),
        ("src/worker.rs", ""),
    ]);
    let table: modules::Table = &[("http", &["live", "store"]), ("live", &[]), ("store", &[]), ("old", &[])];
    assert_eq!(
        modules::check("server", table, &tree, &resolve::imports(&tree)),
        [
            "`server`: module `worker` has no entry in the table",
            "`server`: the table has an entry for `old`, which is no module",
            "src/http/pages.rs:2: `crate::worker::Loop`: in `server`, `http` must not import `worker`",
            "`server`: `http` does not import `live`: remove it from the table",
        ]
    );
    let table: modules::Table =
        &[("http", &["store", "worker"]), ("live", &[]), ("store", &[]), ("worker", &[])];
    assert!(modules::check("server", table, &tree, &resolve::imports(&tree)).is_empty());
}
