//! The roles of a workspace and their permissions.

crate::states! {
    /// The role of a workspace member, from the most to the fewest permissions: the greater one may less.
    #[derive(PartialOrd, Ord)]
    pub enum Role: "role" {
        /// Also manages people, keys and rules, and removes delegations.
        Owner = "owner" => "Owner",
        /// Connects, disconnects and excludes mailboxes; sets up the link to Microsoft.
        Member = "member" => "Member",
        /// Sees everything and changes nothing.
        Viewer = "viewer" => "Viewer",
    }
}

/// An action that requires a role. Reading is open to all members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Act {
    /// Start, pause, resume, cancel, undo and retry runs.
    Run,
    /// Exclude and include mailboxes.
    Exclude,
    /// API clients, links for administrators, authorising, naming the organisation.
    SetUp,
    /// Manage the addresses of alert e-mails.
    ManageAlerts,
    /// Manage the rules that connect newcomers automatically.
    ManageRules,
    /// Remove the link to an organisation.
    RemoveDelegation,
    /// Invite people, change their roles, remove them.
    ManagePeople,
    /// Make and revoke API keys.
    ManageKeys,
}

impl Role {
    /// A sentence that describes the role.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_owner_may_everything_a_member_some_and_a_viewer_nothing() {
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
    fn roles_round_trip_through_their_names() {
        for role in Role::ALL {
            assert_eq!(role.as_str().parse::<Role>().unwrap(), role);
        }
        assert!("root".parse::<Role>().is_err());
    }
}
