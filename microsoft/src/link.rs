//! Checks of the links in Graph's answers (`@odata.nextLink`, `@odata.deltaLink`).

use url::Url;

use crate::{
    Cloud,
    failure::{Class, Failure},
};

/// The address to request for a link of Graph, if a token may be sent there: its scheme, host and port must be those of
/// our Graph. Otherwise an attacker who can put a link into an answer (or into our store) would receive a token for a
/// whole tenant.
///
/// Behind a forwarder, links name Microsoft's own host or the forwarder's; both are requested at our base. The rest is
/// used verbatim; its tokens are opaque ([paging](https://learn.microsoft.com/graph/paging)).
pub(crate) fn checked(link: &str, cloud: &Cloud) -> Result<Url, Failure> {
    let refused = || Failure::new(Class::Unknown, "a link that does not lead to Graph").code("link_refused");
    let url = Url::parse(link).map_err(|_| refused())?;
    if !url.username().is_empty() || url.password().is_some() || !url.origin().is_tuple() {
        return Err(refused());
    }
    if url.origin() == cloud.graph.origin() {
        return Ok(url);
    }
    let theirs =
        url.scheme() == "https" && url.port().is_none() && url.host_str() == Some(cloud.kind.graph_host());
    // The version is part of every address of Graph, and of ours.
    let path = url.path().strip_prefix("/v1.0/").filter(|_| theirs).ok_or_else(refused)?;
    Ok(cloud.rebased(path, url.query()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_links_to_our_graph_are_accepted() {
        let cloud = Cloud::global();
        let next = "https://graph.microsoft.com/v1.0/users/delta?$skiptoken=a%2Bb";
        assert_eq!(checked(next, &cloud).unwrap().as_str(), next);
        assert!(checked("https://graph.microsoft.com:443/v1.0/users", &cloud).is_ok());
        for link in [
            "",
            "/v1.0/users",
            "http://graph.microsoft.com/v1.0/users",
            "https://graph.microsoft.com:8443/v1.0/users",
            "https://graph.microsoft.com.evil.example/v1.0/users",
            "https://graph.microsoft.com@evil.example/v1.0/users",
            "https://evil@graph.microsoft.com/v1.0/users",
            "https://evil.example/?https://graph.microsoft.com",
            "file:///etc/passwd",
        ] {
            assert_eq!(checked(link, &cloud).unwrap_err().code.as_deref(), Some("link_refused"), "{link}");
        }
        let local = Url::parse("http://127.0.0.1:4400").unwrap();
        let local = Cloud::at(local.clone(), local);
        assert!(checked("http://127.0.0.1:4400/v1.0/users/delta?$skiptoken=x", &local).is_ok());
        assert!(checked("http://127.0.0.1:4401/v1.0/users/delta", &local).is_err());
    }

    #[test]
    fn links_with_microsofts_host_are_followed_at_a_forwarder() {
        let base = |text: &str| Url::parse(text).unwrap();
        let query = "?$skiptoken=a%2Bb/c&$select=id,mail";
        for (graph, expected) in [
            ("https://proxy.example", "https://proxy.example/v1.0/users/delta"),
            ("https://proxy.example/graph/", "https://proxy.example/graph/v1.0/users/delta"),
            ("http://127.0.0.1:9/a/b", "http://127.0.0.1:9/a/b/v1.0/users/delta"),
        ] {
            let cloud = Cloud::global().based_at(None, Some(base(graph)));
            let link = format!("https://graph.microsoft.com/v1.0/users/delta{query}");
            assert_eq!(checked(&link, &cloud).unwrap().as_str(), format!("{expected}{query}"));
            for link in [
                "http://graph.microsoft.com/v1.0/users",
                "https://graph.microsoft.com:8443/v1.0/users",
                "https://graph.microsoft.us/v1.0/users",
                "https://graph.microsoft.com/beta/users",
                "https://graph.microsoft.com/v1.0/../beta/users",
                "https://graph.microsoft.com/v1.0/%2e%2e/beta/users",
                "https://someone@graph.microsoft.com/v1.0/users",
                "https://graph.microsoft.com.evil.example/v1.0/users",
            ] {
                assert_eq!(
                    checked(link, &cloud).unwrap_err().code.as_deref(),
                    Some("link_refused"),
                    "{link}"
                );
            }
        }
        let us = Cloud::gcc_high().based_at(None, Some(base("https://proxy.example")));
        assert!(checked("https://graph.microsoft.us/v1.0/users", &us).is_ok());
        assert!(checked("https://graph.microsoft.com/v1.0/users", &us).is_err());
    }
}
