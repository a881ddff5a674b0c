//! Discovery: from the domain of an address to its tenant.

mod foreign;

use std::time::Duration;

use serde::Deserialize;
use tokio::time::{sleep, timeout};
use url::{Host, Url};

use crate::{
    Cloud, Microsoft, TenantId,
    classify::entra,
    failure::{Class, Failure},
    http::{Answer, plain},
    spread::spread,
};

/// Waits before the second and the third attempt.
const RETRY_WAITS: [Duration; 2] = [Duration::from_millis(300), Duration::from_secs(1)];
const WHAT: &str = "GET {domain}/v2.0/.well-known/openid-configuration";

#[derive(Deserialize)]
struct Document {
    token_endpoint: Url,
    msgraph_host: Option<String>,
    tenant_region_sub_scope: Option<String>,
}

impl Microsoft {
    /// The tenant that owns `domain`, by its public
    /// [OpenID configuration](https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc). Sends nothing
    /// to the tenant and needs no consent.
    ///
    /// # Errors
    /// [`Class::TenantUnknown`] if Microsoft has no organisation with that domain (or it is not a domain),
    /// [`Class::NationalCloud`] if it is in a cloud other than ours ([`Failure::cloud`] says which, or
    /// [`Failure::unknown_host`] names its host),
    /// [`Class::Throttled`] or [`Class::Unavailable`] for a temporary failure.
    pub async fn discover(&self, domain: &str) -> Result<TenantId, Failure> {
        let Some(domain) = domain_name(domain) else {
            return Err(Failure::new(Class::TenantUnknown, format!("{WHAT}: not a domain, not sent")));
        };
        let url = self.inner.cloud.login_url(&[&domain, "v2.0", ".well-known", "openid-configuration"]);
        let late = |_| Failure::new(Class::Unavailable, format!("{WHAT}: out of time"));
        let document = self.fetch_document(&url, &domain);
        let answer = timeout(self.inner.http.limits().call, document).await.map_err(late)??;
        if answer.status != 200 {
            let failure = entra::failure(&answer, WHAT);
            // Microsoft's own libraries treat any 4xx here as "no such tenant".
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

impl Microsoft {
    /// A person waits for the answer, so retries follow quickly, and a lasting failure is returned soon.
    async fn fetch_document(&self, url: &Url, domain: &str) -> Result<Answer, Failure> {
        let http = &self.inner.http;
        for wait in RETRY_WAITS {
            match http.exchange(http.pool(domain).get(url.clone()), WHAT).await {
                Ok(answer) if answer.status < 500 => return Ok(answer),
                _ => sleep(spread(wait)).await,
            }
        }
        http.exchange(http.pool(domain).get(url.clone()), WHAT).await
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
    let endpoint = &document.token_endpoint;
    let (graph, sub_scope) = (document.msgraph_host.as_deref(), document.tenant_region_sub_scope.as_deref());
    if let Some((code, _, name)) = foreign::indicator(cloud.kind, graph, sub_scope, endpoint.host_str()) {
        return Err(Failure::new(Class::NationalCloud, format!("{WHAT}: {name}")).code(code));
    }
    if let Some(host) = foreign::unknown_host(cloud, endpoint, graph) {
        let failure = Failure::new(Class::NationalCloud, format!("{WHAT}: hosts of an unknown cloud"));
        return Err(failure.code(plain(host).unwrap_or_else(|| "unknown_host".to_owned())));
    }
    // Only the tenant id is taken from the document; every later address is built from our own base. So the cloud's
    // own hosts are accepted as well as ours: behind a proxy, or where a host has an alias.
    let base = if endpoint.origin() == cloud.login.origin() {
        cloud.login.path().trim_end_matches('/')
    } else if endpoint.host_str().is_some_and(|host| cloud.kind.hosts().login.contains(&host)) {
        ""
    } else {
        return Err(Failure::new(Class::Unknown, format!("{WHAT}: an unexpected token endpoint")));
    };
    let path = endpoint.path().strip_prefix(base).unwrap_or_default();
    let tenant = path.trim_start_matches('/').split('/').next().unwrap_or_default();
    tenant.parse().map_err(|error| Failure::new(Class::TenantUnknown, format!("{WHAT}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CloudKind;

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
    fn every_other_cloud_is_recognised_and_named() {
        use CloudKind::{China, Dod, GccHigh, Global};
        let (com, us) = ("https://login.microsoftonline.com/t", "https://login.microsoftonline.us/t");
        let (cn, alias) = ("https://login.partner.microsoftonline.cn/t", "https://login.chinacloudapi.cn/t");
        for (ours, endpoint, graph, scope, expected) in [
            (Global, us, "graph.microsoft.us", Some("DODCON"), Some(GccHigh)),
            (Global, us, "graph.microsoft.com", Some("DODCON"), Some(GccHigh)),
            (Global, us, "dod-graph.microsoft.us", Some("DOD"), Some(Dod)),
            (Global, com, "DOD-graph.microsoft.us", None, Some(Dod)),
            (Global, com, "graph.microsoft.com", Some("DOD"), Some(Dod)),
            // One of the two US Government clouds; it is unknown which.
            (Global, us, "graph.microsoft.com", None, None),
            (Global, cn, "x", None, Some(China)),
            (Global, alias, "microsoftgraph.chinacloudapi.cn", None, Some(China)),
            (GccHigh, us, "dod-graph.microsoft.us", Some("DOD"), Some(Dod)),
            (GccHigh, com, "graph.microsoft.com", Some("GCC"), Some(Global)),
            (Dod, us, "graph.microsoft.us", Some("DODCON"), Some(GccHigh)),
            (Dod, cn, "x", None, Some(China)),
            (China, com, "graph.microsoft.com", None, Some(Global)),
            (China, us, "x", None, None),
        ] {
            let failure = read(&document(endpoint, graph, scope), &Cloud::of(ours)).unwrap_err();
            let what = format!("{ours} {endpoint} {graph}: {failure}");
            assert_eq!((failure.class, failure.cloud()), (Class::NationalCloud, expected), "{what}");
        }
        let unrelated = Failure::new(Class::TenantUnknown, "").code("graph.microsoft.us");
        assert_eq!(unrelated.cloud(), None);
    }

    #[test]
    fn a_tenant_of_the_chosen_cloud_is_found_by_any_of_its_hosts() {
        let path = format!("{TENANT}/oauth2/v2.0/token");
        let proxy = Url::parse("https://proxy.example/microsoft/").unwrap();
        for (cloud, host, graph, scope) in [
            (Cloud::gcc_high(), "login.microsoftonline.us", "graph.microsoft.us", Some("DODCON")),
            (Cloud::dod(), "login.microsoftonline.us", "dod-graph.microsoft.us", Some("DOD")),
            (Cloud::china(), "login.partner.microsoftonline.cn", "microsoftgraph.chinacloudapi.cn", None),
            (Cloud::china(), "login.chinacloudapi.cn", "microsoftgraph.chinacloudapi.cn", None),
            (
                Cloud::global().based_at(Some(proxy), None),
                "login.microsoftonline.com",
                "graph.microsoft.com",
                None,
            ),
        ] {
            let found = read(&document(&format!("https://{host}/{path}"), graph, scope), &cloud);
            assert_eq!(found.unwrap().as_str(), TENANT, "{host}");
        }
    }

    #[test]
    fn invalid_documents_are_refused() {
        let shared = "https://login.microsoftonline.com/%7Btenantid%7D/token";
        let consumers = "https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/token";
        for (endpoint, expected) in [
            ("https://login.cloud-of-tomorrow.example/x/token", Class::NationalCloud),
            (shared, Class::TenantUnknown),
            (consumers, Class::TenantUnknown),
        ] {
            let failure = read(&document(endpoint, "graph.microsoft.com", None), &Cloud::global());
            assert_eq!(failure.unwrap_err().class, expected, "{endpoint}");
        }
    }

    #[test]
    fn the_host_of_an_unknown_cloud_is_named() {
        let global = format!("https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token");
        let sovereign = format!("https://login.sovcloud-identity.example/{TENANT}/oauth2/v2.0/token");
        let http = format!("http://login.microsoftonline.com:81/{TENANT}/oauth2/v2.0/token");
        for (endpoint, graph, host) in [
            (&sovereign, "graph.svc.sovcloud.example", Some("login.sovcloud-identity.example")),
            (&sovereign, "graph.microsoft.com", Some("login.sovcloud-identity.example")),
            (&global, "graph.svc.sovcloud.example", Some("graph.svc.sovcloud.example")),
            (&global, "GRAPH.microsoft.com", None),
            (&global, "", None),
            (&http, "graph.microsoft.com", None),
        ] {
            let found = read(&document(endpoint, graph, None), &Cloud::global());
            let named = found.as_ref().err().and_then(Failure::unknown_host);
            assert_eq!(named, host, "{endpoint} {graph}: {found:?}");
            assert_eq!(found.is_err(), host.is_some(), "{endpoint} {graph}");
        }
        let long = format!("https://{}.example/{TENANT}/token", "a".repeat(60));
        let failure = read(&document(&long, "x.example", None), &Cloud::global()).unwrap_err();
        assert_eq!((failure.class, failure.unknown_host()), (Class::NationalCloud, None));
    }

    #[test]
    fn only_domain_names_are_accepted() {
        assert_eq!(domain_name(" Contoso.COM. ").as_deref(), Some("contoso.com"));
        assert_eq!(domain_name("müller.example").as_deref(), Some("xn--mller-kva.example"));
        for text in
            ["", "common", "organizations", "127.0.0.1", "a.com/b", "it@contoso.com", "a b.com", "[::1]"]
        {
            assert_eq!(domain_name(text), None, "{text}");
        }
    }
}
