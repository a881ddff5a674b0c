//! The tenant's organisation: its name and domains.

use serde::Deserialize;

use super::{
    Tenant,
    call::{Call, read},
};
use crate::{
    directory::{Organization, VerifiedDomain},
    failure::{Class, Failure},
    http::Answer,
};

const WHAT: &str = "GET organization";

#[derive(Deserialize)]
struct Listing {
    value: Vec<Item>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Item {
    id: String,
    display_name: Option<String>,
    verified_domains: Option<Vec<Option<Domain>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Domain {
    name: Option<String>,
    is_default: Option<bool>,
    is_initial: Option<bool>,
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
        let first = |answer: &Answer| {
            let listing: Listing = read(answer, WHAT)?;
            let first = listing.value.into_iter().next();
            first.ok_or_else(|| Failure::new(Class::Unknown, format!("{WHAT}: empty")))
        };
        Ok(self.fetch_with(&Call::get(WHAT, url), first).await?.into())
    }
}

impl From<Item> for Organization {
    fn from(item: Item) -> Self {
        let domain = |domain: Domain| {
            Some(VerifiedDomain {
                // "Email, OfficeCommunicationsOnline"
                email: domain.capabilities.is_some_and(|all| all.split(',').any(|one| one.trim() == "Email")),
                name: domain.name?,
                is_default: domain.is_default.unwrap_or_default(),
                is_initial: domain.is_initial.unwrap_or_default(),
            })
        };
        Self {
            id: item.id,
            display_name: item.display_name.unwrap_or_default(),
            verified_domains: item
                .verified_domains
                .into_iter()
                .flatten()
                .flatten()
                .filter_map(domain)
                .collect(),
        }
    }
}
