//! Groups: lookup by name, and members.

use std::collections::HashSet;

use serde::Deserialize;
use url::form_urlencoded::byte_serialize;
use uuid::Uuid;

use super::{Tenant, call::Call};
use crate::{
    failure::{Class, Failure},
    link,
};

const NAMED: &str = "GET groups";
const MEMBERS: &str = "GET groups/{id}/transitiveMembers";
/// The units of a page of members: five, and one less with `$select`.
const MEMBERS_UNITS: u32 = 4;
/// Limit on pages of 999 members: a larger group is no sensible rule, and a loop of links ends.
const PAGES: usize = 200;

#[derive(Deserialize)]
struct Page {
    value: Vec<Item>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
}

#[derive(Deserialize)]
struct Item {
    id: String,
}

impl Tenant {
    /// The id of the only group with this display name, in any case, or of the group with this object id
    /// ([list groups](https://learn.microsoft.com/graph/api/group-list)); `None` when there is none, or several. Needs
    /// `GroupMember.Read.All`.
    ///
    /// # Errors
    /// [`Class::PermissionMissing`], the classes of [`app_token`](crate::Microsoft::app_token), and temporary ones.
    pub async fn group_named(&self, name: &str) -> Result<Option<String>, Failure> {
        if Uuid::parse_str(name).is_ok() {
            return Ok(Some(name.to_owned()));
        }
        // In an OData string, an apostrophe is written twice.
        let filter = format!("displayName eq '{}'", name.replace('\'', "''"));
        let filter: String = byte_serialize(filter.as_bytes()).collect();
        let query = format!("$filter={filter}&$select=id&$top=2");
        let page: Page =
            self.fetch(&Call::get(NAMED, self.microsoft.cloud().graph_url(&["groups"], &query))).await?;
        let mut found = page.value.into_iter();
        match (found.next(), found.next()) {
            (Some(only), None) => Ok(Some(only.id)),
            _ => Ok(None),
        }
    }

    /// The directory ids of all members of a group, including members of nested groups
    /// ([transitive members](https://learn.microsoft.com/graph/api/group-list-transitivemembers)). Includes ids of
    /// devices and groups. Needs `GroupMember.Read.All`.
    ///
    /// # Errors
    /// As [`group_named`](Self::group_named); [`Class::UserNotFound`] when the group is gone; [`Class::Unknown`] with
    /// code `link_refused` for a link that does not lead to our Graph, or `too_large`.
    pub async fn group_members(&self, id: &str) -> Result<HashSet<String>, Failure> {
        let cloud = self.microsoft.cloud();
        let mut url = cloud.graph_url(&["groups", id, "transitiveMembers"], "$select=id&$top=999");
        let mut members = HashSet::new();
        for _ in 0..PAGES {
            let page: Page = self.fetch(&Call { units: MEMBERS_UNITS, ..Call::get(MEMBERS, url) }).await?;
            members.extend(page.value.into_iter().map(|item| item.id));
            match page.next {
                Some(next) => url = link::checked(&next, cloud)?,
                None => return Ok(members),
            }
        }
        Err(Failure::new(Class::Unknown, format!("{MEMBERS}: more than {PAGES} pages")).code("too_large"))
    }
}
