//! Checks of the links in Graph's answers (`@odata.nextLink`, `@odata.deltaLink`).

use url::Url;

use crate::{
    Cloud,
    failure::{Class, Failure},
};

/// Returns the link if a token may be sent there: its scheme, host and port must be those of our Graph. Otherwise an
/// attacker who can put a link into an answer (or into our store) would receive a token for a whole tenant.
///
/// The rest is used verbatim; its tokens are opaque ([paging](https://learn.microsoft.com/graph/paging)).
pub(crate) fn checked(link: &str, cloud: &Cloud) -> Result<Url, Failure> {
    let refused = || Failure::new(Class::Unknown, "a link that does not lead to Graph").code("link_refused");
    let url = Url::parse(link).map_err(|_| refused())?;
    let ours = url.origin() == cloud.graph.origin() && url.origin().is_tuple();
    let bare = url.username().is_empty() && url.password().is_none();
    if ours && bare { Ok(url) } else { Err(refused()) }
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
}
