//! Administrator roles, with their values in the `wids` claim.

/// Role template id that every member has (`wids` of an employee).
const USER: &str = "b79fbf4d-3ef9-4689-8143-76b194e85509";

/// The directory role of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AdminRole {
    Employee,
    GlobalAdministrator,
    PrivilegedRoleAdministrator,
    ApplicationAdministrator,
}

impl AdminRole {
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Employee => "Employee",
            Self::GlobalAdministrator => "Global Administrator",
            Self::PrivilegedRoleAdministrator => "Privileged Role Administrator",
            Self::ApplicationAdministrator => "Application Administrator",
        }
    }

    /// Role template ids for the `wids` claim.
    pub(crate) fn wids(self) -> Vec<&'static str> {
        match self {
            Self::Employee => vec![USER],
            Self::GlobalAdministrator => vec!["62e90394-69f5-4237-9190-012177145e10", USER],
            Self::PrivilegedRoleAdministrator => vec!["e8611ab8-c189-46e8-94e1-60213ab1f814", USER],
            Self::ApplicationAdministrator => vec!["9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", USER],
        }
    }

    /// Whether the role may consent to Graph application permissions; Application Administrator may not.
    pub(crate) fn may_consent(self) -> bool {
        matches!(self, Self::GlobalAdministrator | Self::PrivilegedRoleAdministrator)
    }

    /// A role by its title, in any case.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        [
            Self::Employee,
            Self::GlobalAdministrator,
            Self::PrivilegedRoleAdministrator,
            Self::ApplicationAdministrator,
        ]
        .into_iter()
        .find(|role| role.title().eq_ignore_ascii_case(text))
    }
}
