//! The application permissions requested from Microsoft Graph, and reading a pasted list of them.
//!
//! Names, ids and consent texts are Microsoft's:
//! <https://learn.microsoft.com/graph/permissions-reference>.

/// One application permission of Microsoft Graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission {
    /// Microsoft's name.
    pub name: &'static str,
    /// Microsoft's id of the app role.
    pub app_role_id: &'static str,
    /// Its text on Microsoft's consent page.
    pub consent_text: &'static str,
    /// The purpose, as shown to the administrator.
    pub why: &'static str,
}

/// All permissions that we request, in display order.
pub const REQUIRED: [Permission; 5] = [
    Permission {
        name: "User.Read.All",
        app_role_id: "df021288-bdef-4463-88db-98f22de89214",
        consent_text: "Read all users’ full profiles",
        why: "To list the people and shared mailboxes you can choose from.",
    },
    Permission {
        name: "Organization.Read.All",
        app_role_id: "498476ce-e0fe-48b0-b801-37ba7e2685c6",
        consent_text: "Read organization information",
        why: "To know your organisation’s name and mail domains.",
    },
    Permission {
        name: "Mail.ReadWrite",
        app_role_id: "e2a3a72e-5f79-4c64-b1b1-878b674786c9",
        consent_text: "Read and write mail in all mailboxes",
        why: "To find warm-up messages and move them out of Junk. Other messages are not read.",
    },
    Permission {
        name: "Mail.Send",
        app_role_id: "b633e1c5-b582-4048-a93e-9f11b44c7e96",
        consent_text: "Send mail as any user",
        why: "To send warm-up messages from the mailboxes you connect, and only from those.",
    },
    Permission {
        name: "MailboxSettings.Read",
        app_role_id: "40f97065-369a-49f4-947c-6a255697ae91",
        consent_text: "Read all user mailbox settings",
        why: "To tell people’s mailboxes from shared mailboxes, rooms and equipment.",
    },
];

/// Permissions of features that are off by default: not requested, but accepted in a pasted list.
pub const OPTIONAL: [Permission; 1] = [Permission {
    name: "GroupMember.Read.All",
    app_role_id: "98830695-27a2-44f7-8c18-0c3ebc9698f6",
    consent_text: "Read all group memberships",
    why: "To connect new people of a group, once you switch such a rule on.",
}];

/// The permissions of which one allows to read the members of groups.
pub const GROUPS: [&str; 5] = [
    "GroupMember.Read.All",
    "GroupMember.ReadWrite.All",
    "Group.Read.All",
    "Group.ReadWrite.All",
    "Directory.Read.All",
];

const GRAPH: &str = "https://graph.microsoft.com/";

/// All required permissions as one text to copy: full addresses, comma-separated.
#[must_use]
pub fn scopes_text() -> String {
    REQUIRED.map(|p| format!("{GRAPH}{}", p.name)).join(", ")
}

/// A parsed list of scopes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PastedScopes {
    /// Names of required permissions in the list.
    pub found: Vec<&'static str>,
    /// Names of required permissions not in the list.
    pub missing: Vec<&'static str>,
    /// Scopes that are not ours, as pasted.
    pub foreign: Vec<String>,
}

impl PastedScopes {
    /// Parses a pasted text: any order, any separators, quotes, braces, full addresses or short names.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let mut out = Self::default();
        let text = crate::text::plain(text);
        let separators = |c: char| {
            c.is_whitespace()
                || matches!(c, ',' | ';' | '"' | '\'' | '[' | ']' | '{' | '}' | '(' | ')' | '`' | '|' | '+')
        };
        for word in text.split(separators).map(str::trim).filter(|w| !w.is_empty()) {
            let lower = word.to_ascii_lowercase();
            let short = lower
                .strip_prefix(GRAPH)
                .or_else(|| lower.strip_prefix("graph.microsoft.com/"))
                .unwrap_or(&lower);
            if short == ".default" {
                REQUIRED.iter().for_each(|p| out.take(p.name));
            } else if let Some(permission) = REQUIRED.iter().find(|p| p.name.eq_ignore_ascii_case(short)) {
                out.take(permission.name);
            } else if OPTIONAL.iter().any(|p| p.name.eq_ignore_ascii_case(short)) {
                // Ignored here: it takes effect when granted at Microsoft.
            } else if !out.foreign.iter().any(|f| f.eq_ignore_ascii_case(word)) {
                out.foreign.push(word.to_owned());
            }
        }
        out.found.sort_by_key(|name| REQUIRED.iter().position(|p| p.name == *name));
        out.missing = REQUIRED.iter().map(|p| p.name).filter(|name| !out.found.contains(name)).collect();
        out
    }

    fn take(&mut self, name: &'static str) {
        if !self.found.contains(&name) {
            self.found.push(name);
        }
    }

    /// The problem as text; `None` if no permission is missing and none is foreign.
    #[must_use]
    pub fn problem(&self) -> Option<String> {
        if self.found.is_empty() && self.foreign.is_empty() {
            return Some("Paste the scopes from the Setup page.".to_owned());
        }
        let mut parts = Vec::new();
        if !self.missing.is_empty() {
            parts.push(format!("Missing: {}.", self.missing.join(", ")));
        }
        if !self.foreign.is_empty() {
            parts.push(format!("Not asked for by Warmy: {}.", self.foreign.join(", ")));
        }
        (!parts.is_empty()).then(|| parts.join(" "))
    }
}

/// Divides a text that has a client id and scopes into the two. A field of one line joins the lines of a paste.
#[must_use]
pub fn divide_both(text: &str) -> Option<(String, String)> {
    let text = crate::text::plain(text);
    let starts = text.char_indices().map(|(at, _)| at);
    let guid = |at: usize| text.get(at..at + GUID).filter(|part| part.contains('-'));
    let (at, id) = starts.filter_map(|at| Some((at, read_client_id(guid(at)?)?))).next()?;
    let rest = format!("{} {}", &text[..at], &text[at + GUID..]);
    let words = rest.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '"'));
    let scopes: Vec<&str> = words.filter(|word| word.contains('.')).collect();
    let scopes = scopes.join(", ");
    (!PastedScopes::read(&scopes).found.is_empty()).then_some((id, scopes))
}

/// The length of a client id.
const GUID: usize = 36;

/// Parses a pasted client id, in lower case: spaces, quotes, braces and a leading `api://` are ignored. `None` if it is
/// not a GUID.
#[must_use]
pub fn read_client_id(text: &str) -> Option<String> {
    let text = crate::text::plain(text);
    let text = text.trim().trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '"' | '\'' | '{' | '}' | '(' | ')' | '<' | '>' | '`' | ',' | ';')
    });
    let text = text.strip_prefix("api://").unwrap_or(text);
    uuid::Uuid::try_parse(text).ok().map(|id| id.hyphenated().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scopes_to_copy_are_complete() {
        assert_eq!(PastedScopes::read(&scopes_text()).problem(), None);
    }

    #[test]
    fn scopes_are_read_in_any_form() {
        for pasted in [
            "  user.read.all\n\nOrganization.Read.All\r\nMail.ReadWrite Mail.Send MailboxSettings.Read ",
            "[\"Mail.Send\", \"Mail.ReadWrite\", 'User.Read.All'; {MailboxSettings.Read} Organization.Read.All]",
            "https://graph.microsoft.com/.default",
            "“Mail.Send”，Mail.ReadWrite\u{a0}User.Read.All\u{200b}, MailboxSettings.Read_x000D_ &quot;Organization.Read.All&quot;",
            "graph.microsoft.com/Mail.Send,User.Read.All,User.Read.All,Mail.ReadWrite,MailboxSettings.Read,organization.read.all",
        ] {
            assert_eq!(PastedScopes::read(pasted).problem(), None, "{pasted}");
        }
    }

    #[test]
    fn a_paste_of_both_values_is_divided() {
        let id = "00001111-aaaa-2222-bbbb-3333cccc4444";
        for both in [
            format!("{id}\n{}", scopes_text()),
            format!("Service Account ID: {id}\r\nScopes: {}", scopes_text()),
            format!("{};{id}", scopes_text()),
            format!("Service Account ID: {id}Scopes: {}", scopes_text()),
        ] {
            let (found, scopes) = divide_both(&both).unwrap();
            assert_eq!((found.as_str(), PastedScopes::read(&scopes).problem()), (id, None), "{both}");
        }
        assert_eq!(divide_both(id), None);
        assert_eq!(divide_both(&scopes_text()), None);
    }

    #[test]
    fn missing_and_foreign_scopes_are_named() {
        let read = PastedScopes::read(
            "Mail.Send, Files.Read.All, User.Read.All, Mail.ReadWrite, MailboxSettings.Read",
        );
        assert_eq!(
            read.problem().unwrap(),
            "Missing: Organization.Read.All. Not asked for by Warmy: Files.Read.All."
        );
    }

    #[test]
    fn surrounding_characters_of_a_client_id_are_ignored() {
        for pasted in [
            "00001111-aaaa-2222-bbbb-3333cccc4444",
            " \n00001111-AAAA-2222-BBBB-3333CCCC4444\t",
            "{00001111-aaaa-2222-bbbb-3333cccc4444}",
            "\u{feff}“00001111-aaaa-2222-bbbb-3333cccc4444”\u{200b}",
            "&quot;00001111-aaaa-2222-bbbb-3333cccc4444&quot;_x000D_",
            "００００1111-aaaa-2222-bbbb-3333cccc4444\u{a0}",
            "\"00001111-aaaa-2222-bbbb-3333cccc4444\",",
            "api://00001111-aaaa-2222-bbbb-3333cccc4444",
        ] {
            assert_eq!(
                read_client_id(pasted).as_deref(),
                Some("00001111-aaaa-2222-bbbb-3333cccc4444"),
                "{pasted}"
            );
        }
        assert_eq!(read_client_id("my app"), None);
    }
}
