//! People of a workspace, where they are signed in, who is invited, and the keys of programs.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{ApiKeyId, MemberInvitationId, Millis, SessionId, UserId},
    role::Role,
};

/// How somebody came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// A one-time link.
    Link,
    /// Microsoft's sign-in.
    Microsoft,
    /// Inside the host's web app.
    Host,
    /// The set-up token of a fresh installation.
    SetUp,
}

impl Method {
    pub const ALL: [Self; 4] = [Self::Link, Self::Microsoft, Self::Host, Self::SetUp];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Microsoft => "microsoft",
            Self::Host => "host",
            Self::SetUp => "set_up",
        }
    }

    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Link => "by a one-time link",
            Self::Microsoft => "with Microsoft",
            Self::Host => "inside Warmy",
            Self::SetUp => "with the set-up token",
        }
    }
}

impl std::str::FromStr for Method {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|method| method.as_str() == text);
        found.ok_or_else(|| format!("unknown way to sign in {text:?}"))
    }
}

/// One browser in which somebody is signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    pub id: SessionId,
    pub method: Method,
    /// Browser and system, as far as they say so.
    pub agent: String,
    /// Network address, as the server sees it.
    pub address: String,
    pub created_at: Millis,
    /// Not more exact than a minute.
    pub seen_at: Millis,
    pub expires_at: Millis,
    /// The one that asks.
    pub current: bool,
}

/// Somebody who belongs to the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberView {
    pub id: UserId,
    pub name: String,
    pub role: Role,
    /// Signs in with a Microsoft account.
    pub microsoft: bool,
    /// Comes from the host.
    pub host: bool,
    pub created_at: Millis,
    /// The one that asks.
    pub you: bool,
}

/// Somebody who was asked to join.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberInvitation {
    pub id: MemberInvitationId,
    pub name: String,
    pub role: Role,
    pub created_by: String,
    pub expires_at: Millis,
}

/// What *Settings* shows of people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    pub members: Vec<MemberView>,
    pub invitations: Vec<MemberInvitation>,
}

/// A new invitation with its link, which is shown this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewInvitation {
    pub invitation: MemberInvitation,
    pub url: String,
}

/// What a key may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Reads mailboxes, runs, slots and activity.
    Read,
    /// Starts and steers runs.
    Run,
}

impl Scope {
    pub const ALL: [Self; 2] = [Self::Read, Self::Run];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Run => "run",
        }
    }

    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Read => "Read mailboxes, runs, slots and activity",
            Self::Run => "Connect, reconnect and disconnect mailboxes",
        }
    }

    /// The role that a key with these scopes acts as.
    #[must_use]
    pub fn role(scopes: &[Self]) -> Role {
        if scopes.contains(&Self::Run) { Role::Member } else { Role::Viewer }
    }
}

impl std::str::FromStr for Scope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|scope| scope.as_str() == text);
        found.ok_or_else(|| format!("unknown scope {text:?}"))
    }
}

/// A key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyView {
    pub id: ApiKeyId,
    pub name: String,
    /// Its last characters.
    pub hint: String,
    pub scopes: Vec<Scope>,
    pub created_by: String,
    pub created_at: Millis,
    pub used_at: Option<Millis>,
}

/// A new key with its secret, which is shown this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewApiKey {
    pub key: ApiKeyView,
    pub secret: String,
}

/// Browser and system out of a `User-Agent`, for somebody who looks for a device that is not theirs.
#[must_use]
pub fn agent_words(user_agent: &str) -> String {
    let browser = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    let system = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let find = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    match (find(&browser), find(&system)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "An unknown browser".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_is_named_by_what_it_is_and_not_by_what_it_pretends_to_be() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0";
        assert_eq!(agent_words(edge), "Edge on Windows");
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1";
        assert_eq!(agent_words(phone), "Safari on iPhone");
        assert_eq!(agent_words("curl/8"), "An unknown browser");
    }

    #[test]
    fn a_key_that_may_run_acts_as_a_member_and_others_only_look() {
        assert_eq!(Scope::role(&[Scope::Read]), Role::Viewer);
        assert_eq!(Scope::role(&[Scope::Read, Scope::Run]), Role::Member);
        for scope in Scope::ALL {
            assert_eq!(scope.as_str().parse::<Scope>().unwrap(), scope);
        }
        for method in Method::ALL {
            assert_eq!(method.as_str().parse::<Method>().unwrap(), method);
        }
    }
}
