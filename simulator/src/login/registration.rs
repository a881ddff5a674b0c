//! The application's registration besides its credentials: reply addresses, kinds of accounts, claims of id_tokens.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The registration, which the controls can change.
#[derive(Debug, Default)]
pub(crate) struct Registration {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default, Clone)]
struct Inner {
    redirect_uris: Vec<String>,
    single_tenant: bool,
    without_roles: bool,
}

impl Registration {
    /// Restores a multi-tenant registration with these reply addresses, whose id_tokens hold directory roles.
    pub(crate) fn reset(&self, redirect_uris: &[String]) {
        *self.lock() = Inner { redirect_uris: redirect_uris.to_vec(), ..Inner::default() };
    }

    /// The registered reply addresses; none allows every loopback address.
    pub(crate) fn redirect_uris(&self) -> Vec<String> {
        self.lock().redirect_uris.clone()
    }

    pub(crate) fn set_redirect_uris(&self, redirect_uris: Vec<String>) {
        self.lock().redirect_uris = redirect_uris;
    }

    /// Whether only accounts of the application's own organisation may sign in (*Supported account types*).
    pub(crate) fn is_single_tenant(&self) -> bool {
        self.lock().single_tenant
    }

    pub(crate) fn set_single_tenant(&self, single: bool) {
        self.lock().single_tenant = single;
    }

    /// Whether id_tokens hold directory roles (*Token configuration*).
    pub(crate) fn has_directory_roles(&self) -> bool {
        !self.lock().without_roles
    }

    pub(crate) fn set_directory_roles(&self, held: bool) {
        self.lock().without_roles = !held;
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
