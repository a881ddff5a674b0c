//! The tenant's organisation: its name and domains.

use serde::Deserialize;

use super::{Tenant, call::Call};
use crate::{
    directory::{Organization, VerifiedDomain},
    failure::{Class, Failure},
};

const WHAT: &str = "GET organization";

#[derive(Deserialize)]
struct Answer {
    value: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: String,
    display_name: Option<String>,
    #[serde(default)]
    verified_domains: Vec<Domain>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Domain {
    name: String,
    #[serde(default)]
    is_default: bool,
    #[serde(default)]
    is_initial: bool,
    capabilities: Option<String>,
}

impl Tenant {
    /// Name and domains of the tenant
    /// ([organization](https://learn.microsoft.com/graph/api/organization-list)). Needs
    /// `Organization.Read.All`.
    ///
    /// # Errors
    /// [`Class::PermissionMissing`], [`Class::NotPropagated`], the classes of
    /// [`app_token`](crate::Microsoft::app_token), and temporary ones.
    pub async fn organization(&self) -> Result<Organization, Failure> {
        let cloud = self.microsoft.cloud();
        let url = cloud.graph_url(&["organization"], "$select=id,displayName,verifiedDomains");
        let answer: Answer = self.fetch(&Call::get(WHAT, url)).await?;
        let first = answer.value.into_iter().next();
        first.map(Organization::from).ok_or_else(|| Failure::new(Class::Unknown, format!("{WHAT}: empty")))
    }
}

impl From<Item> for Organization {
    fn from(item: Item) -> Self {
        let domain = |domain: Domain| VerifiedDomain {
            // "Email, OfficeCommunicationsOnline"
            email: domain.capabilities.is_some_and(|all| all.split(',').any(|one| one.trim() == "Email")),
            name: domain.name,
            is_default: domain.is_default,
            is_initial: domain.is_initial,
        };
        Self {
            id: item.id,
            display_name: item.display_name.unwrap_or_default(),
            verified_domains: item.verified_domains.into_iter().map(domain).collect(),
        }
    }
}
