//! What kind of mailbox a directory user probably has, before and after asking Exchange.

use time::{Duration, OffsetDateTime};

use crate::{AssignedPlan, DirectoryUser, plans};

/// How long Exchange may take to create a mailbox after a licence was given.
const CREATION: Duration = Duration::hours(24);

/// What the directory says about somebody's mailbox. Only a probe of the inbox proves it
/// ([`Tenant::probe_inboxes`](crate::Tenant::probe_inboxes)): a licence is not a mailbox, and shared
/// mailboxes have no licence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Eligibility {
    /// A member with a working mailbox plan. Sign-in may be blocked (`account_enabled`).
    User,
    /// Likely a shared, room or equipment mailbox: a member who cannot sign in, without a licence, with an
    /// address. [`Purpose`](crate::Purpose) tells which.
    Shared,
    /// A guest, or a member invited from another tenant: the mailbox is elsewhere.
    Guest,
    /// No working plan with a mailbox.
    NoLicense,
    /// Comes from an on-premises directory without an Exchange Online plan, with an address: the mailbox is
    /// likely on the customer's own server.
    OnPremises,
    /// Licensed within the last day, and Exchange has no mailbox yet. Only after a probe.
    Provisioning,
    /// Licensed for longer, and Exchange has no (active) mailbox: inactive or soft-deleted. Only after a
    /// probe.
    Inactive,
}

/// The kind by directory facts alone. Wants a whole user (of a first delta round, or with stored values
/// filled in): what is absent counts as not there. Never [`Eligibility::Provisioning`] or
/// [`Eligibility::Inactive`].
#[must_use]
pub fn eligibility(user: &DirectoryUser) -> Eligibility {
    if is_guest(user) {
        Eligibility::Guest
    } else if mailbox_plan(user).is_some() {
        Eligibility::User
    } else if !has_address(user) {
        Eligibility::NoLicense
    } else if user.account_enabled.value() == Some(&false) {
        // Before "on premises": a synchronised shared mailbox may well be online, and a probe will tell.
        Eligibility::Shared
    } else if is_synchronised(user) {
        Eligibility::OnPremises
    } else {
        Eligibility::NoLicense
    }
}

/// The kind once Exchange has answered [`Class::MailboxNotEnabled`](crate::Class::MailboxNotEnabled) for the
/// user: that answer names three causes in one sentence, and only the directory tells them apart. `now`
/// decides whether a licence is new.
#[must_use]
pub fn eligibility_without_mailbox(user: &DirectoryUser, now: OffsetDateTime) -> Eligibility {
    let synchronised = is_synchronised(user);
    match mailbox_plan(user) {
        _ if is_guest(user) => Eligibility::Guest,
        Some(plan) if plan.assigned_at.is_some_and(|at| now - at < CREATION) => Eligibility::Provisioning,
        // Licensed, not migrated.
        Some(_) if synchronised => Eligibility::OnPremises,
        Some(_) => Eligibility::Inactive,
        None if synchronised && has_address(user) => Eligibility::OnPremises,
        None => Eligibility::NoLicense,
    }
}

/// The newest working plan with a mailbox.
fn mailbox_plan(user: &DirectoryUser) -> Option<&AssignedPlan> {
    let works = |plan: &&AssignedPlan| {
        plans::is_mailbox_plan(&plan.service_plan_id) && plans::is_usable(&plan.capability_status)
    };
    user.plans.items().iter().filter(works).max_by_key(|plan| plan.assigned_at)
}

/// Members can be foreign too (B2B members, cross-tenant synchronisation): their name shows it.
fn is_guest(user: &DirectoryUser) -> bool {
    let name = user.user_principal_name.text().unwrap_or_default();
    user.user_type.text().is_some_and(|kind| kind.eq_ignore_ascii_case("guest"))
        || name.to_ascii_uppercase().contains("#EXT#")
}

fn is_synchronised(user: &DirectoryUser) -> bool {
    user.on_premises_sync_enabled.value() == Some(&true)
}

fn has_address(user: &DirectoryUser) -> bool {
    let smtp = |address: &String| address.get(..5).is_some_and(|kind| kind.eq_ignore_ascii_case("smtp:"));
    user.mail.text().is_some_and(|mail| !mail.is_empty()) || user.proxy_addresses.items().iter().any(smtp)
}

#[cfg(test)]
mod tests;
