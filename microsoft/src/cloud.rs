//! The hosts of one Microsoft cloud.

mod allowed;
mod kind;

use url::Url;

pub use kind::{CloudKind, CloudKindError};

/// One Microsoft cloud: the base addresses everything else is built from.
///
/// Every sovereign cloud has hosts, a resource and app registrations of its own
/// ([national cloud deployments](https://learn.microsoft.com/graph/deployments)). A base may carry a path;
/// a trailing slash makes no difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cloud {
    /// The cloud, or the one that a simulator or proxy represents.
    pub kind: CloudKind,
    /// A short name for logs: the kind's, or the host of a configured login base.
    pub name: String,
    /// Base of the sign-in and token endpoints, e.g. `https://login.microsoftonline.com/`.
    pub login: Url,
    /// Base of Graph without the version, e.g. `https://graph.microsoft.com/`. Links that Graph returns are
    /// followed only if they have this origin, or Microsoft's own, and always at this base.
    pub graph: Url,
    /// The resource for which tokens are requested, without a trailing slash: the cloud's own name for its Graph,
    /// whatever `graph` is.
    pub resource: String,
    allowed: Vec<String>,
}

impl Cloud {
    /// One of Microsoft's clouds at its own hosts.
    #[must_use]
    pub fn of(kind: CloudKind) -> Self {
        let hosts = kind.hosts();
        // Constants of ours: a unit test below proves that they parse.
        let parse = |host: &str| Url::parse(&format!("https://{host}/")).expect("a constant address parses");
        Self {
            kind,
            name: kind.name().to_owned(),
            login: parse(hosts.login[0]),
            graph: parse(hosts.graph),
            resource: format!("https://{}", hosts.graph),
            allowed: Vec::new(),
        }
    }

    /// Microsoft's worldwide cloud, which GCC tenants use as well.
    #[must_use]
    pub fn global() -> Self {
        Self::of(CloudKind::Global)
    }

    /// US Government L4.
    #[must_use]
    pub fn gcc_high() -> Self {
        Self::of(CloudKind::GccHigh)
    }

    /// US Government L5.
    #[must_use]
    pub fn dod() -> Self {
        Self::of(CloudKind::Dod)
    }

    /// China, operated by 21Vianet.
    #[must_use]
    pub fn china() -> Self {
        Self::of(CloudKind::China)
    }

    /// The worldwide cloud at other bases: a simulator, or a proxy in front of Microsoft.
    #[must_use]
    pub fn at(login: Url, graph: Url) -> Self {
        Self::global().based_at(Some(login), Some(graph))
    }

    /// This cloud with another login or Graph base. The resource stays.
    #[must_use]
    pub fn based_at(mut self, login: Option<Url>, graph: Option<Url>) -> Self {
        if let Some(login) = login {
            if !login.host_str().is_some_and(|host| self.kind.hosts().login.contains(&host)) {
                login.host_str().unwrap_or("unnamed").clone_into(&mut self.name);
            }
            self.login = login;
        }
        self.graph = graph.unwrap_or(self.graph);
        self
    }

    /// Allows bases at these hosts as well (`host` or `host:port`), which are neither Microsoft's nor this machine.
    /// They receive our secrets, our assertions and the tokens of every tenant.
    #[must_use]
    pub fn allowing<'a>(mut self, hosts: impl IntoIterator<Item = &'a str>) -> Self {
        self.allowed.extend(hosts.into_iter().map(|host| host.trim().to_owned()));
        self
    }

    /// The origin of the sign-in page, as browsers write it.
    #[must_use]
    pub fn login_origin(&self) -> String {
        self.login.origin().ascii_serialization()
    }

    /// The only scope that client credentials may request.
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

    /// An address of Graph at our base, from its path after the version and its query, both escaped already.
    pub(crate) fn rebased(&self, path: &str, query: Option<&str>) -> Url {
        let mut url = under(&self.graph, &["v1.0"]);
        let whole = format!("{}/{path}", url.path());
        url.set_path(&whole);
        url.set_query(query);
        url
    }

    /// The issuer that an id_token of `tenant` must name: `{login}/{tid}/v2.0`, with the first login host of the
    /// cloud instead of an alias.
    pub(crate) fn issuer(&self, tenant: &str) -> String {
        let mut issuer = self.login_url(&[tenant, "v2.0"]);
        let known = self.kind.hosts().login;
        if issuer.host_str().is_some_and(|host| known.contains(&host)) {
            // Fails only for addresses without a host, and this one has one.
            _ = issuer.set_host(Some(known[0]));
        }
        issuer.into()
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
    }

    #[test]
    fn every_cloud_has_its_hosts_and_scope_and_keeps_the_scope_at_other_bases() {
        let us = "https://login.microsoftonline.us/";
        let china = "https://login.partner.microsoftonline.cn/";
        for (cloud, name, login, graph) in [
            (Cloud::global(), "global", "https://login.microsoftonline.com/", "https://graph.microsoft.com"),
            (Cloud::gcc_high(), "gcc-high", us, "https://graph.microsoft.us"),
            (Cloud::dod(), "dod", us, "https://dod-graph.microsoft.us"),
            (Cloud::china(), "china", china, "https://microsoftgraph.chinacloudapi.cn"),
        ] {
            let scope = format!("{graph}/.default");
            assert_eq!((cloud.name.as_str(), cloud.login.as_str()), (name, login));
            assert_eq!((cloud.graph.as_str(), cloud.default_scope()), (&*format!("{graph}/"), scope.clone()));
            assert_eq!(name.parse(), Ok(cloud.kind));

            let base = Url::parse("http://127.0.0.1:9/").unwrap();
            let elsewhere = cloud.clone().based_at(Some(base.clone()), None);
            assert_eq!((elsewhere.name.as_str(), elsewhere.default_scope()), ("127.0.0.1", scope));
            assert_eq!((elsewhere.kind, elsewhere.login, elsewhere.graph), (cloud.kind, base, cloud.graph));
        }
        assert_eq!("gcc".parse::<CloudKind>(), Err(CloudKindError));
    }

    #[test]
    fn an_alias_of_the_login_host_issues_under_the_first_name() {
        let alias = Url::parse("https://login.chinacloudapi.cn/").unwrap();
        let cloud = Cloud::china().based_at(Some(alias), None);
        assert_eq!((cloud.name.as_str(), cloud.login.host_str()), ("china", Some("login.chinacloudapi.cn")));
        assert_eq!(cloud.issuer("t"), "https://login.partner.microsoftonline.cn/t/v2.0");
    }
}
