//! The codes that Microsoft shows or answers with, by the reason that they have here: people search Help for them.

use crate::Reason;

impl Reason {
    /// Microsoft's codes, as an administrator sees them.
    #[must_use]
    pub const fn microsoft_codes(self) -> &'static [&'static str] {
        match self {
            Self::ConsentMissing | Self::ConsentRevoked => &[
                "AADSTS65001",
                "AADSTS700016",
                "AADSTS7000229",
                "AADSTS90099",
                "unauthorized_client",
                "consent_required",
            ],
            Self::ConsentDeclined => &["AADSTS65004", "access_denied"],
            Self::NotAdmin => &["AADSTS90094", "AADSTS90095", "Need admin approval"],
            Self::WrongTenant => &["AADSTS50020", "AADSTS16000", "AADSTS50034", "AADSTS90072"],
            Self::TenantUnknown => &["AADSTS90002", "AADSTS900023", "AADSTS5000224", "invalid_tenant"],
            Self::NationalCloud => &["AADSTS90038", "AADSTS900382", "AADSTS900432"],
            Self::AppDisabledInTenant => &["AADSTS7000112", "AADSTS70001", "AADSTS1000031"],
            Self::BlockedByPolicy => &[
                "AADSTS53000",
                "AADSTS53001",
                "AADSTS53003",
                "AADSTS530032",
                "AADSTS50076",
                "AADSTS50079",
                "AADSTS50105",
                "Conditional Access",
            ],
            Self::PermissionMissing => {
                &["Authorization_RequestDenied", "ErrorAccessDenied", "Access is denied"]
            }
            Self::OutOfScope => {
                &["ErrorAccessDenied", "RAOP", "ApplicationAccessPolicy", "RBAC for Applications"]
            }
            Self::PropagationPending => &["AADSTS650051"],
            Self::NoExchangeLicense => &["MailboxNotEnabledForRESTAPI", "REST API is not yet supported"],
            Self::MailboxOnPremises => &["MailboxNotHostedInExchangeOnline", "OnPremises"],
            Self::MailboxNotProvisioned => &["ErrorItemNotFound", "MailboxNotEnabledForRESTAPI"],
            Self::UserNotFound => &["Request_ResourceNotFound", "ErrorInvalidUser"],
            Self::Throttled => &["AADSTS50196", "ApplicationThrottled", "TooManyRequests", "429"],
            Self::MicrosoftUnavailable => {
                &["AADSTS90033", "ErrorServerBusy", "MailboxInfoStale", "serviceNotAvailable", "503", "504"]
            }
            Self::OurCredentialProblem => {
                &["AADSTS7000215", "AADSTS7000222", "AADSTS700027", "AADSTS50011", "invalid_client"]
            }
            _ => &[],
        }
    }
}
