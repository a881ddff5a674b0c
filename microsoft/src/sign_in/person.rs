//! The person that a sign-in returns.

use std::fmt;

use crate::TenantId;

/// A person whose identity Microsoft has confirmed. Identify them by (`tid`, `oid`), never by `username`.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The tenant the person signed in to.
    pub tid: TenantId,
    /// The person's object id in that tenant.
    pub oid: String,
    /// Display name; empty if Microsoft sent none.
    pub name: String,
    /// `preferred_username`: usually an address, may change, may be empty. For display only.
    pub username: String,
    /// Template ids of the person's directory roles, if our registration includes them in tokens
    /// (`groupMembershipClaims`). See [`is_privileged`](crate::is_privileged).
    pub wids: Option<Vec<String>>,
}

impl fmt::Debug for SignedIn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Without the name and the address: this ends up in logs.
        formatter
            .debug_struct("SignedIn")
            .field("tid", &self.tid)
            .field("oid", &self.oid)
            .field("wids", &self.wids)
            .finish_non_exhaustive()
    }
}
