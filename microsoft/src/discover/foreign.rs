//! Detection of a tenant's cloud from its public configuration.

use url::Url;

use crate::{Class, Cloud, CloudKind, Failure};

/// An indicator of a cloud: the value in the configuration, the cloud, and its name for messages. The two US
/// Government clouds share their login host, so that host alone does not identify one.
pub(super) type Indicator = (&'static str, Option<CloudKind>, &'static str);

const HOSTS: [Indicator; 8] = [
    ("graph.microsoft.com", Some(CloudKind::Global), "worldwide"),
    ("login.microsoftonline.com", Some(CloudKind::Global), "worldwide"),
    ("graph.microsoft.us", Some(CloudKind::GccHigh), "US Government L4 (GCC High)"),
    ("dod-graph.microsoft.us", Some(CloudKind::Dod), "US Government L5 (DoD)"),
    ("login.microsoftonline.us", None, "US Government"),
    ("login.partner.microsoftonline.cn", Some(CloudKind::China), "China (21Vianet)"),
    ("login.chinacloudapi.cn", Some(CloudKind::China), "China (21Vianet)"),
    ("microsoftgraph.chinacloudapi.cn", Some(CloudKind::China), "China (21Vianet)"),
];

/// Values of `tenant_region_sub_scope`. `GCC` is in the worldwide cloud and needs no entry.
const SUB_SCOPES: [Indicator; 2] = [
    ("DODCON", Some(CloudKind::GccHigh), "US Government L4 (GCC High)"),
    ("DOD", Some(CloudKind::Dod), "US Government L5 (DoD)"),
];

/// The first indicator, most specific first, of a cloud other than `ours`.
pub(super) fn indicator(
    ours: CloudKind,
    graph: Option<&str>,
    sub_scope: Option<&str>,
    login: Option<&str>,
) -> Option<Indicator> {
    let find = |table: &'static [Indicator], seen: Option<&str>| {
        let seen = seen?;
        table.iter().find(|(indicator, ..)| indicator.eq_ignore_ascii_case(seen))
    };
    let seen = [find(&HOSTS, graph), find(&SUB_SCOPES, sub_scope), find(&HOSTS, login)];
    seen.into_iter().flatten().find(|(_, kind, _)| is_foreign(ours, *kind)).copied()
}

fn is_foreign(ours: CloudKind, theirs: Option<CloudKind>) -> bool {
    theirs.map_or(!matches!(ours, CloudKind::GccHigh | CloudKind::Dod), |theirs| theirs != ours)
}

/// The host of a cloud that is none of those above: the one that signs people in, or else that of Graph. `ours` has
/// the addresses of our own bases.
pub(super) fn unknown_host<'a>(ours: &Cloud, login: &'a Url, graph: Option<&'a str>) -> Option<&'a str> {
    let is_listed = |host: &str| HOSTS.iter().any(|(known, ..)| known.eq_ignore_ascii_case(host));
    let host = login.host_str()?;
    if !is_listed(host) {
        return (login.origin() != ours.login.origin()).then_some(host);
    }
    // Behind a proxy, Graph may have its address.
    let is_ours = |graph: &str| {
        let name = graph.split(':').next();
        [&ours.login, &ours.graph].into_iter().any(|base| base.host_str() == name)
    };
    graph.filter(|graph| !graph.is_empty() && !is_listed(graph) && !is_ours(graph))
}

impl Failure {
    /// For [`Class::NationalCloud`], the host of a cloud that we do not know, if Microsoft named one.
    #[must_use]
    pub fn unknown_host(&self) -> Option<&str> {
        let code = self.code.as_deref().filter(|_| self.class == Class::NationalCloud)?;
        let is_listed = HOSTS.iter().chain(&SUB_SCOPES).any(|(indicator, ..)| *indicator == code);
        (!is_listed && code.contains('.')).then_some(code)
    }

    /// For [`Class::NationalCloud`], the cloud of the tenant; `None` if it is unknown (or only known to be one of the
    /// US Government's two) and for every other class.
    #[must_use]
    pub fn cloud(&self) -> Option<CloudKind> {
        let code = self.code.as_deref().filter(|_| self.class == Class::NationalCloud)?;
        HOSTS.iter().chain(&SUB_SCOPES).find(|(indicator, ..)| *indicator == code)?.1
    }
}
