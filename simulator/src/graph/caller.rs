//! The caller of Graph.

use std::sync::Arc;

use crate::directory::tenant::Tenant;

/// The application in one tenant, with the permissions in its token. Revoked permissions stay valid until the token
/// expires.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) tenant: Arc<Tenant>,
    pub(crate) roles: Vec<String>,
    /// The token, as a hash.
    pub(crate) token: u64,
}

impl Caller {
    pub(crate) fn has_any(&self, accepted: &[&str]) -> bool {
        self.roles.iter().any(|role| accepted.contains(&role.as_str()))
    }
}
