//! Where Microsoft is: the hosts of one cloud.

use url::Url;

/// Production Graph's own name for itself; tokens are asked for `{resource}/.default`.
const GLOBAL_RESOURCE: &str = "https://graph.microsoft.com";

/// One Microsoft cloud: the base addresses everything else is built from.
///
/// Every sovereign cloud has hosts, a resource and app registrations of its own
/// ([national cloud deployments](https://learn.microsoft.com/graph/deployments)). A base may carry a path;
/// a trailing slash makes no difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cloud {
    /// A short name for logs: `global`, or the host of a base given by hand.
    pub name: String,
    /// Base of the sign-in and token endpoints, e.g. `https://login.microsoftonline.com/`.
    pub login: Url,
    /// Base of Graph without the version, e.g. `https://graph.microsoft.com/`. Links that Graph returns are
    /// followed only if they have this origin.
    pub graph: Url,
    /// The resource tokens are asked for, without a trailing slash.
    pub resource: String,
}

impl Cloud {
    /// Microsoft's worldwide cloud, which GCC tenants use as well.
    #[must_use]
    pub fn global() -> Self {
        // Constants of ours: a unit test below proves that they parse.
        let parse = |text: &str| Url::parse(text).expect("a constant address parses");
        Self {
            name: "global".to_owned(),
            login: parse("https://login.microsoftonline.com/"),
            graph: parse("https://graph.microsoft.com/"),
            resource: GLOBAL_RESOURCE.to_owned(),
        }
    }

    /// A cloud at other bases: a simulator, or a proxy in front of Microsoft. Named after the login host.
    #[must_use]
    pub fn at(login: Url, graph: Url) -> Self {
        let name = login.host_str().unwrap_or("unnamed").to_owned();
        Self { name, login, graph, resource: GLOBAL_RESOURCE.to_owned() }
    }

    /// The only scope client credentials may ask for.
    pub(crate) fn default_scope(&self) -> String {
        format!("{}/.default", self.resource)
    }

    /// `{login}/{segments…}`, each segment escaped.
    pub(crate) fn login_url(&self, segments: &[&str]) -> Url {
        under(&self.login, segments)
    }

    /// `{graph}/v1.0/{segments…}?{query}`, each segment escaped; the query is sent as written.
    pub(crate) fn graph_url(&self, segments: &[&str], query: &str) -> Url {
        let mut url = under(&under(&self.graph, &["v1.0"]), segments);
        url.set_query((!query.is_empty()).then_some(query));
        url
    }

    /// What an id_token of `tenant` must name as its issuer: `{login}/{tid}/v2.0`.
    pub(crate) fn issuer(&self, tenant: &str) -> String {
        self.login_url(&[tenant, "v2.0"]).into()
    }
}

/// `base/segments…`, without doubling the slash of a base that ends in one.
fn under(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    url.set_query(None);
    url.set_fragment(None);
    // Fails only for `mailto:`-like bases, which `Microsoft::new` refuses.
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_built_the_same_with_and_without_a_trailing_slash_or_path() {
        let at = |base: &str| Cloud::at(Url::parse(base).unwrap(), Url::parse(base).unwrap());
        for (base, issuer) in [
            ("http://127.0.0.1:9", "http://127.0.0.1:9/t/v2.0"),
            ("http://127.0.0.1:9/", "http://127.0.0.1:9/t/v2.0"),
            ("http://127.0.0.1:9/sim/", "http://127.0.0.1:9/sim/t/v2.0"),
        ] {
            assert_eq!(at(base).issuer("t"), issuer);
        }
        let url = Cloud::global().graph_url(&["users", "a/b?c", "mailFolders"], "$select=id,mail");
        assert_eq!(
            url.as_str(),
            "https://graph.microsoft.com/v1.0/users/a%2Fb%3Fc/mailFolders?$select=id,mail"
        );
        assert_eq!(Cloud::global().default_scope(), "https://graph.microsoft.com/.default");
    }
}
