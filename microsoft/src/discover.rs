//! From the domain of an address to its tenant.

use serde::Deserialize;
use url::{Host, Url};

use crate::{
    Cloud, Microsoft, TenantId,
    classify::entra,
    failure::{Class, Failure},
};

const WHAT: &str = "GET {domain}/v2.0/.well-known/openid-configuration";

/// Hosts that betray a sovereign cloud
/// ([deployments](https://learn.microsoft.com/graph/deployments)).
const SOVEREIGN: [(&str, &str); 6] = [
    ("login.microsoftonline.us", "US Government"),
    ("graph.microsoft.us", "US Government L4 (GCC High)"),
    ("dod-graph.microsoft.us", "US Government L5 (DoD)"),
    ("login.chinacloudapi.cn", "China (21Vianet)"),
    ("login.partner.microsoftonline.cn", "China (21Vianet)"),
    ("microsoftgraph.chinacloudapi.cn", "China (21Vianet)"),
];

#[derive(Deserialize)]
struct Document {
    token_endpoint: Url,
    msgraph_host: Option<String>,
    tenant_region_sub_scope: Option<String>,
}

impl Microsoft {
    /// The tenant that owns `domain`, by its public
    /// [OpenID configuration](https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc).
    /// Asks nothing of the tenant and needs no consent.
    ///
    /// # Errors
    /// [`Class::TenantUnknown`] if Microsoft knows no organisation by that domain (or it is not a domain),
    /// [`Class::NationalCloud`] if it lives in a cloud other than ours (`code` and `detail` say which),
    /// [`Class::Throttled`] or [`Class::Unavailable`] if it could not be found out.
    pub async fn discover(&self, domain: &str) -> Result<TenantId, Failure> {
        let Some(domain) = domain_name(domain) else {
            return Err(Failure::new(Class::TenantUnknown, format!("{WHAT}: not a domain, not asked")));
        };
        let url = self.inner.cloud.login_url(&[&domain, "v2.0", ".well-known", "openid-configuration"]);
        let answer = self.inner.http.exchange(self.inner.http.pool(&domain).get(url), WHAT).await?;
        if answer.status != 200 {
            let failure = entra::failure(&answer, WHAT);
            // Microsoft's own libraries take any 4xx here for "no such tenant".
            let vague = matches!(failure.class, Class::Unknown | Class::OurBug);
            let unknown = vague && (400..500).contains(&answer.status) && answer.status != 408;
            return Err(if unknown { Failure { class: Class::TenantUnknown, ..failure } } else { failure });
        }
        let Ok(document) = serde_json::from_slice::<Document>(&answer.body) else {
            let failure = Failure::new(Class::Unknown, format!("{WHAT}: not a configuration"));
            return Err(failure.request_id(answer.request_id));
        };
        read(&document, &self.inner.cloud).map_err(|failure| failure.request_id(answer.request_id))
    }
}

/// A plain host name with at least two labels, in ASCII; so never `common`, `organizations` or a path.
fn domain_name(text: &str) -> Option<String> {
    match Host::parse(text.trim().trim_end_matches('.')) {
        Ok(Host::Domain(name)) if name.contains('.') => Some(name),
        _ => None,
    }
}

fn read(document: &Document, cloud: &Cloud) -> Result<TenantId, Failure> {
    if let Some((code, name)) = sovereign(document, cloud) {
        return Err(Failure::new(Class::NationalCloud, format!("{WHAT}: {name}")).code(code));
    }
    // Only the name of the tenant is taken from the document; every later address is built from our own.
    if document.token_endpoint.origin() != cloud.login.origin() {
        return Err(Failure::new(Class::Unknown, format!("{WHAT}: an unexpected token endpoint")));
    }
    let base = cloud.login.path().trim_end_matches('/');
    let path = document.token_endpoint.path().strip_prefix(base).unwrap_or_default();
    let tenant = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    tenant.parse().map_err(|error| Failure::new(Class::TenantUnknown, format!("{WHAT}: {error}")))
}

/// Which foreign cloud the document names, if any. Hosts of our own cloud are not foreign to it.
fn sovereign(document: &Document, cloud: &Cloud) -> Option<(&'static str, &'static str)> {
    let own = |host: &str| [&cloud.login, &cloud.graph].iter().any(|url| url.host_str() == Some(host));
    let hosts = [document.msgraph_host.as_deref(), document.token_endpoint.host_str()];
    let named = hosts.into_iter().flatten().filter(|host| !own(host));
    let by_host = named.filter_map(|host| SOVEREIGN.iter().find(|(known, _)| *known == host)).next();
    by_host.copied().or_else(|| match document.tenant_region_sub_scope.as_deref() {
        Some("DODCON") if !own("graph.microsoft.us") => Some(("DODCON", "US Government L4 (GCC High)")),
        Some("DOD") if !own("dod-graph.microsoft.us") => Some(("DOD", "US Government L5 (DoD)")),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: &str = "aaaabbbb-0000-cccc-1111-dddd2222eeee";

    fn document(token_endpoint: &str, graph: &str, scope: Option<&str>) -> Document {
        Document {
            token_endpoint: Url::parse(token_endpoint).unwrap(),
            msgraph_host: Some(graph.to_owned()),
            tenant_region_sub_scope: scope.map(str::to_owned),
        }
    }

    #[test]
    fn the_tenant_is_the_first_segment_of_the_token_endpoint() {
        let global = format!("https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token");
        for scope in [None, Some("GCC")] {
            let tenant = read(&document(&global, "graph.microsoft.com", scope), &Cloud::global());
            assert_eq!(tenant.unwrap().as_str(), TENANT);
        }
        let base = Url::parse("http://127.0.0.1:9/sim").unwrap();
        let local = document(&format!("http://127.0.0.1:9/sim/{TENANT}/oauth2"), "127.0.0.1:9", None);
        assert_eq!(read(&local, &Cloud::at(base.clone(), base)).unwrap().as_str(), TENANT);
    }

    #[test]
    fn other_clouds_and_odd_documents_are_told_apart() {
        let us = "https://login.microsoftonline.us/x/token";
        let global = format!("https://login.microsoftonline.com/{TENANT}/token");
        let shared = "https://login.microsoftonline.com/%7Btenantid%7D/token";
        let consumers = "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/token";
        for (endpoint, graph, scope, expected) in [
            (us, "graph.microsoft.us", Some("DODCON"), Class::NationalCloud),
            (us, "graph.microsoft.com", None, Class::NationalCloud),
            (&global, "dod-graph.microsoft.us", None, Class::NationalCloud),
            (&global, "graph.microsoft.com", Some("DOD"), Class::NationalCloud),
            ("https://login.partner.microsoftonline.cn/x", "x", None, Class::NationalCloud),
            ("https://evil.example/x/token", "graph.microsoft.com", None, Class::Unknown),
            (shared, "graph.microsoft.com", None, Class::TenantUnknown),
            (consumers, "graph.microsoft.com", None, Class::TenantUnknown),
        ] {
            let failure = read(&document(endpoint, graph, scope), &Cloud::global()).unwrap_err();
            assert_eq!(failure.class, expected, "{endpoint} {graph}");
        }
    }

    #[test]
    fn only_domains_are_asked_for() {
        assert_eq!(domain_name(" Contoso.COM. ").as_deref(), Some("contoso.com"));
        assert_eq!(domain_name("müller.example").as_deref(), Some("xn--mller-kva.example"));
        for text in
            ["", "common", "organizations", "127.0.0.1", "a.com/b", "it@contoso.com", "a b.com", "[::1]"]
        {
            assert_eq!(domain_name(text), None, "{text}");
        }
    }
}
