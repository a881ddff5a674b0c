//! The directory facts of a user that are relevant to mail.

use time::OffsetDateTime;

use crate::{DirectoryUser, plans};

/// The directory facts for [`eligibility`](super::eligibility), from a [`DirectoryUser`] or from stored data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// A guest, or a member whose name shows that they come from another tenant.
    pub guest: bool,
    /// From another tenant, by the name. A guest without such a name may have a mailbox here.
    pub external: bool,
    /// The newest working plan with a mailbox.
    pub license: Option<License>,
    /// Whether sign-in is allowed.
    pub enabled: bool,
    /// Comes from an on-premises directory.
    pub synchronised: bool,
    /// Has an SMTP address.
    pub address: bool,
    /// The directory has deleted the user; restorable for 30 days.
    pub deleted: bool,
}

/// A working plan with a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct License {
    /// When it was assigned, if Microsoft reported it.
    pub since: Option<OffsetDateTime>,
}

impl From<&DirectoryUser> for Facts {
    /// Needs a complete user (of a first delta round, or read by id): an absent property counts as not set.
    fn from(user: &DirectoryUser) -> Self {
        Self {
            guest: is_guest(user) || is_external(user),
            external: is_external(user),
            license: license(user),
            enabled: user.account_enabled.value() != Some(&false),
            synchronised: user.on_premises_sync_enabled.value() == Some(&true),
            address: has_address(user),
            deleted: false,
        }
    }
}

fn license(user: &DirectoryUser) -> Option<License> {
    let works = |plan: &&crate::AssignedPlan| {
        plans::is_mailbox_plan(&plan.service_plan_id) && plans::is_usable(&plan.capability_status)
    };
    let newest = user.plans.items().iter().filter(works).max_by_key(|plan| plan.assigned_at)?;
    Some(License { since: newest.assigned_at })
}

fn is_guest(user: &DirectoryUser) -> bool {
    user.user_type.text().is_some_and(|kind| kind.eq_ignore_ascii_case("guest"))
}

/// Members can come from another tenant too (B2B members, cross-tenant synchronisation): their name shows it.
fn is_external(user: &DirectoryUser) -> bool {
    user.user_principal_name.text().unwrap_or_default().to_ascii_uppercase().contains("#EXT#")
}

fn has_address(user: &DirectoryUser) -> bool {
    let smtp = |address: &String| address.get(..5).is_some_and(|kind| kind.eq_ignore_ascii_case("smtp:"));
    user.mail.text().is_some_and(|mail| !mail.is_empty()) || user.proxy_addresses.items().iter().any(smtp)
}
