//! Checks that the README's redirect URIs and addresses are those of the router.

use server::{http::routes, redirects};

const README: &str = include_str!("../../../../README.md");
const HOST: &str = "https://YOUR-HOST";

/// The paths on our host that occur in a text.
fn paths(text: &str) -> Vec<&str> {
    let ends = |c: char| c.is_whitespace() || "`'\"),;".contains(c);
    let after = text.split(HOST).skip(1).filter_map(|rest| rest.split(ends).next());
    after.map(|path| path.trim_end_matches('.')).filter(|path| !path.is_empty()).collect()
}

#[test]
fn the_readme_registers_every_redirect_uri_and_no_other() {
    let (_, list) = README.split_once("Redirect URIs").unwrap();
    let (list, _) = list.split_once("\n3. ").unwrap();
    let (mut listed, mut used) = (paths(list), redirects::ALL.to_vec());
    listed.sort_unstable();
    used.sort_unstable();
    assert_eq!(listed, used);
}

#[test]
fn every_address_in_the_readme_is_a_route() {
    let routes: Vec<&str> = routes().iter().map(|route| route.path).collect();
    let unknown: Vec<&str> = paths(README).into_iter().filter(|path| !routes.contains(path)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}
