//! Faults of a mailbox.
//!
//! Codes and texts are Graph's own; where Microsoft documents no HTTP status for a code, the most reported one is used
//! and can be overridden.

/// An error with which a mailbox answers.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) code: String,
    pub(crate) status: u16,
    pub(crate) message: String,
    /// Only `mailboxSettings` is affected, not the folders.
    pub(crate) settings_only: bool,
    /// Seconds for `Retry-After`.
    pub(crate) retry_after: Option<f64>,
    /// The number of answers after which the fault ends.
    pub(crate) remaining: Option<u32>,
    /// When the fault ends, virtual Unix seconds.
    pub(crate) until: Option<i64>,
    /// In a batch, the answer has null instead of headers.
    pub(crate) null_headers: bool,
}

/// The message for a mailbox that does not exist.
pub(crate) const NO_MAILBOX: &str = "The mailbox is either inactive, soft-deleted, or is hosted on-premise.";

/// Known faults: name in the control API, status, message.
const KNOWN: &[(&str, u16, &str)] = &[
    ("MailboxNotEnabledForRESTAPI", 404, NO_MAILBOX),
    ("MailboxNotSupportedForRESTAPI", 404, "REST API is not yet supported for this mailbox."),
    ("MailboxNotHostedInExchangeOnline", 404, "The mailbox is not hosted in Exchange Online."),
    ("ErrorNonExistentMailbox", 404, "The SMTP address has no mailbox associated with it."),
    ("ErrorInvalidUser", 404, "The requested user is invalid."),
    ("ResourceNotFound", 404, "Resource could not be discovered."),
    ("ErrorAccessDenied", 403, "Access is denied. Check credentials and try again."),
    (
        "ErrorAccessDenied:RAOP",
        403,
        "Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.",
    ),
    ("ErrorAccessDenied:mailboxSettings", 403, "The process failed to get the correct properties."),
    ("ErrorMailboxMoveInProgress", 503, "The mailbox is being moved. Try again later."),
    ("ErrorMailboxStoreUnavailable", 503, "The mailbox database is temporarily unavailable."),
    ("ErrorMailboxFailover", 503, "The mailbox database is failing over."),
    ("ErrorServerBusy", 503, "The server is too busy to process the request."),
    ("ErrorQuotaExceeded", 507, "The mailbox is full."),
    ("ErrorAccountDisabled", 403, "The account is disabled."),
    (
        "ErrorAccountSuspend",
        403,
        "Account suspended. Follow the instructions in your Inbox to verify your account.",
    ),
    ("ApplicationThrottled", 429, "Application is over its MailboxConcurrency limit."),
    ("TooManyRequests", 429, "Too many requests."),
    ("AuthenticationError", 401, "Error authenticating with resource"),
    ("serviceNotAvailable", 503, "The service is not available."),
    ("gatewayTimeout", 504, "The gateway timed out."),
    ("generalException", 500, "General exception while processing."),
    ("UnknownError", 500, ""),
];

impl Fault {
    /// A fault by its name: a code of Graph, optionally `code:variant`. Unknown codes are allowed (404).
    pub(crate) fn named(name: &str) -> Self {
        let known = KNOWN.iter().find(|(known, _, _)| known.eq_ignore_ascii_case(name));
        let (name, status, message) =
            known.map_or((name, 404, ""), |(name, status, text)| (*name, *status, *text));
        Self {
            code: name.split(':').next().unwrap_or(name).to_owned(),
            status,
            message: message.to_owned(),
            settings_only: name.ends_with(":mailboxSettings"),
            retry_after: (status == 429 || status == 503).then_some(5.0),
            remaining: None,
            until: None,
            null_headers: false,
        }
    }

    /// Whether the fault is active at this moment (virtual Unix seconds).
    pub(crate) fn is_on(&self, now: i64) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// The names that have a default status and message.
    pub(crate) fn known() -> impl Iterator<Item = &'static str> {
        KNOWN.iter().map(|(name, _, _)| *name)
    }
}
