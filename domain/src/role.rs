//! Who may do what in a workspace.

use serde::{Deserialize, Serialize};

/// What a member of a workspace is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Looks at everything and changes nothing.
    Viewer,
    /// Connects, disconnects and keeps mailboxes; sets up the link to Microsoft.
    Member,
    /// Also people, keys, and taking a delegation away.
    Owner,
}

/// What a role is asked for. Looking is open to everybody who is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// Start, pause, resume, cancel, undo and retry runs.
    Run,
    /// Exclude and include mailboxes.
    Exclude,
    /// API clients, links for administrators, authorising, naming the organisation.
    SetUp,
    /// Say where alerts go by e-mail.
    ManageAlerts,
    /// Let newcomers be connected without anybody asking.
    ManageRules,
    /// Take the link to an organisation away.
    RemoveDelegation,
    /// Invite people, change their roles, take them out.
    ManagePeople,
    /// Make and revoke API keys.
    ManageKeys,
}

impl Role {
    /// From the most to the least.
    pub const ALL: [Self; 3] = [Self::Owner, Self::Member, Self::Viewer];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Member => "member",
            Self::Owner => "owner",
        }
    }

    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Viewer => "Viewer",
            Self::Member => "Member",
            Self::Owner => "Owner",
        }
    }

    /// What it means, in a sentence.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Viewer => "Sees everything and changes nothing.",
            Self::Member => "Connects and disconnects mailboxes, and sets up the link to Microsoft.",
            Self::Owner => "Also manages people, API keys and rules, and can remove an organisation.",
        }
    }

    #[must_use]
    pub const fn may(self, act: Act) -> bool {
        match act {
            Act::Run | Act::Exclude | Act::SetUp | Act::ManageAlerts => {
                matches!(self, Self::Member | Self::Owner)
            }
            Act::ManageRules | Act::RemoveDelegation | Act::ManagePeople | Act::ManageKeys => {
                matches!(self, Self::Owner)
            }
        }
    }
}

impl std::str::FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| format!("unknown role {text:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_higher_role_may_whatever_a_lower_one_may() {
        let acts = [
            Act::Run,
            Act::Exclude,
            Act::SetUp,
            Act::ManageAlerts,
            Act::ManageRules,
            Act::RemoveDelegation,
            Act::ManagePeople,
            Act::ManageKeys,
        ];
        for act in acts {
            assert!(!Role::Viewer.may(act), "{act:?}");
            assert!(Role::Owner.may(act), "{act:?}");
        }
        assert!(Role::Member.may(Act::Run));
        assert!(!Role::Member.may(Act::RemoveDelegation));
        assert!(!Role::Member.may(Act::ManageKeys));
    }

    #[test]
    fn roles_survive_their_names() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse::<Role>().unwrap(), role);
        }
        assert!("root".parse::<Role>().is_err());
    }
}
