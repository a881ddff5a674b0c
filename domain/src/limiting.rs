//! The least-privilege advisor: commands that limit Warmy to some mailboxes of an organisation.
//!
//! Exchange's *RBAC for Applications* gives an app its mail permissions for a group of mailboxes:
//! <https://learn.microsoft.com/exchange/permissions-exo/application-rbac>. Approval in Microsoft Entra covers every
//! mailbox, and the two add up: the limit holds only once the permissions in Entra are removed, which the second script
//! does. Directory permissions (`User.Read.All`, `Organization.Read.All`) stay in Entra.

use crate::permissions::{Permission, REQUIRED};

/// The ids that the commands name.
#[derive(Clone, Copy, Debug)]
pub struct Ids<'a> {
    /// The client id of the app.
    pub app: &'a str,
    /// Object id of the app among the organisation's Enterprise applications, once read from a token.
    pub service_principal: Option<&'a str>,
}

/// Placeholder for the object id until it is known.
const UNKNOWN: &str = "<object ID of Warmy under Enterprise applications>";

fn mail() -> impl Iterator<Item = Permission> {
    REQUIRED.into_iter().filter(|permission| permission.name.starts_with("Mail"))
}

/// The script for Exchange Online PowerShell: it creates a group, its scope, and Warmy's roles in that scope.
#[must_use]
pub fn exchange_script(ids: Ids) -> String {
    let object = ids.service_principal.unwrap_or(UNKNOWN);
    let mut lines = vec![
        "Connect-ExchangeOnline".to_owned(),
        "$group = New-DistributionGroup -Name \"Warmy mailboxes\" -Type Security".to_owned(),
        "# Add the mailboxes, directly: members of groups inside this one do not count.".to_owned(),
        "# Add-DistributionGroupMember -Identity $group.Name -Member someone@example.com".to_owned(),
        format!("New-ServicePrincipal -AppId {} -ObjectId {object} -DisplayName \"Warmy\"", ids.app),
        "New-ManagementScope -Name \"Warmy mailboxes\" -RecipientRestrictionFilter \"MemberOfGroup -eq '$($group.DistinguishedName)'\""
            .to_owned(),
    ];
    lines.extend(mail().map(|permission| {
        format!(
            "New-ManagementRoleAssignment -App {object} -Role \"Application {}\" -CustomResourceScope \"Warmy mailboxes\"",
            permission.name
        )
    }));
    lines.push("# Says what is in scope, without waiting for Microsoft to apply it:".to_owned());
    lines.push(format!(
        "Test-ServicePrincipalAuthorization -Identity {object} -Resource someone@example.com | Format-Table"
    ));
    lines.join("\n")
}

/// The script for Microsoft Graph PowerShell: it removes the approval for all mailboxes.
#[must_use]
pub fn entra_script(ids: Ids) -> String {
    let object = ids.service_principal.unwrap_or(UNKNOWN);
    let roles: Vec<_> = mail().map(|permission| format!("\"{}\"", permission.app_role_id)).collect();
    [
        "Connect-MgGraph -Scopes \"Application.Read.All\", \"AppRoleAssignment.ReadWrite.All\"".to_owned(),
        "# A later approval (Authorize again) gives the permissions for all mailboxes back: repeat this then.".to_owned(),
        format!("$roles = {}", roles.join(", ")),
        format!("Get-MgServicePrincipalAppRoleAssignment -ServicePrincipalId {object} |"),
        "  Where-Object AppRoleId -in $roles |".to_owned(),
        format!(
            "  ForEach-Object {{ Remove-MgServicePrincipalAppRoleAssignment -ServicePrincipalId {object} -AppRoleAssignmentId $_.Id }}"
        ),
    ]
    .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDS: Ids = Ids { app: "00001111-aaaa-2222-bbbb-3333cccc4444", service_principal: Some("55556666") };

    #[test]
    fn the_exchange_script_assigns_each_mail_role_and_no_directory_role() {
        let script = exchange_script(IDS);
        for role in ["Mail.ReadWrite", "Mail.Send", "MailboxSettings.Read"] {
            assert!(script.contains(&format!("-App 55556666 -Role \"Application {role}\"")), "{script}");
        }
        assert!(script.contains("-AppId 00001111-aaaa-2222-bbbb-3333cccc4444 -ObjectId 55556666"));
        assert!(!script.contains("User.Read.All") && !script.contains("Organization.Read.All"));
    }

    #[test]
    fn the_entra_script_removes_the_same_three_permissions() {
        let script = entra_script(IDS);
        assert_eq!(mail().count(), 3);
        for permission in REQUIRED {
            let is_mail = permission.name.starts_with("Mail");
            assert_eq!(script.contains(permission.app_role_id), is_mail, "{}", permission.name);
        }
    }

    #[test]
    fn an_unknown_id_has_a_placeholder() {
        assert!(exchange_script(Ids { service_principal: None, ..IDS }).contains(UNKNOWN));
    }
}
