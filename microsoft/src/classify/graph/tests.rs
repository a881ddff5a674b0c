use std::time::Duration;

use super::*;

const RAOP: &str =
    "Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.";
const ANY: &str = "The mailbox is either inactive, soft-deleted, or is hosted on-premise.";

#[test]
fn every_known_code_has_its_class_in_any_case() {
    for (status, code, message, expected) in [
        (401, "NoPermissionsInAccessToken", "", Class::PermissionMissing),
        (401, "Authorization_IdentityNotFound", "", Class::NotPropagated),
        (403, "Authorization_IdentityNotFound", "", Class::NotPropagated),
        (401, "OrganizationFromTenantGuidNotFound", "", Class::NoExchangeInTenant),
        (401, "AuthenticationError", "Error authenticating with resource", Class::MailboxNotEnabled),
        (403, "Authorization_RequestDenied", "", Class::PermissionMissing),
        (403, "Authorization_IdentityDisabled", "", Class::AppDisabled),
        (
            403,
            "ErrorAccessDenied",
            "Access is denied. Check credentials and try again.",
            Class::PermissionMissing,
        ),
        (403, "ErrorAccessDenied", RAOP, Class::OutOfScope),
        (403, "ErrorAccessDenied", "Access to OData is disabled.", Class::OutOfScope),
        (403, "ErrorAccessDenied", "The process failed to get the correct properties.", Class::Unknown),
        (404, "Request_ResourceNotFound", "", Class::UserNotFound),
        (404, "ResourceNotFound", "User not found", Class::UserNotFound),
        (404, "ResourceNotFound", "Resource could not be discovered.", Class::MailboxNotEnabled),
        (404, "ErrorInvalidUser", "The requested user 'x' is invalid.", Class::UserNotFound),
        (404, "MailboxNotEnabledForRESTAPI", ANY, Class::MailboxNotEnabled),
        (404, "MailboxNotEnabledForRESTAPI", "REST API is not yet supported.", Class::MailboxNotEnabled),
        (404, "MailboxNotEnabledForRESTAPI", "The mailbox is hosted on-premise.", Class::MailboxOnPremises),
        (404, "MailboxNotSupportedForRESTAPI", "", Class::MailboxNotEnabled),
        (404, "ErrorNonExistentMailbox", "", Class::MailboxNotEnabled),
        (404, "MailboxNotHostedInExchangeOnline", "", Class::MailboxOnPremises),
        (409, "ErrorMailboxMoveInProgress", "", Class::MailboxMoving),
        (503, "ErrorMailboxMoveInProgress", "", Class::MailboxMoving),
        (503, "ErrorMailboxStoreUnavailable", "", Class::MailboxUnavailable),
        (503, "ErrorMailboxFailover", "", Class::MailboxUnavailable),
        (400, "Request_UnsupportedQuery", "", Class::OurBug),
        (400, "Directory_ExpiredPageToken", "", Class::DeltaExpired),
        (410, "SyncStateNotFound", "", Class::DeltaExpired),
        (400, "resyncRequired", "", Class::DeltaExpired),
        (400, "SyncStateInvalid", "", Class::DeltaExpired),
        (429, "TooManyRequests", "", Class::Throttled),
        (429, "ApplicationThrottled", "", Class::Throttled),
        (429, "ErrorQuotaExceeded", "", Class::Unknown),
    ] {
        for code in [code.to_owned(), code.to_lowercase(), code.to_uppercase()] {
            assert_eq!(class(status, &[&code], message), expected, "{status} {code} {message}");
        }
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
        request_id: "r-1".to_owned(),
        body: body.to_vec(),
    };
    let gone = failure(&answer(400, body), "GET users/delta");
    assert_eq!((gone.class, gone.code.as_deref()), (Class::DeltaExpired, Some("UnknownError")));

    let html = failure(&answer(502, b"<html>Bad Gateway</html>"), "GET users");
    assert_eq!((html.class, html.code), (Class::Unavailable, None));
    assert_eq!(html.request_id.as_deref(), Some("r-1"));

    let empty = failure(&answer(503, b""), "GET users");
    assert_eq!((empty.class, empty.retry_after), (Class::Unavailable, Some(Duration::from_secs(3))));
}
