//! The hosts to which secrets, assertions and tokens may be sent.

use url::{Host, Url};

use super::{Cloud, CloudKind};
use crate::SetupError;

impl Cloud {
    /// Refuses a base that is neither one of this cloud's own hosts (https, default port) nor this machine nor
    /// explicitly allowed: a mistyped or planted address would receive our secrets and tokens.
    pub(crate) fn check(&self) -> Result<(), SetupError> {
        let hosts = self.kind.hosts();
        for (base, known) in [(&self.login, hosts.login), (&self.graph, &[hosts.graph])] {
            let is_web = matches!(base.scheme(), "https" | "http") && base.host().is_some();
            if !is_web || !base.username().is_empty() || base.password().is_some() {
                return Err(SetupError::InvalidBase(base.clone()));
            }
            let is_ours = |hosts: &[&str]| {
                base.scheme() == "https"
                    && base.port().is_none()
                    && hosts.iter().any(|&host| base.host_str() == Some(host))
            };
            if is_ours(known) || is_loopback(base) || self.is_allowed(base) {
                continue;
            }
            let of_cloud = |kind: &CloudKind| is_ours(kind.hosts().login) || is_ours(&[kind.hosts().graph]);
            return Err(match CloudKind::ALL.into_iter().find(of_cloud) {
                Some(theirs) => SetupError::OtherCloud { base: base.clone(), ours: self.kind, theirs },
                None => SetupError::UntrustedHost { base: base.clone(), ours: self.kind },
            });
        }
        Ok(())
    }

    /// Whether the operator allowed `host` or `host:port`.
    fn is_allowed(&self, base: &Url) -> bool {
        let Some(host) = base.host_str() else { return false };
        let with_port = base.port_or_known_default().map(|port| format!("{host}:{port}"));
        self.allowed.iter().any(|allowed| {
            allowed.eq_ignore_ascii_case(host)
                || with_port.as_ref().is_some_and(|with_port| allowed.eq_ignore_ascii_case(with_port))
        })
    }
}

fn is_loopback(base: &Url) -> bool {
    match base.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: CloudKind, login: &str, graph: &str, allowed: &[&str]) -> Result<(), SetupError> {
        let parse = |text: &str| (!text.is_empty()).then(|| Url::parse(text).unwrap());
        Cloud::of(kind).based_at(parse(login), parse(graph)).allowing(allowed.iter().copied()).check()
    }

    #[test]
    fn microsofts_own_hosts_this_machine_and_allowed_hosts_are_accepted() {
        for kind in CloudKind::ALL {
            check(kind, "", "", &[]).unwrap();
            check(kind, "http://127.0.0.1:9", "http://[::1]:9/sim", &[]).unwrap();
            check(kind, "https://localhost:8443", "http://localhost/", &[]).unwrap();
        }
        check(CloudKind::China, "https://login.chinacloudapi.cn", "", &[]).unwrap();
        check(CloudKind::Global, "https://login.microsoftonline.com:443", "", &[]).unwrap();
        let proxy = ["Proxy.example", " simulator:3001"];
        check(CloudKind::Global, "https://proxy.example/login", "http://simulator:3001", &proxy).unwrap();
    }

    #[test]
    fn other_hosts_are_refused_and_another_cloud_is_named() {
        for login in [
            "http://login.microsoftonline.com",
            "https://login.microsoftonline.com:8443",
            "https://login.microsoftonline.com.evil.example",
            "https://login.microsoftonline.example",
            "https://graph.microsoft.com.",
            "http://simulator:3001",
            "http://localhost.evil.example",
            "http://10.0.0.1",
            "http://0.0.0.0",
        ] {
            let refused = check(CloudKind::Global, login, "", &["proxy.example", "simulator:3002", ""]);
            let message = refused.unwrap_err().to_string();
            assert!(message.contains(login.split("//").nth(1).unwrap()), "{login}: {message}");
        }
        for (kind, login, graph, theirs) in [
            (CloudKind::Global, "https://login.microsoftonline.us", "", CloudKind::GccHigh),
            (CloudKind::GccHigh, "", "https://dod-graph.microsoft.us", CloudKind::Dod),
            (CloudKind::Dod, "", "https://graph.microsoft.com", CloudKind::Global),
            (CloudKind::Global, "https://login.chinacloudapi.cn", "", CloudKind::China),
        ] {
            let refused = check(kind, login, graph, &[]).unwrap_err();
            assert!(
                matches!(refused, SetupError::OtherCloud { theirs: named, .. } if named == theirs),
                "{refused}"
            );
        }
        let user = check(CloudKind::Global, "https://user:word@login.microsoftonline.com", "", &[]);
        assert!(matches!(user, Err(SetupError::InvalidBase(_))));
    }
}
