//! Microsoft's clouds: separate hosts, the same protocols.
//!
//! Hosts: [Graph deployments](https://learn.microsoft.com/en-us/graph/deployments), [Entra endpoints][entra].
//!
//! [entra]: https://learn.microsoft.com/en-us/entra/identity-platform/authentication-national-cloud

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// One of Microsoft's clouds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Cloud {
    /// Worldwide, including the US Government's GCC
    #[default]
    Global,
    /// US Government L4
    GccHigh,
    /// US Government L5
    Dod,
    /// China, operated by 21Vianet
    China,
    /// A European sovereign cloud, newer than most clients
    Sovereign,
}

/// The values that differ between clouds.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) login_host: &'static str,
    pub(crate) graph_host: &'static str,
    /// `cloud_instance_name` of discovery documents.
    pub(crate) instance: &'static str,
    /// `tenant_region_scope`.
    pub(crate) region: &'static str,
    /// `tenant_region_sub_scope`.
    pub(crate) sub_scope: Option<&'static str>,
    /// The host of the older Azure AD Graph.
    pub(crate) legacy_graph_host: &'static str,
    pub(crate) rbac_url: &'static str,
    /// The ending of initial domains.
    pub(crate) initial_domains: &'static str,
}

const GOVERNMENT: Facts = Facts {
    login_host: "login.microsoftonline.us",
    graph_host: "graph.microsoft.us",
    instance: "microsoftonline.us",
    region: "USGov",
    sub_scope: Some("DODCON"),
    legacy_graph_host: "graph.windows.net",
    rbac_url: "https://pasff.usgovcloudapi.net",
    initial_domains: "onmicrosoft.us",
};

impl Cloud {
    pub(crate) fn facts(self) -> &'static Facts {
        match self {
            Self::Global => &Facts {
                login_host: "login.microsoftonline.com",
                graph_host: "graph.microsoft.com",
                instance: "microsoftonline.com",
                region: "EU",
                sub_scope: None,
                legacy_graph_host: "graph.windows.net",
                rbac_url: "https://pas.windows.net",
                initial_domains: "onmicrosoft.com",
            },
            Self::GccHigh => &GOVERNMENT,
            Self::Dod => {
                &Facts { graph_host: "dod-graph.microsoft.us", sub_scope: Some("DOD"), ..GOVERNMENT }
            }
            Self::China => &Facts {
                login_host: "login.partner.microsoftonline.cn",
                graph_host: "microsoftgraph.chinacloudapi.cn",
                instance: "partner.microsoftonline.cn",
                region: "AS",
                sub_scope: None,
                legacy_graph_host: "graph.chinacloudapi.cn",
                rbac_url: "https://pas.chinacloudapi.cn",
                initial_domains: "partner.onmschina.cn",
            },
            Self::Sovereign => &Facts {
                login_host: "login.sovcloud-identity.fr",
                graph_host: "graph.svc.sovcloud.fr",
                instance: "sovcloud-identity.fr",
                region: "EU",
                sub_scope: None,
                legacy_graph_host: "graph.svc.sovcloud.fr",
                rbac_url: "https://pas.sovcloud.fr",
                initial_domains: "onsovcloud.fr",
            },
        }
    }

    /// Graph as a resource: the audience of tokens, and the scope without `/.default`.
    pub(crate) fn resource(self) -> String {
        format!("https://{}", self.facts().graph_host)
    }
}
