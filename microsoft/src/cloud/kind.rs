//! The clouds that Microsoft runs, and their hosts.

use std::{fmt, str::FromStr};

/// One of Microsoft's clouds ([national cloud deployments](https://learn.microsoft.com/graph/deployments)). Each has
/// app registrations of its own; a tenant belongs to exactly one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CloudKind {
    /// Worldwide; tenants of the US Government's GCC are here as well.
    Global,
    /// US Government L4.
    GccHigh,
    /// US Government L5, Department of Defense.
    Dod,
    /// China, operated by 21Vianet.
    China,
}

/// The hosts of a cloud.
pub(crate) struct Hosts {
    /// The first one is the issuer of id_tokens; any other is an alias of it.
    pub(crate) login: &'static [&'static str],
    /// The host of Graph; with `https://` before it, the resource for which tokens are requested.
    pub(crate) graph: &'static str,
}

impl CloudKind {
    pub const ALL: [Self; 4] = [Self::Global, Self::GccHigh, Self::Dod, Self::China];

    /// Its name in configuration and logs: `global`, `gcc-high`, `dod`, `china`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::GccHigh => "gcc-high",
            Self::Dod => "dod",
            Self::China => "china",
        }
    }

    /// Its display name, for use before "cloud" in a sentence.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Global => "worldwide",
            Self::GccHigh => "US Government GCC High",
            Self::Dod => "US Government DoD",
            Self::China => "China 21Vianet",
        }
    }

    /// The host of this cloud's Graph.
    pub(crate) fn graph_host(self) -> &'static str {
        self.hosts().graph
    }

    pub(crate) fn hosts(self) -> Hosts {
        let us: &[&str] = &["login.microsoftonline.us"];
        let (login, graph) = match self {
            Self::Global => (&["login.microsoftonline.com"] as &[&str], "graph.microsoft.com"),
            Self::GccHigh => (us, "graph.microsoft.us"),
            Self::Dod => (us, "dod-graph.microsoft.us"),
            Self::China => (
                &["login.partner.microsoftonline.cn", "login.chinacloudapi.cn"] as &[&str],
                "microsoftgraph.chinacloudapi.cn",
            ),
        };
        Hosts { login, graph }
    }
}

impl fmt::Display for CloudKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// The error for a name that is not a cloud.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a cloud of Microsoft's: use global (also for GCC), gcc-high, dod or china")]
pub struct CloudKindError;

impl FromStr for CloudKind {
    type Err = CloudKindError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(text.trim())).ok_or(CloudKindError)
    }
}
