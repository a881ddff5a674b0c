//! The kind of a user's mailbox, if any, from the directory's facts and Exchange's answer.

mod facts;

use time::{Duration, OffsetDateTime};

use crate::{Class, Purpose};

pub use facts::{Facts, License};

/// How long Exchange may take to create a mailbox after a licence was assigned.
const CREATION: Duration = Duration::hours(24);

/// The kind of a user's mailbox. A licence does not prove a mailbox, and shared mailboxes have no licence, so only a
/// probe proves it ([`Tenant::probe_inboxes`](crate::Tenant::probe_inboxes)); before a probe this is an estimate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Eligibility {
    /// A person's mailbox. Sign-in may be blocked (`account_enabled`), which is no obstacle.
    User,
    /// A shared mailbox; before a probe, possibly a room or equipment.
    Shared,
    Room,
    Equipment,
    /// A mailbox of another kind (linked to another forest, or newer than this crate).
    Special,
    /// A guest, or a member invited from another tenant: the mailbox is elsewhere.
    Guest,
    /// No working plan with a mailbox.
    Unlicensed,
    /// On the customer's own Exchange server.
    OnPremises,
    /// Licensed within the last day, and Exchange has no mailbox yet.
    Provisioning,
    /// Exchange has no active mailbox, although the user has long been licensed.
    NoMailbox,
    /// The user is deleted. Microsoft keeps the mailbox for 30 days.
    SoftDeleted,
}

/// Whether only Exchange can tell what the user has: an address and no plan. It may be a shared mailbox, a room, a
/// mailbox on another server, or none. Accounts of other tenants have none here.
#[must_use]
pub fn is_unclear(facts: &Facts) -> bool {
    facts.address && facts.license.is_none() && !facts.external && !facts.deleted
}

/// The answer of Exchange about a user's mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exchange {
    /// Not probed yet.
    NotAsked,
    /// The inbox (or the settings) can be read, and the kind is this one.
    Opens(Purpose),
    /// The mailbox cannot be read, for this reason.
    Refuses(Class),
}

/// The kind of a mailbox. `now` decides whether a licence is new.
///
/// A pure function: the same rules apply to stored and to fresh facts. The rules are ordered by the strength of their
/// evidence.
#[must_use]
pub fn eligibility(facts: &Facts, exchange: Exchange, now: OffsetDateTime) -> Eligibility {
    match exchange {
        Exchange::Opens(Purpose::User) => Eligibility::User,
        // Others are Bookings and the like, which nobody signs in to either.
        Exchange::Opens(Purpose::Shared | Purpose::Others) => Eligibility::Shared,
        Exchange::Opens(Purpose::Room) => Eligibility::Room,
        Exchange::Opens(Purpose::Equipment) => Eligibility::Equipment,
        Exchange::Opens(Purpose::Linked) => Eligibility::Special,
        // The mailbox exists; the directory only decides its kind.
        Exchange::Opens(Purpose::Unknown) if facts.license.is_some() || facts.enabled => Eligibility::User,
        Exchange::Opens(Purpose::Unknown) => Eligibility::Shared,
        Exchange::Refuses(Class::MailboxOnPremises) => Eligibility::OnPremises,
        // Exchange does not know the user, but the directory lists them.
        Exchange::Refuses(Class::MailboxNotEnabled | Class::UserNotFound) => without_mailbox(facts, now),
        // Busy, moving, throttled, denied: this proves nothing about the mailbox.
        Exchange::Refuses(_) | Exchange::NotAsked => by_directory(facts),
    }
}

/// The kind for "mailbox not enabled": Exchange's answer names three causes in one sentence, and only the directory
/// distinguishes them.
fn without_mailbox(facts: &Facts, now: OffsetDateTime) -> Eligibility {
    if facts.deleted {
        return Eligibility::SoftDeleted;
    }
    if facts.guest {
        return Eligibility::Guest;
    }
    match facts.license {
        Some(License { since: Some(since) }) if now - since < CREATION => Eligibility::Provisioning,
        // Licensed, not migrated.
        Some(_) if facts.synchronised => Eligibility::OnPremises,
        Some(_) => Eligibility::NoMailbox,
        None if facts.synchronised && facts.address => Eligibility::OnPremises,
        None => Eligibility::Unlicensed,
    }
}

fn by_directory(facts: &Facts) -> Eligibility {
    if facts.deleted {
        Eligibility::SoftDeleted
    } else if facts.guest {
        Eligibility::Guest
    } else if facts.license.is_some() {
        Eligibility::User
    } else if !facts.address {
        Eligibility::Unlicensed
    } else if !facts.enabled {
        // Before "on premises": a synchronised shared mailbox may be online, and a probe decides.
        Eligibility::Shared
    } else if facts.synchronised {
        Eligibility::OnPremises
    } else {
        Eligibility::Unlicensed
    }
}

#[cfg(test)]
mod tests;
