//! Telling by a tenant's public configuration in which cloud it lives.

use crate::{Class, CloudKind, Failure};

/// A trace of a cloud: what is seen, whose it is, and how to say so. The two US Government clouds share their
/// login host, so that one alone does not tell which.
pub(super) type Trace = (&'static str, Option<CloudKind>, &'static str);

const HOSTS: [Trace; 8] = [
    ("graph.microsoft.com", Some(CloudKind::Global), "worldwide"),
    ("login.microsoftonline.com", Some(CloudKind::Global), "worldwide"),
    ("graph.microsoft.us", Some(CloudKind::GccHigh), "US Government L4 (GCC High)"),
    ("dod-graph.microsoft.us", Some(CloudKind::Dod), "US Government L5 (DoD)"),
    ("login.microsoftonline.us", None, "US Government"),
    ("login.partner.microsoftonline.cn", Some(CloudKind::China), "China (21Vianet)"),
    ("login.chinacloudapi.cn", Some(CloudKind::China), "China (21Vianet)"),
    ("microsoftgraph.chinacloudapi.cn", Some(CloudKind::China), "China (21Vianet)"),
];

/// `tenant_region_sub_scope`. `GCC` is worldwide and nothing special.
const SUB_SCOPES: [Trace; 2] = [
    ("DODCON", Some(CloudKind::GccHigh), "US Government L4 (GCC High)"),
    ("DOD", Some(CloudKind::Dod), "US Government L5 (DoD)"),
];

/// The first trace, most telling first, of a cloud other than `ours`.
pub(super) fn trace(
    ours: CloudKind,
    graph: Option<&str>,
    sub_scope: Option<&str>,
    login: Option<&str>,
) -> Option<Trace> {
    let find = |table: &'static [Trace], seen: Option<&str>| {
        let seen = seen?;
        table.iter().find(|(trace, ..)| trace.eq_ignore_ascii_case(seen))
    };
    let seen = [find(&HOSTS, graph), find(&SUB_SCOPES, sub_scope), find(&HOSTS, login)];
    seen.into_iter().flatten().find(|(_, kind, _)| is_foreign(ours, *kind)).copied()
}

fn is_foreign(ours: CloudKind, theirs: Option<CloudKind>) -> bool {
    theirs.map_or(!matches!(ours, CloudKind::GccHigh | CloudKind::Dod), |theirs| theirs != ours)
}

impl Failure {
    /// For [`Class::NationalCloud`], the cloud in which the tenant lives; `None` if Microsoft did not say (or
    /// said only that it is one of the US Government's two) and for every other class.
    #[must_use]
    pub fn cloud(&self) -> Option<CloudKind> {
        let code = self.code.as_deref().filter(|_| self.class == Class::NationalCloud)?;
        HOSTS.iter().chain(&SUB_SCOPES).find(|(trace, ..)| *trace == code)?.1
    }
}
