//! The `scope` parameter: a resource with `/.default`, or single scopes.

use super::permissions;
use crate::directory::cloud::Cloud;

/// Graph's application id, which also names it as a resource.
const GRAPH_APP: &str = "00000003-0000-0000-c000-000000000000";

/// A parsed `scope`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scope {
    /// `https://graph.microsoft.com/.default`
    GraphDefault,
    /// Single delegated scopes of Graph, or sign-in scopes: never application permissions.
    Listed(Vec<String>),
    /// `.default` of another resource.
    Foreign(String),
    /// Any other text; holds the first invalid part.
    Malformed(String),
}

const SIGN_IN: [&str; 4] = ["openid", "profile", "email", "offline_access"];

impl Scope {
    /// Parses a scope. `base` is the simulator's own address, which also names its Graph: a client that is configured
    /// for "another cloud" derives the scope from the Graph host.
    pub(crate) fn parse(text: &str, base: &str, cloud: Cloud) -> Self {
        let mut listed = Vec::new();
        let mut graph_default = false;
        for part in text.split_whitespace() {
            let resource = part.rsplit_once("/.default").map(|(resource, _)| resource.trim_end_matches('/'));
            match resource {
                Some(resource) if is_graph(resource, base, cloud) => graph_default = true,
                Some(resource) if resource.contains("://") || uuid::Uuid::parse_str(resource).is_ok() => {
                    return Self::Foreign(resource.to_owned());
                }
                Some(_) => return Self::Malformed(part.to_owned()),
                None => {
                    let name = part.rsplit('/').next().unwrap_or(part);
                    let known =
                        SIGN_IN.contains(&name) || permissions::named(name).is_some() || name == "User.Read";
                    if !known {
                        return Self::Malformed(part.to_owned());
                    }
                    listed.push(name.to_owned());
                }
            }
        }
        match (graph_default, listed.is_empty()) {
            (true, _) => Self::GraphDefault,
            (false, false) => Self::Listed(listed),
            (false, true) => Self::Malformed(text.to_owned()),
        }
    }
}

/// Whether a resource is the Graph of this cloud; another cloud's Graph is another resource.
fn is_graph(resource: &str, base: &str, cloud: Cloud) -> bool {
    resource == cloud.resource() || resource == GRAPH_APP || resource == base
}
