//! Graph's application permissions: names, app-role ids, and the texts of the consent page.
//!
//! Source: <https://learn.microsoft.com/en-us/graph/permissions-reference>.

/// An app role of Microsoft Graph.
#[derive(Debug)]
pub(crate) struct Permission {
    pub(crate) name: &'static str,
    pub(crate) id: &'static str,
    /// Heading on the consent page.
    pub(crate) title: &'static str,
    /// Explanation on the consent page.
    pub(crate) text: &'static str,
}

const fn permission(
    name: &'static str,
    id: &'static str,
    title: &'static str,
    text: &'static str,
) -> Permission {
    Permission { name, id, title, text }
}

/// Every permission that the simulator supports.
pub(crate) const ALL: &[Permission] = &[
    permission(
        "User.Read.All",
        "df021288-bdef-4463-88db-98f22de89214",
        "Read all users' full profiles",
        "Allows the app to read user profiles without a signed in user.",
    ),
    permission(
        "Organization.Read.All",
        "498476ce-e0fe-48b0-b801-37ba7e2685c6",
        "Read organization information",
        "Allows the app to read the organization and related resources, without a signed-in user. Related \
         resources include things like subscribed skus and tenant branding information.",
    ),
    permission(
        "Mail.Send",
        "b633e1c5-b582-4048-a93e-9f11b44c7e96",
        "Send mail as any user",
        "Allows the app to send mail as any user without a signed-in user.",
    ),
    permission(
        "Mail.ReadWrite",
        "e2a3a72e-5f79-4c64-b1b1-878b674786c9",
        "Read and write mail in all mailboxes",
        "Allows the app to create, read, update, and delete mail in all mailboxes without a signed-in user. Does \
         not include permission to send mail.",
    ),
    permission(
        "MailboxSettings.Read",
        "40f97065-369a-49f4-947c-6a255697ae91",
        "Read all user mailbox settings",
        "Allows the app to read user's mailbox settings without a signed-in user. Does not include permission to \
         send mail.",
    ),
    permission(
        "User.ReadBasic.All",
        "97235f07-e226-4f63-ace3-39588e11d3a1",
        "Read all users' basic profiles",
        "Allows the app to read a basic set of profile properties of other users without a signed-in user.",
    ),
    permission(
        "Mail.ReadBasic.All",
        "693c5e45-0940-467d-9b8a-1022fb9d42ef",
        "Read basic mail in all mailboxes",
        "Allows the app to read basic mail properties in all mailboxes without a signed-in user.",
    ),
    permission(
        "Mail.Read",
        "810c84a8-4a9e-49e6-bf7d-12d183f40d01",
        "Read mail in all mailboxes",
        "Allows the app to read mail in all mailboxes without a signed-in user.",
    ),
    permission(
        "Domain.Read.All",
        "dbb9058a-0e50-45d7-ae91-66909b5d4664",
        "Read domains",
        "Allows the app to read all domain properties without a signed-in user.",
    ),
    permission(
        "GroupMember.Read.All",
        "98830695-27a2-44f7-8c18-0c3ebc9698f6",
        "Read all group memberships",
        "Allows the app to read memberships and basic group properties for all groups without a signed-in user.",
    ),
    permission(
        "Directory.Read.All",
        "7ab1d382-f21e-4acd-a863-ba3e13f7da61",
        "Read directory data",
        "Allows the app to read data in your organization's directory, such as users, groups and apps, without a \
         signed-in user.",
    ),
];

/// The permission with this name, in any case, or with this app-role id.
pub(crate) fn named(name: &str) -> Option<&'static Permission> {
    ALL.iter().find(|permission| {
        permission.name.eq_ignore_ascii_case(name) || permission.id.eq_ignore_ascii_case(name)
    })
}
