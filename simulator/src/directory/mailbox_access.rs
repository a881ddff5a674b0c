//! Exchange's own rules for the application: RBAC for Applications, and application access policies.
//!
//! <https://learn.microsoft.com/en-us/exchange/permissions-exo/application-rbac>: Entra and Exchange grant
//! independently, so permissions of Entra reach every mailbox regardless of Exchange's scopes. Policies restrict only
//! permissions of Entra.

use std::collections::HashSet;

/// Permissions for some mailboxes, granted in Exchange: tokens do not hold them.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    pub(crate) roles: Vec<&'static str>,
    /// Indexes in the directory.
    pub(crate) mailboxes: HashSet<u32>,
}

/// Exchange's own rules for the application in one tenant.
#[derive(Debug, Default)]
pub(crate) struct MailboxAccess {
    pub(crate) scope: Option<Scope>,
    /// The only mailboxes that permissions of Entra reach.
    pub(crate) only: Option<HashSet<u32>>,
}

/// The decision about a request to a mailbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Allowed,
    /// An application access policy denies the mailbox.
    BlockedByPolicy,
    /// Exchange's scope does not include this permission or mailbox.
    OutOfScope,
    /// Neither Entra nor Exchange granted the permission.
    Missing,
}

impl MailboxAccess {
    /// Decides about a request that needs one of the `accepted` permissions. A mailbox that does not exist is in no
    /// scope, and no policy blocks it, so that the caller gets the error for a missing mailbox.
    pub(crate) fn judge(&self, in_entra: bool, accepted: &[&str], mailbox: Option<u32>) -> Verdict {
        let in_scope = self.scope.as_ref().is_some_and(|scope| {
            scope.roles.iter().any(|role| accepted.contains(role))
                && mailbox.is_some_and(|mailbox| scope.mailboxes.contains(&mailbox))
        });
        let blocked =
            || self.only.as_ref().is_some_and(|only| mailbox.is_some_and(|mailbox| !only.contains(&mailbox)));
        match (in_scope, in_entra) {
            (true, _) => Verdict::Allowed,
            (false, true) if blocked() => Verdict::BlockedByPolicy,
            (false, true) => Verdict::Allowed,
            (false, false) if self.scope.is_some() => Verdict::OutOfScope,
            (false, false) => Verdict::Missing,
        }
    }
}
