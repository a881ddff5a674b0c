//! The addresses to which webhooks may go: https addresses of the public internet only. Requests to the server's own
//! network would give attackers access to it (server-side request forgery).

use std::{
    collections::HashSet,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::Arc,
};

use url::{Host, Url};

/// Why an address is refused for a webhook.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("that is not a web address")]
    Unreadable,
    #[error("a webhook's address begins with https://")]
    NotHttps,
    #[error("an address with a user name or a password is not accepted")]
    Credentials,
    #[error("that address is not on the public internet")]
    Private,
}

/// The hosts to which webhooks may go although they are private or use plain http: for development.
#[derive(Clone, Debug, Default)]
pub struct Targets {
    allowed: Arc<HashSet<String>>,
}

impl Targets {
    /// Allows these hosts; each is `host` or `host:port`.
    #[must_use]
    pub fn allowing(hosts: &[String]) -> Self {
        Self { allowed: Arc::new(hosts.iter().map(|host| host.to_lowercase()).collect()) }
    }

    /// Parses and checks an address. Names are resolved at every delivery, because a public name may become a private
    /// one.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn check(&self, text: &str) -> Result<Url, Refusal> {
        let url = Url::parse(text.trim()).map_err(|_| Refusal::Unreadable)?;
        let host = url.host().ok_or(Refusal::Unreadable)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::Credentials);
        }
        if self.allows(&url) && matches!(url.scheme(), "http" | "https") {
            return Ok(url);
        }
        if url.scheme() != "https" {
            return Err(Refusal::NotHttps);
        }
        let public = match host {
            Host::Ipv4(ip) => is_public(ip.into()),
            Host::Ipv6(ip) => is_public(ip.into()),
            // A name without a dot belongs to our own network.
            Host::Domain(name) => name.trim_end_matches('.').contains('.'),
        };
        if public { Ok(url) } else { Err(Refusal::Private) }
    }

    /// Whether an address may be private.
    pub(crate) fn allows(&self, url: &Url) -> bool {
        let Some(host) = url.host_str().map(str::to_lowercase) else { return false };
        let with_port = url.port_or_known_default().map(|port| format!("{host}:{port}"));
        self.allowed.contains(&host) || with_port.is_some_and(|host| self.allowed.contains(&host))
    }
}

/// Whether an address belongs to the public internet: to none of the special blocks of
/// [IANA](https://www.iana.org/assignments/iana-ipv4-special-registry).
pub(crate) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(a == 0
        || ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        // Carriers' shared space, protocol assignments, 6to4 relays, benchmarks, multicast and reserved space.
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b))
        || a >= 224)
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let parts = ip.segments();
    // An embedded IPv4 address is checked as such.
    let inside = match parts {
        [0, 0, 0, 0, 0, 0xffff, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => Some((parts[6], parts[7])),
        [0x2002, high, low, ..] => Some((high, low)),
        _ => None,
    };
    if let Some((high, low)) = inside {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    // Only 2000::/3 is assigned, except Teredo and other protocol assignments, and documentation.
    (parts[0] & 0xe000) == 0x2000
        && !(parts[0] == 0x2001 && parts[1] < 0x200)
        && !(parts[0] == 0x2001 && parts[1] == 0xdb8)
        && !(parts[0] == 0x3fff && parts[1] < 0x1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_https_addresses_are_accepted() {
        let targets = Targets::default();
        for good in [
            "https://hooks.example.com/warmy",
            "https://hooks.example.com:8443/?a=b",
            "https://93.184.216.34/",
            "https://[2606:2800:220:1:248:1893:25c8:1946]/",
        ] {
            assert!(targets.check(good).is_ok(), "{good}");
        }
        for (bad, why) in [
            ("hooks.example.com", Refusal::Unreadable),
            ("http://hooks.example.com/", Refusal::NotHttps),
            ("ftp://hooks.example.com/", Refusal::NotHttps),
            ("file:///etc/passwd", Refusal::Unreadable),
            ("https://user:secret@hooks.example.com/", Refusal::Credentials),
            ("https://localhost/", Refusal::Private),
            ("https://intranet/", Refusal::Private),
            ("https://127.0.0.1/", Refusal::Private),
            ("https://127.1/", Refusal::Private),
            ("https://2130706433/", Refusal::Private),
            ("https://0x7f.0.0.1/", Refusal::Private),
            ("https://0.0.0.0/", Refusal::Private),
            ("https://10.1.2.3/", Refusal::Private),
            ("https://172.16.0.1/", Refusal::Private),
            ("https://192.168.1.1/", Refusal::Private),
            ("https://169.254.169.254/latest/meta-data/", Refusal::Private),
            ("https://100.64.0.1/", Refusal::Private),
            ("https://198.18.0.1/", Refusal::Private),
            ("https://224.0.0.1/", Refusal::Private),
            ("https://255.255.255.255/", Refusal::Private),
            ("https://[::1]/", Refusal::Private),
            ("https://[::]/", Refusal::Private),
            ("https://[::ffff:127.0.0.1]/", Refusal::Private),
            ("https://[64:ff9b::7f00:1]/", Refusal::Private),
            ("https://[2002:7f00:1::]/", Refusal::Private),
            ("https://[fc00::1]/", Refusal::Private),
            ("https://[fe80::1]/", Refusal::Private),
            ("https://[2001:db8::1]/", Refusal::Private),
            ("https://[ff02::1]/", Refusal::Private),
        ] {
            assert_eq!(targets.check(bad), Err(why), "{bad}");
        }
    }

    #[test]
    fn an_allowed_host_is_allowed_on_its_port_only() {
        let targets = Targets::allowing(&["127.0.0.1:4000".to_owned()]);
        assert!(targets.check("http://127.0.0.1:4000/hook").is_ok());
        assert_eq!(targets.check("http://127.0.0.1:4001/hook"), Err(Refusal::NotHttps));
        assert_eq!(targets.check("https://127.0.0.1:4001/hook"), Err(Refusal::Private));
        // A name that may be private on one port is resolved like all others on another one.
        let targets = Targets::allowing(&["hooks.inner.example:4000".to_owned()]);
        let allowed = |url: &str| targets.allows(&targets.check(url).unwrap());
        assert!(allowed("http://hooks.inner.example:4000/") && !allowed("https://hooks.inner.example:4001/"));
    }
}
