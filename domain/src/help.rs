//! Help: one entry for every reason. Only the texts, not their presentation.

mod codes;

use crate::Reason;

/// The person who can fix the problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    MicrosoftAdmin,
    ExchangeAdmin,
    You,
    WorkspaceOwner,
    Warmy,
    Nobody,
}

impl Actor {
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::MicrosoftAdmin => {
                "A Global or Privileged Role Administrator of your Microsoft 365 organisation"
            }
            Self::ExchangeAdmin => "An Exchange administrator of your organisation",
            Self::You => "You",
            Self::WorkspaceOwner => "The owner of your Warmy workspace",
            Self::Warmy => "We at Warmy",
            Self::Nobody => "Nobody needs to",
        }
    }

    /// "Who can fix it: you.", or that nothing has to be done.
    #[must_use]
    pub fn sentence(self) -> String {
        match self {
            Self::Nobody => "Nobody has to fix it.".to_owned(),
            who => format!("Who can fix it: {}.", who.label()),
        }
    }
}

/// The Help entry of a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub symptom: &'static str,
    pub meaning: &'static str,
    pub who: Actor,
    /// In order of execution.
    pub steps: &'static [&'static str],
    /// A command to copy, if there is one.
    pub command: Option<&'static str>,
}

impl Reason {
    /// The Help entry. The compiler ensures that every reason has one.
    #[must_use]
    pub const fn help(self) -> Entry {
        match self {
            Self::ConsentMissing => entry(
                "Connect answers that Warmy is not approved yet.",
                "No administrator of this organisation has approved Warmy, so Microsoft gives us no access.",
                Actor::MicrosoftAdmin,
                &[
                    "Open User management and press Authorize.",
                    "Sign in as an administrator of the organisation whose mailboxes you want to connect.",
                    "Approve, then press Connect again. Microsoft’s page may call Warmy “unverified”; that is about its publisher and changes no permission.",
                ],
            ),
            Self::ConsentDeclined => entry(
                "The approval page was closed with Cancel.",
                "Nothing was changed in your organisation: an approval that was given before still holds, and nothing was added to it.",
                Actor::MicrosoftAdmin,
                &[
                    "Read on the Setup page what each permission is for.",
                    "Press Authorize again when you are ready.",
                ],
            ),
            Self::ConsentNotUsed => entry(
                "After the approval at Microsoft, “Do not connect” was chosen.",
                "The organisation was not connected to this workspace. The approval itself still exists at Microsoft.",
                Actor::MicrosoftAdmin,
                &[
                    "To connect it after all, press Authorize again and choose “Connect to this workspace” at the end.",
                    "To withdraw the approval: Microsoft Entra › Enterprise applications › Warmy › Delete.",
                ],
            ),
            Self::NotAdmin => entry(
                "Microsoft says “Need admin approval”.",
                "The account that signed in may not approve permissions for the whole organisation. It takes a Global Administrator or a Privileged Role Administrator; Application Administrator is not enough for these permissions.",
                Actor::MicrosoftAdmin,
                &[
                    "Ask such an administrator to press Authorize, or to open the approval page with you.",
                    "If you have such an account yourself, start the approval again and sign in with it.",
                ],
            ),
            Self::WrongTenant => entry(
                "The approval came from another organisation than the admin e-mail.",
                "You have accounts in several organisations, and the approval was given in a different one.",
                Actor::You,
                &[
                    "Press Authorize again and choose the account of the right organisation; a private window helps.",
                    "Or type the admin e-mail of the organisation that approved.",
                ],
            ),
            Self::TenantUnknown => entry(
                "No Microsoft 365 organisation is found for the address.",
                "Microsoft knows no organisation with this domain: a typing mistake, a personal address, or mail that is not with Microsoft 365.",
                Actor::You,
                &[
                    "Check the spelling.",
                    "Use an address on a verified domain of the organisation, or its onmicrosoft.com domain.",
                ],
            ),
            Self::NationalCloud => entry(
                "The organisation lives in a national cloud.",
                "GCC High, DoD and the cloud operated by 21Vianet are separate from the worldwide Microsoft 365. Warmy does not work there yet.",
                Actor::Warmy,
                &["Write to our support: we tell you when it does."],
            ),
            Self::ConsentRevoked => entry(
                "The organisation shows “Approval was withdrawn”; nothing can be checked or connected.",
                "Warmy was deleted from your organisation’s enterprise applications, or its permissions were withdrawn. Connected mailboxes keep their slots.",
                Actor::MicrosoftAdmin,
                &[
                    "Press Authorize in User management and approve again.",
                    "Press Connect to continue at once. Without it, Warmy notices the approval within about six hours.",
                ],
            ),
            Self::PermissionMissing => entry(
                "The permission checklist says “Missing” or “Does not work”.",
                "The approval does not include this permission, or it was taken out later.",
                Actor::MicrosoftAdmin,
                &[
                    "Press Authorize: one approval covers everything.",
                    "In Microsoft Entra, under Enterprise applications › Warmy › Permissions, the type must be Application and not Delegated.",
                    "Mail-Advanced.ReadWrite.All, which Microsoft asks for from 31 December 2026 to edit received messages, is not needed: Warmy moves messages and marks them, and edits none.",
                ],
            ),
            Self::AppDisabledInTenant => entry(
                "The organisation shows “Warmy is switched off in Microsoft Entra”.",
                "“Enabled for users to sign in” is set to No for Warmy.",
                Actor::MicrosoftAdmin,
                &[
                    "Open Microsoft Entra › Enterprise applications › Warmy › Properties.",
                    "Set “Enabled for users to sign in” to Yes and save.",
                    "Check again.",
                ],
            ),
            Self::BlockedByPolicy => entry(
                "Microsoft refuses us with a policy code.",
                "A Conditional Access policy or a tenant restriction of your organisation blocks Warmy.",
                Actor::MicrosoftAdmin,
                &[
                    "Look for Warmy in Microsoft Entra › Sign-in logs › Service principal sign-ins.",
                    "Exclude Warmy from the policy named there.",
                    "Check again.",
                ],
            ),
            Self::OutOfScope => Entry {
                command: Some(
                    "Test-ServicePrincipalAuthorization -Identity <object id of Warmy> -Resource <address>",
                ),
                ..entry(
                    "Access is denied for this mailbox while others work.",
                    "Your organisation limits Warmy to some mailboxes (an application access policy, or RBAC for Applications), and this one is not among them.",
                    Actor::ExchangeAdmin,
                    &[
                        "Add the mailbox to the group that Warmy may use.",
                        "Microsoft takes up to two hours to apply it.",
                        "Check again, or leave it: we check by ourselves.",
                    ],
                )
            },
            Self::PropagationPending => entry(
                "The approval is given and Microsoft does not act on it yet.",
                "A new approval takes Microsoft from a few seconds to an hour to apply everywhere.",
                Actor::Nobody,
                &[
                    "Wait: we check again by ourselves.",
                    "Do not delete and add anything again; that starts the wait anew.",
                ],
            ),
            Self::NoExchangeLicense => entry(
                "“No Exchange licence”.",
                "The account has no licence with an Exchange Online mailbox, so there is no mailbox to connect.",
                Actor::MicrosoftAdmin,
                &[
                    "Assign a licence with Exchange Online in the Microsoft 365 admin centre.",
                    "A new mailbox is there within minutes, at most a day.",
                    "Check again.",
                ],
            ),
            Self::MailboxOnPremises => entry(
                "“Mailbox on your own server”.",
                "The person’s mailbox is on your own Exchange server and not in Exchange Online. Microsoft Graph does not reach it.",
                Actor::ExchangeAdmin,
                &["Move the mailbox to Exchange Online, then check again.", "Or exclude it from Warmy."],
            ),
            Self::MailboxNotProvisioned => entry(
                "“Mailbox is being created”.",
                "The licence is there and Exchange has not made the mailbox yet.",
                Actor::Nobody,
                &["Wait: minutes as a rule, a day at most. We check again by ourselves."],
            ),
            Self::NoMailbox => entry(
                "“Exchange has no mailbox for this account”.",
                "The directory lists the account, but Exchange has no active mailbox for it: it was never created, was deleted, or its licence was without Exchange for too long.",
                Actor::MicrosoftAdmin,
                &[
                    "In the Microsoft 365 admin centre › Users › Active users, look whether the account’s licence includes Exchange Online, and switch that on.",
                    "In the Exchange admin centre › Recipients › Mailboxes, look whether the mailbox exists. A deleted one can be restored for 30 days. Then check again.",
                    "Or disconnect it to free its slot.",
                ],
            ),
            Self::UserNotFound => entry(
                "“User no longer exists”.",
                "Microsoft no longer knows this account.",
                Actor::You,
                &[
                    "Sync the directory: it may have another address now.",
                    "Disconnect the mailbox to free its slot if the person has left.",
                ],
            ),
            Self::GuestUser => entry(
                "“Guest from another organisation”.",
                "Guests have their mailbox in their own organisation; only that organisation can connect it.",
                Actor::Nobody,
                &["Nothing to do here. Guests are listed only for completeness."],
            ),
            Self::NotAUserMailbox => entry(
                "“Room or equipment mailbox”.",
                "Rooms and equipment answer meeting requests by themselves and take no part in warm-up.",
                Actor::Nobody,
                &["Nothing to do. Connect people’s and shared mailboxes instead."],
            ),
            Self::AddressConflict => entry(
                "The account shows another address than expected.",
                "The sign-in name differs from the mail address, or two accounts claim the same address.",
                Actor::MicrosoftAdmin,
                &[
                    "Check the primary SMTP address of the account in the admin centre.",
                    "Sync the directory.",
                ],
            ),
            Self::AlreadyConnectedElsewhere => entry(
                "The organisation is already linked to a Warmy workspace.",
                "An organisation belongs to one workspace only, so that no other workspace can use its mailboxes.",
                Actor::WorkspaceOwner,
                &[
                    "Ask your colleagues who set Warmy up, and join their workspace.",
                    "Or write to our support with your organisation’s name.",
                ],
            ),
            Self::SlotsExhausted => entry(
                "No more mailboxes can be selected or connected.",
                "Every slot of your plan is used or reserved.",
                Actor::WorkspaceOwner,
                &[
                    "Disconnect mailboxes you no longer warm up: their slots are free at once.",
                    "Or add slots to your plan.",
                ],
            ),
            Self::PlanInactive => entry(
                "Connecting is switched off.",
                "Your plan is paused, past due or ended. Connected mailboxes stay connected; nothing new can be connected.",
                Actor::WorkspaceOwner,
                &["Settle or renew the plan in Warmy’s billing. Connecting works again at once."],
            ),
            Self::Throttled => entry(
                "A run is waiting.",
                "Microsoft limits the rate of requests. A run waits as long as Microsoft requires and goes on by itself. A \
                 mailbox that is still limited after some minutes fails.",
                Actor::Nobody,
                &[
                    "Nothing to do while a run waits. You can close the page.",
                    "If a mailbox has failed, try it again in some minutes.",
                ],
            ),
            Self::MicrosoftUnavailable => entry(
                "Microsoft does not answer.",
                "Microsoft’s service is disturbed or slow. A run waits and tries again by itself; nothing is lost.",
                Actor::Nobody,
                &[
                    "Nothing to do while a run waits.",
                    "If a mailbox has failed, try it again when Microsoft answers.",
                    "If it lasts more than an hour, look at Microsoft’s service health page.",
                ],
            ),
            Self::OurCredentialProblem => entry(
                "“A problem on our side”.",
                "Microsoft refused the key with which Warmy identifies itself, or Warmy’s registration there lacks a setting. Your organisation and its approval are fine.",
                Actor::Warmy,
                &["Nothing to do for you: we are notified at once.", "Write to our support if it lasts."],
            ),
            Self::Unknown => entry(
                "“Unexpected answer from Microsoft”.",
                "Microsoft sent an answer that Warmy does not know.",
                Actor::Warmy,
                &[
                    "Check again in a few minutes.",
                    "Write to our support with the text under “Microsoft’s answer” in the details of the mailbox.",
                ],
            ),
        }
    }
}

const fn entry(
    symptom: &'static str,
    meaning: &'static str,
    who: Actor,
    steps: &'static [&'static str],
) -> Entry {
    Entry { symptom, meaning, who, steps, command: None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_an_entry_with_steps() {
        for &reason in Reason::ALL {
            let entry = reason.help();
            assert!(
                !entry.symptom.is_empty() && entry.meaning.ends_with('.') && !entry.steps.is_empty(),
                "{reason}"
            );
        }
    }

    #[test]
    fn reasons_that_pass_by_themselves_require_no_action() {
        for &reason in Reason::ALL {
            if reason.is_temporary() {
                assert_eq!(reason.help().who, Actor::Nobody, "{reason}");
            }
        }
    }
}
