//! The consent of a tenant's administrator: the application's service principal and its app roles.

use uuid::Uuid;

use super::ids::guid;

/// The state of the application in a tenant, which decides the result of its token requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PrincipalState {
    /// No service principal: never consented, deleted, or not replicated yet (AADSTS7000229).
    Absent,
    /// An administrator disabled sign-in for the application (AADSTS7000112).
    Disabled,
    /// A Conditional Access policy blocks the application (AADSTS53003).
    Blocked,
    /// A service principal whose object id is not replicated yet: Graph refuses its tokens.
    WithoutObjectId,
    /// A service principal with these app roles.
    Ready { object_id: Uuid, roles: Vec<&'static str> },
}

#[derive(Debug, Clone)]
struct ServicePrincipal {
    object_id: Uuid,
    roles: Vec<&'static str>,
    /// The roles before the last consent: tokens hold them until it has propagated.
    earlier: Option<Vec<&'static str>>,
    granted_at: i64,
    disabled: bool,
    blocked: bool,
}

/// The application in one tenant.
#[derive(Debug, Default)]
pub(crate) struct Consent {
    principal: Option<ServicePrincipal>,
    /// Virtual seconds that a consent takes to propagate.
    pub(crate) propagation_seconds: i64,
    grants: u64,
}

impl Consent {
    /// Grants exactly these roles, creating the service principal if there is none.
    pub(crate) fn grant(&mut self, tid: Uuid, roles: Vec<&'static str>, now: i64) {
        self.grants += 1;
        let (high, low) = tid.as_u64_pair();
        self.principal = Some(match self.principal.take() {
            Some(known) => ServicePrincipal { earlier: Some(known.roles), roles, granted_at: now, ..known },
            None => ServicePrincipal {
                object_id: guid(&[high, low, self.grants]),
                roles,
                earlier: None,
                granted_at: now,
                disabled: false,
                blocked: false,
            },
        });
    }

    /// Deletes the service principal, as *Enterprise applications › Delete* does.
    pub(crate) fn revoke(&mut self) {
        self.principal = None;
    }

    /// *Enterprise applications › Properties › Enabled for users to sign in*.
    pub(crate) fn set_disabled(&mut self, disabled: bool) {
        if let Some(principal) = &mut self.principal {
            principal.disabled = disabled;
        }
    }

    /// A Conditional Access policy for workload identities.
    pub(crate) fn set_blocked(&mut self, blocked: bool) {
        if let Some(principal) = &mut self.principal {
            principal.blocked = blocked;
        }
    }

    /// The application's state at this moment (virtual Unix seconds).
    pub(crate) fn principal_state(&self, now: i64) -> PrincipalState {
        let Some(principal) = &self.principal else { return PrincipalState::Absent };
        let (object_id, elapsed) = (principal.object_id, now - principal.granted_at);
        let spreading = elapsed < self.propagation_seconds;
        match &principal.earlier {
            _ if principal.disabled => PrincipalState::Disabled,
            _ if principal.blocked => PrincipalState::Blocked,
            Some(earlier) if spreading => PrincipalState::Ready { object_id, roles: earlier.clone() },
            None if spreading && elapsed * 2 < self.propagation_seconds => PrincipalState::Absent,
            None if spreading => PrincipalState::WithoutObjectId,
            _ => PrincipalState::Ready { object_id, roles: principal.roles.clone() },
        }
    }

    /// Whether there is a service principal, disabled or not.
    pub(crate) fn granted(&self) -> bool {
        self.principal.is_some()
    }

    pub(crate) fn disabled(&self) -> bool {
        self.principal.as_ref().is_some_and(|principal| principal.disabled)
    }

    pub(crate) fn blocked(&self) -> bool {
        self.principal.as_ref().is_some_and(|principal| principal.blocked)
    }

    /// The roles last consented to.
    pub(crate) fn roles(&self) -> &[&'static str] {
        self.principal.as_ref().map_or(&[], |principal| &principal.roles)
    }

    pub(crate) fn object_id(&self) -> Option<Uuid> {
        self.principal.as_ref().map(|principal| principal.object_id)
    }
}
