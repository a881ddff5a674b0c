use std::time::Duration;

use super::*;

const RAOP: &str =
    "Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.";
const ANY: &str = "The mailbox is either inactive, soft-deleted, or is hosted on-premise.";

const DENIED: &str = "Access is denied. Check credentials and try again.";
const LAPSED: &str = "the service principal for resource '…' is disabled. This indicates that a subscription \
    within the tenant has lapsed, preventing tokens from being issued";

/// Every answer of Graph and Exchange that Microsoft documents or that is known from reports, for app-only calls to
/// users and mailboxes: status (as seen; reports disagree about some), code, message, class.
const DOCUMENTED: &[(u16, &str, &str, Class)] = &[
    (401, "InvalidAuthenticationToken", "Access token has expired or is not yet valid.", Class::TokenRefused),
    (401, "InvalidAuthenticationToken", "Invalid audience.", Class::TokenRefused),
    (401, "NoPermissionsInAccessToken", "The token contains no permissions, …", Class::PermissionMissing),
    (401, "Authorization_IdentityNotFound", "The identity of the calling …", Class::NotPropagated),
    (403, "Authorization_IdentityNotFound", "", Class::NotPropagated),
    (401, "OrganizationFromTenantGuidNotFound", "The tenant for tenant …", Class::NoExchangeInTenant),
    (401, "AuthenticationError", "Error authenticating with resource", Class::MailboxNotEnabled),
    (403, "Authorization_RequestDenied", "Insufficient privileges …", Class::PermissionMissing),
    (403, "accessDenied", "", Class::PermissionMissing),
    (403, "Authorization_IdentityDisabled", "", Class::AppDisabled),
    (403, "insufficient_claims", "", Class::PolicyBlocked),
    (403, "ErrorAccessDenied", DENIED, Class::PermissionMissing),
    (403, "ErrorAccessDenied", RAOP, Class::OutOfScope),
    (403, "ErrorAccessDenied", "Access to OData is disabled.", Class::OutOfScope),
    (403, "ErrorAccessDenied", "Blocked by tenant configured AppOnly AccessPolicy.", Class::OutOfScope),
    (403, "ErrorAccessDenied", "The process failed to get the correct properties.", Class::Unknown),
    (403, "ErrorSendAsDenied", "", Class::OurBug),
    (404, "Request_ResourceNotFound", "Resource '…' does not exist or …", Class::UserNotFound),
    (404, "ResourceNotFound", "User not found", Class::UserNotFound),
    (404, "ResourceNotFound", "Resource could not be discovered.", Class::MailboxNotEnabled),
    (404, "ErrorInvalidUser", "The requested user '…' is invalid.", Class::UserNotFound),
    (404, "MailboxNotEnabledForRESTAPI", ANY, Class::MailboxNotEnabled),
    (404, "MailboxNotEnabledForRESTAPI", "REST API is not yet supported for …", Class::MailboxNotEnabled),
    (404, "MailboxNotEnabledForRESTAPI", "The mailbox is hosted on-premise.", Class::MailboxOnPremises),
    (404, "MailboxNotSupportedForRESTAPI", "", Class::MailboxNotEnabled),
    (404, "ErrorNonExistentMailbox", "The SMTP address has no mailbox …", Class::MailboxNotEnabled),
    (404, "MailboxNotHostedInExchangeOnline", "", Class::MailboxOnPremises),
    (404, "ErrorItemNotFound", "", Class::ItemNotFound),
    (404, "ErrorFolderNotFound", "", Class::ItemNotFound),
    (404, "ErrorSyncFolderNotFound", "", Class::ItemNotFound),
    (409, "ErrorMailboxMoveInProgress", "", Class::MailboxMoving),
    (503, "ErrorMailboxMoveInProgress", "", Class::MailboxMoving),
    (503, "ErrorMailboxStoreUnavailable", "", Class::MailboxUnavailable),
    (503, "ErrorMailboxFailover", "", Class::MailboxUnavailable),
    (503, "ErrorServerBusy", "", Class::MailboxUnavailable),
    (429, "ErrorServerBusy", "", Class::Throttled),
    (507, "ErrorQuotaExceeded", "", Class::MailboxFull),
    (403, "ErrorQuotaExceeded", "", Class::MailboxFull),
    (429, "quotaLimitReached", "", Class::MailboxFull),
    (413, "ErrorMessageSizeExceeded", "", Class::OurBug),
    (429, "ErrorExceededMessageLimit", "Cannot send mail. Daily …", Class::SendingLimited),
    (403, "ErrorExceededMessageLimit", "", Class::SendingLimited),
    (403, "ErrorMessageSubmissionBlocked", "", Class::SendingBlocked),
    (400, "ErrorMessageSubmissionBlocked", "", Class::SendingBlocked),
    (403, "ErrorAccountSuspend", "", Class::SendingBlocked),
    (403, "ErrorAccountDisabled", "", Class::MailboxNotEnabled),
    (400, "ErrorInvalidRecipients", "", Class::OurBug),
    (400, "ErrorInvalidIdMalformed", "", Class::OurBug),
    (400, "ErrorMimeContentInvalidBase64String", "", Class::OurBug),
    (400, "RequestBodyRead", "", Class::OurBug),
    (400, "BadRequest", "", Class::OurBug),
    (400, "Request_UnsupportedQuery", "", Class::OurBug),
    (400, "Request_BadRequest", "", Class::OurBug),
    (400, "InefficientFilter", "", Class::OurBug),
    (400, "Directory_ExpiredPageToken", "The specified page token …", Class::DeltaExpired),
    (410, "SyncStateNotFound", "The sync state generation is not found", Class::DeltaExpired),
    (400, "resyncRequired", "", Class::DeltaExpired),
    (400, "SyncStateInvalid", "", Class::DeltaExpired),
    (400, "", LAPSED, Class::SubscriptionLapsed),
    (403, "Authorization_RequestDenied", LAPSED, Class::SubscriptionLapsed),
    (429, "TooManyRequests", "", Class::Throttled),
    (429, "activityLimitReached", "", Class::Throttled),
    (
        429,
        "ApplicationThrottled",
        "Application is over its MailboxConcurrency limit.",
        Class::MailboxThrottled,
    ),
    (429, "ErrorTooManyRequests", "", Class::Throttled),
    (503, "ServiceNotAvailable", "", Class::Unavailable),
    (504, "gatewayTimeout", "", Class::Unavailable),
    (500, "generalException", "", Class::Unavailable),
    (500, "UnknownError", "", Class::Unavailable),
    (501, "NotImplemented", "This operation target is not yet supported.", Class::OurBug),
    (509, "", "", Class::Throttled),
    (503, "", "", Class::Unavailable),
];

#[test]
fn every_documented_answer_has_its_class_in_any_case_of_its_code() {
    for &(status, code, message, expected) in DOCUMENTED {
        for code in [code.to_owned(), code.to_lowercase(), code.to_uppercase()] {
            assert_eq!(class(status, &[&code], message), expected, "{status} {code} {message}");
        }
    }
}

#[test]
fn the_table_holds_only_documented_codes() {
    for row in CODES {
        let documented = DOCUMENTED.iter().any(|(_, code, message, _)| {
            (row.code.is_empty() || row.code.eq_ignore_ascii_case(code))
                && (row.phrases.is_empty()
                    || row.phrases.iter().any(|words| message.to_lowercase().contains(words)))
        });
        assert!(documented, "{} {:?} is not documented above", row.code, row.phrases);
    }
}

#[test]
fn without_a_known_code_the_status_decides() {
    for (status, expected) in [
        (400, Class::OurBug),
        (401, Class::Unknown),
        (403, Class::Unknown),
        (404, Class::Unknown),
        (410, Class::DeltaExpired),
        (429, Class::Throttled),
        (500, Class::Unavailable),
        (501, Class::OurBug),
        (502, Class::Unavailable),
        (503, Class::Unavailable),
        (504, Class::Unavailable),
        (509, Class::Throttled),
    ] {
        assert_eq!(class(status, &[], ""), expected, "{status}");
        assert_eq!(class(status, &["SomethingNew"], ""), expected, "{status}");
    }
}

#[test]
fn the_deepest_known_code_wins_and_the_outermost_is_reported() {
    let body = br#"{"error":{"code":"UnknownError","message":"","innererror":{"code":"",
        "innerError":{"code":"SyncStateNotFound","date":"2026-01-01T00:00:00"}}}}"#;
    let answer = |status, body: &[u8]| Answer {
        status,
        retry_after: Some(Duration::from_secs(3)),
        body: body.to_vec(),
        ..Answer::empty("r-1")
    };
    let gone = failure(&answer(400, body), "GET users/delta");
    assert_eq!((gone.class, gone.code.as_deref()), (Class::DeltaExpired, Some("UnknownError")));

    let html = failure(&answer(502, b"<html>Bad Gateway</html>"), "GET users");
    assert_eq!((html.class, html.code), (Class::Unavailable, None));
    assert_eq!(html.request_id.as_deref(), Some("r-1"));

    let empty = failure(&answer(503, b""), "GET users");
    assert_eq!((empty.class, empty.retry_after), (Class::Unavailable, Some(Duration::from_secs(3))));
}
