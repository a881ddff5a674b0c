//! Every reason: it is caused in Microsoft 365 (or by the plan), shown with the right text and the person to act, and
//! disappears without a click after its cause was fixed.

mod answers;
mod mailboxes;
mod organisation;
mod plan;

use domain::{Reason, help::Actor};

use self::Actor::{ExchangeAdmin, MicrosoftAdmin, Nobody, Warmy, WorkspaceOwner, You};

/// The title of each reason, who has to act, and where it is shown. The modules cause and fix the reasons.
#[rustfmt::skip]
const WORDS: [(Reason, &str, Actor, Where); 28] = [
    (Reason::ConsentMissing, "Warmy is not approved yet", MicrosoftAdmin, Where::Answer),
    (Reason::ConsentDeclined, "Approval was cancelled", MicrosoftAdmin, Where::Answer),
    (Reason::ConsentNotUsed, "Approved, but not connected", MicrosoftAdmin, Where::Answer),
    (Reason::NotAdmin, "That account may not approve apps", MicrosoftAdmin, Where::Answer),
    (Reason::WrongTenant, "Approved for another organisation", You, Where::Answer),
    (Reason::TenantUnknown, "No Microsoft 365 organisation found", You, Where::Answer),
    (Reason::NationalCloud, "National cloud not supported", Warmy, Where::Answer),
    (Reason::AlreadyConnectedElsewhere, "Already linked to another Warmy workspace", WorkspaceOwner, Where::Answer),
    (Reason::ConsentRevoked, "Approval was withdrawn", MicrosoftAdmin, Where::Organisation),
    (Reason::PermissionMissing, "A permission is missing", MicrosoftAdmin, Where::Organisation),
    (Reason::AppDisabledInTenant, "Warmy is switched off in Microsoft Entra", MicrosoftAdmin, Where::Organisation),
    (Reason::BlockedByPolicy, "Blocked by a security policy", MicrosoftAdmin, Where::Organisation),
    (Reason::PropagationPending, "Microsoft is still applying the approval", Nobody, Where::Organisation),
    (Reason::OurCredentialProblem, "A problem on our side", Warmy, Where::Organisation),
    (Reason::OutOfScope, "Outside the mailboxes Warmy may use", ExchangeAdmin, Where::Mailbox),
    (Reason::NoExchangeLicense, "No Exchange licence", MicrosoftAdmin, Where::Mailbox),
    (Reason::MailboxOnPremises, "Mailbox on your own server", ExchangeAdmin, Where::Mailbox),
    (Reason::MailboxNotProvisioned, "Mailbox is being created", Nobody, Where::Mailbox),
    (Reason::NoMailbox, "Exchange has no mailbox for this account", MicrosoftAdmin, Where::Mailbox),
    (Reason::UserNotFound, "User no longer exists", You, Where::Mailbox),
    (Reason::GuestUser, "Guest from another organisation", Nobody, Where::Mailbox),
    (Reason::NotAUserMailbox, "Room or equipment mailbox", Nobody, Where::Mailbox),
    (Reason::AddressConflict, "Address changed or not unique", MicrosoftAdmin, Where::Mailbox),
    (Reason::MicrosoftUnavailable, "Microsoft does not answer", Nobody, Where::Mailbox),
    (Reason::Unknown, "Unexpected answer from Microsoft", Warmy, Where::Mailbox),
    (Reason::SlotsExhausted, "No free slots", WorkspaceOwner, Where::Run),
    (Reason::PlanInactive, "Plan is not active", WorkspaceOwner, Where::Run),
    (Reason::Throttled, "Microsoft asked us to wait", Nobody, Where::Run),
];

/// Where a reason is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Where {
    /// In an answer during the set-up.
    Answer,
    Organisation,
    Mailbox,
    Run,
}

/// The reasons that are shown there: its module has to cause them.
fn shown(at: Where) -> Vec<Reason> {
    WORDS.into_iter().filter(|word| word.3 == at).map(|word| word.0).collect()
}

/// Checks that the cases of a module are exactly the reasons that are shown there.
fn assert_all(at: Where, cases: impl IntoIterator<Item = Reason>) {
    let mut cases: Vec<_> = cases.into_iter().collect();
    let mut expected = shown(at);
    cases.sort_unstable();
    cases.dedup();
    expected.sort_unstable();
    assert_eq!(cases, expected);
}

#[test]
fn every_reason_has_its_text_and_a_person_to_act() {
    let mut all: Vec<_> = WORDS.iter().map(|word| word.0).collect();
    all.sort_unstable();
    assert_eq!(all, Reason::ALL.to_vec());
    for (reason, title, who, _) in WORDS {
        let help = reason.help();
        assert_eq!((reason.title(), help.who), (title, who), "{reason}");
        assert!(help.steps.iter().all(|step| !step.is_empty()) && !help.steps.is_empty(), "{reason}");
    }
}
