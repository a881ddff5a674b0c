//! Reasons: stable codes for problems.

crate::states! {
    /// The reason for a problem of a mailbox, a delegation or a run. Each has an entry in [`crate::help`].
    #[derive(PartialOrd, Ord)]
    pub enum Reason: "reason" in slice {
        ConsentMissing = "consent_missing" => "Warmy is not approved yet",
        ConsentDeclined = "consent_declined" => "Approval was cancelled",
        ConsentNotUsed = "consent_not_used" => "Approved, but not connected",
        NotAdmin = "not_admin" => "That account may not approve apps",
        WrongTenant = "wrong_tenant" => "Approved for another organisation",
        TenantUnknown = "tenant_unknown" => "No Microsoft 365 organisation found",
        NationalCloud = "national_cloud" => "National cloud not supported",
        ConsentRevoked = "consent_revoked" => "Approval was withdrawn",
        PermissionMissing = "permission_missing" => "A permission is missing",
        AppDisabledInTenant = "app_disabled_in_tenant" => "Warmy is switched off in Microsoft Entra",
        BlockedByPolicy = "blocked_by_policy" => "Blocked by a security policy",
        OutOfScope = "out_of_scope" => "Outside the mailboxes Warmy may use",
        PropagationPending = "propagation_pending" => "Microsoft is still applying the approval",
        NoExchangeLicense = "no_exchange_license" => "No Exchange licence",
        MailboxOnPremises = "mailbox_on_premises" => "Mailbox on your own server",
        MailboxNotProvisioned = "mailbox_not_provisioned" => "Mailbox is being created",
        /// Its code is that of an earlier title, and stored.
        NoMailbox = "mailbox_soft_deleted" => "Exchange has no mailbox for this account",
        UserNotFound = "user_not_found" => "User no longer exists",
        GuestUser = "guest_user" => "Guest from another organisation",
        NotAUserMailbox = "not_a_user_mailbox" => "Room or equipment mailbox",
        AddressConflict = "address_conflict" => "Address changed or not unique",
        AlreadyConnectedElsewhere = "already_connected_elsewhere" => "Already linked to another Warmy workspace",
        SlotsExhausted = "slots_exhausted" => "No free slots",
        PlanInactive = "plan_inactive" => "Plan is not active",
        Throttled = "throttled" => "Microsoft asked us to wait",
        MicrosoftUnavailable = "microsoft_unavailable" => "Microsoft does not answer",
        OurCredentialProblem = "our_credential_problem" => "A problem on our side",
        Unknown = "unknown" => "Unexpected answer from Microsoft",
    }
}

impl Reason {
    /// The stable code: stored, sent, used in links to Help.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.as_str()
    }

    /// A short text for a status line.
    #[must_use]
    pub const fn title(self) -> &'static str {
        self.label()
    }

    /// Whether the problem ends without an action, as throttling and outages do.
    #[must_use]
    pub const fn is_temporary(self) -> bool {
        matches!(
            self,
            Self::Throttled
                | Self::MicrosoftUnavailable
                | Self::PropagationPending
                | Self::MailboxNotProvisioned
        )
    }

    /// Whether the problem concerns the whole organisation: it is shown once on the delegation and pauses a run.
    #[must_use]
    pub const fn is_tenant_wide(self) -> bool {
        matches!(
            self,
            Self::ConsentMissing
                | Self::ConsentRevoked
                | Self::PermissionMissing
                | Self::AppDisabledInTenant
                | Self::BlockedByPolicy
                | Self::TenantUnknown
                | Self::OurCredentialProblem
                | Self::PropagationPending
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_the_wire_format_and_round_trip() {
        for &reason in Reason::ALL {
            assert_eq!(reason.code().parse(), Ok(reason));
            assert_eq!(serde_json::to_string(&reason).unwrap(), format!("\"{}\"", reason.code()));
        }
        assert_eq!(Reason::ALL.len(), 28);
    }
}
