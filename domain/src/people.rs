//! Members of a workspace, their sessions, invitations, and API keys of programs.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{ApiKeyId, MemberInvitationId, Millis, SessionId, UserId},
    role::Role,
};

crate::states! {
    /// The way in which a session was started.
    pub enum Method: "way to sign in" {
        /// A one-time link.
        Link = "link" => "by a one-time link",
        /// Microsoft's sign-in.
        Microsoft = "microsoft" => "with Microsoft",
        /// Inside the host's web app.
        Host = "host" => "inside Warmy",
        /// The set-up token of a fresh installation.
        SetUp = "set_up" => "with the set-up token",
    }
}

/// A signed-in session in one browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionView {
    pub id: SessionId,
    pub method: Method,
    /// Browser and system, as far as the `User-Agent` names them.
    pub agent: String,
    /// Network address, as the server sees it.
    pub address: String,
    pub created_at: Millis,
    /// Accurate to a minute.
    pub seen_at: Millis,
    pub expires_at: Millis,
    /// The session of this request.
    pub current: bool,
}

/// A member of the workspace.
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
    /// The member who sent this request.
    pub you: bool,
}

/// An invitation to join the workspace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberInvitation {
    pub id: MemberInvitationId,
    pub name: String,
    pub role: Role,
    pub created_by: String,
    pub expires_at: Millis,
}

/// The people section of *Settings*.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    pub members: Vec<MemberView>,
    pub invitations: Vec<MemberInvitation>,
}

/// A new invitation with its link, which is shown only once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewInvitation {
    pub invitation: MemberInvitation,
    pub url: String,
}

crate::states! {
    /// A permission of an API key.
    #[derive(PartialOrd, Ord)]
    pub enum Scope: "scope" {
        /// Reads mailboxes, runs, slots and activity.
        Read = "read" => "Read mailboxes, runs, slots and activity",
        /// Starts and controls runs.
        Run = "run" => "Connect, reconnect and disconnect mailboxes",
    }
}

impl Scope {
    /// The role that a key with these scopes acts as.
    #[must_use]
    pub fn role(scopes: &[Self]) -> Role {
        if scopes.contains(&Self::Run) { Role::Member } else { Role::Viewer }
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
    /// Restored from a backup, and not confirmed by an owner yet: it does not work.
    pub suspended: bool,
}

/// A new key with its secret, which is shown only once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewApiKey {
    pub key: ApiKeyView,
    pub secret: String,
}

/// Browser and system from a `User-Agent`, so that users can find a device that is not theirs.
#[must_use]
pub fn agent_text(user_agent: &str) -> String {
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
    fn a_browser_is_recognised_despite_names_of_other_browsers() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0";
        assert_eq!(agent_text(edge), "Edge on Windows");
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1";
        assert_eq!(agent_text(phone), "Safari on iPhone");
        assert_eq!(agent_text("curl/8"), "An unknown browser");
    }

    #[test]
    fn a_key_with_the_run_scope_acts_as_a_member_and_others_as_a_viewer() {
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
